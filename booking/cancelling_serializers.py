"""Shapes of cancelling over HTTP: what is to go, and what comes back for it."""

from typing import Any

from rest_framework import serializers

from billing.pricing import FEE, FOOD, TICKET
from billing.tax import Taxed
from booking.models import BookedFee, BookedFood, BookedSeat, Booking, Line
from booking.returns import Returning, name_of
from booking.states import BookingStatus
from cinema.core.api.fields import id_field

MOST_LINES = 100


def money() -> serializers.DecimalField:
    """Make a field for an amount in the venue's currency."""
    return serializers.DecimalField(max_digits=12, decimal_places=2)


class ReturnedLineOutput(serializers.Serializer):
    """One line that is cancelled, and what of it goes back."""

    kind = serializers.ChoiceField([TICKET, FOOD, FEE])
    name = serializers.CharField()
    seat_id = serializers.IntegerField(allow_null=True)
    food_id = serializers.IntegerField(allow_null=True)
    paid = money()
    refund_taxable = money()
    refund_cgst = money()
    refund_sgst = money()
    refund_amount = money()


class ReturningOutput(serializers.Serializer):
    """What a cancellation gives back; asked before, it is what the cancellation at that instant will give back."""

    booking_id = serializers.IntegerField()
    booking_status = serializers.ChoiceField(BookingStatus.choices)
    percent = serializers.IntegerField()
    lines = ReturnedLineOutput(many=True)
    rounding = money()
    refund_amount = money()
    kept_amount = money()


class LinesToCancel(serializers.Serializer):
    """Seats and whole food lines of one booking, by the ids of the seats and the food."""

    seat_ids = serializers.ListField(child=id_field(), required=False, max_length=MOST_LINES)
    food_ids = serializers.ListField(child=id_field(), required=False, max_length=MOST_LINES)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not (attrs.get("seat_ids") or attrs.get("food_ids")):
            raise serializers.ValidationError({"seat_ids": "Name at least one seat or food."}, code="required")
        return attrs


class CancelledOutput(ReturningOutput):
    message = serializers.CharField()


def returning_json(booking: Booking, back: Returning) -> dict[str, Any]:
    """Write what a cancellation gives back as `ReturningOutput` describes it."""
    return {
        "booking_id": booking.pk,
        "booking_status": booking.booking_status,
        "percent": back.percent,
        "lines": [_line_json(line, part) for line, part in back.lines],
        "rounding": back.rounding,
        "refund_amount": back.amount,
        "kept_amount": back.kept,
    }


def _line_json(line: Line, part: Taxed) -> dict[str, Any]:
    return {
        "kind": TICKET if isinstance(line, BookedSeat) else FOOD if isinstance(line, BookedFood) else FEE,
        "name": name_of(line),
        "seat_id": line.seat_id if isinstance(line, BookedSeat | BookedFee) else None,
        "food_id": line.food_id if isinstance(line, BookedFood) else None,
        "paid": line.total,
        "refund_taxable": part.taxable,
        "refund_cgst": part.cgst,
        "refund_sgst": part.sgst,
        "refund_amount": part.total,
    }
