"""A person's inbox over HTTP; an admin sees everybody's."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import require_self_or_admin, signed_in
from accounts.filters import NotificationFilter
from accounts.models import Notification
from accounts.serializers import NotificationOutput
from accounts.services import inbox
from cinema.core.api.fields import DetailOutput
from cinema.core.api.permissions import IsSignedIn
from cinema.core.api.views import ApiViewSet, path_hex_id

NOTIFICATION_ID = OpenApiParameter("id", OpenApiTypes.STR, OpenApiParameter.PATH, description="24 hex characters.")


class NotificationViewSet(ListModelMixin, ApiViewSet):
    tag = "Notifications"
    queryset = Notification.objects.order_by("-created_at", "-id")
    serializer_class = NotificationOutput
    filterset_class = NotificationFilter
    permission_classes = [IsSignedIn]
    read_id = staticmethod(path_hex_id)

    def get_queryset(self) -> QuerySet[Notification]:
        return Notification.objects.visible_to(signed_in(self.request)).order_by("-created_at", "-id")

    @extend_schema(summary="Get Notifications", description="One's own, the newest first; an admin sees everybody's.")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        require_self_or_admin(request, request.query_params.get("user_id"))
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Delete Notification", parameters=[NOTIFICATION_ID], responses={200: DetailOutput})
    def destroy(self, request: Request, **ids: str) -> Response:
        inbox.delete_notification(notification_id=ids["id"], by=signed_in(request))
        return Response({"detail": "Notification deleted."})


class InboxViewSet(ApiViewSet):
    tag = "Notifications"
    permission_classes = [IsSignedIn]

    @extend_schema(summary="Mark All Read", request=None, responses=DetailOutput)
    def update(self, request: Request, user_id: int) -> Response:
        marked = inbox.mark_all_read(user_id=user_id, by=signed_in(request), now=timezone.now())
        return Response({"detail": f"{marked} marked as read."})
