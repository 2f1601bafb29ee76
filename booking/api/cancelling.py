"""Cancelling a booking, or some of its lines, over HTTP: what would come back, and doing it."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import signed_in
from booking import queries, returns
from booking.cancelling_serializers import CancelledOutput, LinesToCancel, ReturningOutput, returning_json
from booking.services import cancelling
from cinema.core.api.permissions import IsSignedIn
from cinema.core.api.views import ApiViewSet, parsed


class CancellationViewSet(ApiViewSet):
    tag = "Bookings"
    permission_classes = [IsSignedIn]
    refuses = {"preview": ("409",)}

    @extend_schema(
        summary="Preview Booking Cancellation",
        description="What cancelling all that is left of the booking would give back now, line by line.",
        responses=ReturningOutput,
    )
    def preview(self, request: Request, booking_id: int) -> Response:
        booking = queries.booking_of(booking_id=booking_id, by=signed_in(request))
        return Response(returning_json(booking, cancelling.preview(booking=booking, now=timezone.now())))

    @extend_schema(summary="Delete Booking", request=None, responses=CancelledOutput)
    def cancel(self, request: Request, booking_id: int) -> Response:
        booking = cancelling.cancel_booking(booking_id=booking_id, by=signed_in(request), now=timezone.now())
        message = f"Booking {booking.booking_reference} is cancelled."
        return Response({**returning_json(booking, returns.result_of_booking(booking)), "message": message})


class LineCancellationViewSet(ApiViewSet):
    """Seats and food of a booking, cancelled on their own."""

    tag = "Bookings"
    permission_classes = [IsSignedIn]
    refuses = {"preview": ("409",)}

    @extend_schema(
        summary="Preview Line Cancellation",
        description="What cancelling these seats and this food would give back now; when they are cancelled, what it gave.",
        parameters=[LinesToCancel],
        responses=ReturningOutput,
    )
    def preview(self, request: Request, booking_id: int) -> Response:
        booking = queries.booking_of(booking_id=booking_id, by=signed_in(request))
        lines: dict[str, Any] = parsed(LinesToCancel, dict(request.query_params.lists()), part="query")
        return Response(
            returning_json(booking, cancelling.preview_of_lines(booking=booking, now=timezone.now(), **lines))
        )

    @extend_schema(
        summary="Cancel Booking Lines",
        description="By the refund policy of the booking; with its last seat or food the booking is cancelled. Asking again "
        "answers the first result.",
        request=LinesToCancel,
        responses=CancelledOutput,
    )
    def cancel(self, request: Request, booking_id: int) -> Response:
        me = signed_in(request)
        queries.booking_of(booking_id=booking_id, by=me)  # nobody learns by a 422 that there is such a booking
        lines: dict[str, Any] = parsed(LinesToCancel, request.data)
        done = cancelling.cancel_lines(booking_id=booking_id, by=me, now=timezone.now(), **lines)
        booking = done.booking
        message = f"Cancelled as asked; booking {booking.booking_reference} is {booking.booking_status}."
        return Response({**returning_json(booking, returns.result_of(done)), "message": message})
