"""Feedback over HTTP: visitors give it and read their own, admins read and answer all."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import acting_as, signed_in
from booking.models import Feedback
from booking.serializers import FeedbackInput, FeedbackOutput, FeedbackReply
from booking.services import feedback
from cinema.core.api.permissions import IsSignedIn
from cinema.core.api.views import ApiViewSet, parsed


class FeedbackViewSet(ListModelMixin, RetrieveModelMixin, ApiViewSet):
    tag = "Feedback"
    queryset = Feedback.objects.order_by("-feedback_date", "-id")
    serializer_class = FeedbackOutput
    permission_classes = [IsSignedIn]
    admin_actions = ("list", "reply")
    lookup_url_kwarg = "feedback_id"
    default_limit = 50
    refuses = {"create": ("404",)}

    def get_queryset(self) -> QuerySet[Feedback]:
        return Feedback.objects.visible_to(signed_in(self.request)).order_by("-feedback_date", "-id")

    @extend_schema(
        summary="Create Feedback",
        description="For a confirmed booking of one's own whose show is over, once.",
        request=FeedbackInput,
        responses={201: FeedbackOutput},
    )
    def create(self, request: Request) -> Response:
        said = parsed(FeedbackInput, request.data)
        by = acting_as(request, said.pop("user_id", None))
        given = feedback.give_feedback(**{"comment": "", **said}, by=by, now=timezone.now())
        return Response(FeedbackOutput(given).data, status=201)

    @extend_schema(summary="List Feedbacks", description="The newest first.")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Get Feedback")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Reply To Feedback",
        description="The visitor finds it in their inbox and gets a mail; another answer replaces the first.",
        request=FeedbackReply,
        responses=FeedbackOutput,
    )
    def reply(self, request: Request, feedback_id: int) -> Response:
        text = parsed(FeedbackReply, request.data)["reply"]
        answered = feedback.reply(feedback_id=feedback_id, text=text, now=timezone.now())
        return Response(FeedbackOutput(answered).data)
