"""Screens, their price zones and their seats over HTTP."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ListSerializer

from accounts.authentication import signed_in
from cinema.core.api.records import RecordViewSet
from venues.filters import ScreenFilter, SeatCategoryFilter, SeatFilter
from venues.models import Screen, Seat, SeatCategory
from venues.serializers import (
    ScreenInput,
    ScreenOutput,
    SeatCategoryInput,
    SeatCategoryOutput,
    SeatInput,
    SeatOutput,
)
from venues.services import halls

MOST_SEATS = 2000


class ScreenViewSet(RecordViewSet):
    tag, noun, nouns = "Screens", "Screen", "Screens"
    queryset = Screen.objects.order_by("id")
    filterset_class = ScreenFilter
    serializer_class = ScreenOutput
    input_class = ScreenInput
    lookup_url_kwarg = "screen_id"
    farewell_key = "message"

    def add(self, wanted: Any) -> Screen:
        return halls.add_screen(**wanted.validated_data, by=signed_in(self.request))


class SeatCategoryViewSet(RecordViewSet):
    tag, noun, nouns = "Seat Categories", "Category", "Categories"
    queryset = SeatCategory.objects.order_by("id")
    filterset_class = SeatCategoryFilter
    serializer_class = SeatCategoryOutput
    input_class = SeatCategoryInput
    lookup_url_kwarg = "category_id"
    refuses = {"create": ("400",), "update": ("400",)}

    def add(self, wanted: Any) -> SeatCategory:
        return halls.add_category(by=signed_in(self.request), now=timezone.now(), **wanted.validated_data)

    def change(self, wanted: Any) -> SeatCategory:
        me, now = signed_in(self.request), timezone.now()
        return halls.change_category(category=wanted.instance, by=me, now=now, **wanted.validated_data)


class SeatViewSet(RecordViewSet):
    tag, noun, nouns = "Seats", "Seat", "Seats"
    queryset = Seat.objects.standing().order_by("id")
    filterset_class = SeatFilter
    serializer_class = SeatOutput
    input_class = SeatInput
    lookup_url_kwarg = "seat_id"
    farewell_key = "message"

    @extend_schema(request=SeatInput(many=True), responses={200: SeatOutput(many=True)})
    def create(self, request: Request) -> Response:
        wanted: ListSerializer = ListSerializer(data=request.data, child=SeatInput(), max_length=MOST_SEATS)
        wanted.is_valid(raise_exception=True)
        added = halls.add_seats(seats=wanted.validated_data, by=signed_in(request))
        return Response(SeatOutput(added, many=True).data)

    def change(self, wanted: Any) -> Seat:
        return halls.change_seat(seat=wanted.instance, by=signed_in(self.request), **wanted.validated_data)
