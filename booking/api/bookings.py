"""Booking, over HTTP."""

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import acting_as, require_self_or_admin, signed_in
from accounts.states import Role
from booking.api.replaying import answer_once
from booking.errors import UnknownBooking
from booking.filters import BookedSeatFilter, BookingFilter
from booking.models import BookedSeat, Booking, BookingStatusLog
from booking.serializers import (
    BookingInput,
    BookingLogOutput,
    BookingOutput,
    SoldSeatOutput,
    order_of,
)
from booking.services import checkout
from cinema.core.api.permissions import IsAdmin, IsSignedIn
from cinema.core.api.views import ApiViewSet, parsed

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[ -~]*$"},
    OpenApiParameter.HEADER,
    description="Any text of up to 100 characters; an order sent again with it within 24 hours gets the first answer.",
)


class BookingViewSet(ApiViewSet):
    tag = "Bookings"
    queryset = Booking.objects.order_by("id")
    serializer_class = BookingOutput
    filterset_class = BookingFilter
    permission_classes = [IsSignedIn]

    def get_queryset(self) -> QuerySet[Booking]:
        mine = Booking.objects.visible_to(signed_in(self.request))
        return mine.select_related("ticket").prefetch_related("seats", "foods", "fees").order_by("id")

    @extend_schema(summary="Get Bookings", responses=BookingOutput(many=True))
    def list(self, request: Request) -> Response:
        bookings = self.filter_queryset(self.get_queryset())
        require_self_or_admin(request, request.query_params.get("user_id"))
        page = self.paginate_queryset(bookings)
        return self.get_paginated_response(BookingOutput(page, many=True).data)

    @extend_schema(
        summary="Create Booking", request=BookingInput, responses={201: BookingOutput}, parameters=[IDEMPOTENCY_KEY]
    )
    def create(self, request: Request) -> Response:
        data = parsed(BookingInput, request.data)
        by = acting_as(request, data.get("user_id"))

        def book() -> Response:
            booking = checkout.book(order=order_of(data), by=by, now=timezone.now())
            return Response(BookingOutput(self._booking(booking.pk)).data, status=201)

        return answer_once(request, book)

    @extend_schema(summary="Get Booking", responses=BookingOutput)
    def retrieve(self, request: Request, booking_id: int) -> Response:
        return Response(BookingOutput(self._booking(booking_id)).data)

    def _booking(self, booking_id: int) -> Booking:
        booking = self.get_queryset().filter(pk=booking_id).first()
        if booking is None:
            raise UnknownBooking
        return booking


class BookingLogViewSet(ApiViewSet):
    tag = "Bookings"
    queryset = BookingStatusLog.objects.order_by("changed_at", "id")
    permission_classes = [IsAdmin]
    default_limit = 100  # more than a booking ever has, so that the contract's clients see all of it

    @extend_schema(summary="Get Booking Logs", responses=BookingLogOutput(many=True))
    def list(self, request: Request, booking_id: int) -> Response:
        if not Booking.objects.filter(pk=booking_id).exists():
            raise UnknownBooking
        logs = BookingStatusLog.objects.filter(booking_id=booking_id).order_by("changed_at", "id")
        return self.get_paginated_response(BookingLogOutput(self.paginate_queryset(logs), many=True).data)


class BookedSeatViewSet(ApiViewSet):
    tag = "Bookings"
    queryset = BookedSeat.objects.filter(released_at=None).order_by("id")
    serializer_class = SoldSeatOutput
    filterset_class = BookedSeatFilter
    permission_classes = [IsSignedIn]

    def get_queryset(self) -> QuerySet[BookedSeat]:
        return BookedSeat.objects.filter(released_at=None).select_related("booking").order_by("id")

    @extend_schema(summary="Get Booked Seats", responses=SoldSeatOutput(many=True))
    def list(self, request: Request) -> Response:
        me = signed_in(request)
        sold = self.get_queryset()
        if "booking_id" in request.query_params and me.role != Role.ADMIN:
            sold = sold.filter(booking__user=me)
        page = self.paginate_queryset(self.filter_queryset(sold))
        rows = SoldSeatOutput(page, many=True).data
        for row, seat in zip(rows, page or [], strict=True):
            if seat.booking.user_id != me.pk and me.role != Role.ADMIN:
                row["booking_id"] = None  # that a seat is sold is everybody's to know, in whose booking is not
        return self.get_paginated_response(rows)
