"""Shapes of the venues API."""

from decimal import Decimal

from rest_framework import serializers

from cinema.core.api.fields import Flag, OptionalList, OptionalText, Reference, Text, id_field
from venues.models import Screen, Seat, SeatCategory, Venue
from venues.states import SeatKind

LARGEST_ROW = 1000
LARGEST_PRICE = Decimal("999.99")


class ScreenOutput(serializers.ModelSerializer):
    screen_id = serializers.IntegerField(source="id")
    venue_id = serializers.IntegerField()

    class Meta:
        model = Screen
        fields = (
            "screen_id",
            "screen_name",
            "screen_type",
            "formats",
            "is_available",
            "venue_id",
            "turnaround_minutes",
        )


class ScreenInput(serializers.ModelSerializer):
    """One screen, of the default venue unless `venue_id` names another."""

    screen_name = Text(max_length=50)
    screen_type = Text(max_length=50)
    formats = OptionalList(
        child=Text(max_length=20), max_length=20, help_text="What it can show: 2D, 3D, IMAX. Empty: everything."
    )
    is_available = Flag(default=True)
    venue_id = Reference(source="venue", queryset=Venue.objects.all(), required=False)
    turnaround_minutes = serializers.IntegerField(min_value=0, max_value=240, required=False, allow_null=True)

    class Meta:
        model = Screen
        fields = ("screen_name", "screen_type", "formats", "is_available", "venue_id", "turnaround_minutes")


class SeatCategoryOutput(serializers.ModelSerializer):
    category_id = serializers.IntegerField(source="id")
    screen_id = serializers.IntegerField()

    class Meta:
        model = SeatCategory
        fields = ("category_id", "category_name", "screen_id", "rows", "cols", "base_price")


class SeatCategoryInput(serializers.ModelSerializer):
    category_name = Text(max_length=50)
    screen_id = Reference(source="screen", queryset=Screen.objects.all())
    rows = serializers.IntegerField(min_value=1, max_value=LARGEST_ROW)
    cols = serializers.IntegerField(min_value=1, max_value=LARGEST_ROW)
    base_price = serializers.DecimalField(max_digits=5, decimal_places=2, min_value=0, max_value=LARGEST_PRICE)

    class Meta:
        model = SeatCategory
        fields = ("category_name", "screen_id", "rows", "cols", "base_price")


class SeatOutput(serializers.ModelSerializer):
    seat_id = serializers.IntegerField(source="id")
    screen_id = serializers.IntegerField()
    category_id = serializers.IntegerField()
    kind = serializers.ChoiceField(SeatKind.choices)

    class Meta:
        model = Seat
        fields = (
            "seat_id",
            "screen_id",
            "row_number",
            "col_number",
            "category_id",
            "seat_number",
            "kind",
            "is_available",
        )


class SeatInput(serializers.Serializer):
    """One place of a screen; without `seat_number` it is a walkway and never sold."""

    screen_id = id_field()
    row_number = serializers.IntegerField(min_value=1, max_value=LARGEST_ROW)
    col_number = serializers.IntegerField(min_value=1, max_value=LARGEST_ROW)
    category_id = id_field()
    seat_number = OptionalText(max_length=10)
    kind = serializers.ChoiceField(SeatKind.choices, required=False)
    is_available = Flag(default=True)

    def validate_seat_number(self, value: str) -> str | None:
        return value or None  # two walkways may both have none
