"""Tables without a life cycle: their rows are listed, read, added, changed in part, and deleted while nothing uses them."""

from typing import Any, ClassVar

from django.db import transaction
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from cinema.core.api.permissions import ReadsArePublic
from cinema.core.api.views import ApiViewSet


class RecordViewSet(ListModelMixin, RetrieveModelMixin, ApiViewSet):
    """Anybody reads, an admin writes; what the schema refuses is answered by the error table (409, 400)."""

    permission_classes = [ReadsArePublic]
    noun: ClassVar[str]
    nouns: ClassVar[str]
    input_class: ClassVar[type[Serializer]]
    created_status: ClassVar[int] = 200  # the contract has both
    farewell_key: ClassVar[str] = "detail"  # likewise

    def create(self, request: Request) -> Response:
        wanted = self.input_class(data=request.data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        return Response(self.get_serializer(self.add(wanted)).data, status=self.created_status)

    def update(self, request: Request, **ids: int) -> Response:
        context = self.get_serializer_context()
        wanted = self.input_class(self.get_object(), data=request.data, partial=True, context=context)
        wanted.is_valid(raise_exception=True)
        return Response(self.get_serializer(self.change(wanted)).data)

    @transaction.atomic(durable=True)
    def destroy(self, request: Request, **ids: int) -> Response:
        self.get_object().delete()
        return Response({self.farewell_key: f"{self.noun} deleted."})

    @transaction.atomic(durable=True)
    def add(self, wanted: Any) -> Any:
        """Store a new row; where a rule has a say, a viewset calls its service instead."""
        return wanted.save()

    @transaction.atomic(durable=True)
    def change(self, wanted: Any) -> Any:
        """Store a changed row; where a rule has a say, a viewset calls its service instead."""
        return wanted.save()
