"""Tables without a life cycle: their rows are listed, read, added, changed in part, and deleted while nothing uses them."""

from typing import Any, ClassVar

from django.db import transaction
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ModelSerializer

from cinema.core.api.permissions import ReadsArePublic
from cinema.core.api.views import ApiViewSet


class RecordViewSet(ListModelMixin, RetrieveModelMixin, ApiViewSet):
    """Anybody reads, an admin writes; what the schema refuses is answered by the error table (409, 400)."""

    permission_classes = [ReadsArePublic]
    noun: ClassVar[str]
    nouns: ClassVar[str]
    input_class: ClassVar[type[ModelSerializer]]
    created_status: ClassVar[int] = 200  # the contract has both
    farewell_key: ClassVar[str] = "detail"  # likewise

    def create(self, request: Request) -> Response:
        return Response(self._stored(self.input_class(data=request.data)), status=self.created_status)

    def update(self, request: Request, **ids: int) -> Response:
        return Response(self._stored(self.input_class(self.get_object(), data=request.data, partial=True)))

    def destroy(self, request: Request, **ids: int) -> Response:
        with transaction.atomic(durable=True):
            self.get_object().delete()
        return Response({self.farewell_key: f"{self.noun} deleted."})

    def _stored(self, wanted: ModelSerializer) -> Any:
        wanted.is_valid(raise_exception=True)
        with transaction.atomic(durable=True):
            record = wanted.save()
        return self.get_serializer(record).data
