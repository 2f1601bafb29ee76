"""Shapes of the scheduling API; days and times are the venue's wall clock."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cinema.core.api.fields import Day, Flag, OptionalText, Reference, Text, id_field
from scheduling.drafting import Assignment, MovieWish, Programme
from scheduling.engine.plans import Report
from scheduling.gaps import Slot
from scheduling.hybrid import Notice, Warned
from scheduling.models import Show, ShowCategoryPricing
from scheduling.services.autoplanning import Schedule
from scheduling.services.planning import Plan
from scheduling.states import ShowStatus
from venues.models import SeatCategory

LARGEST_PRICE = Decimal("999.99")


class ShowInput(serializers.Serializer):
    movie_id = id_field()
    screen_id = id_field()
    show_date = Day()
    show_time = serializers.TimeField()
    status = serializers.ChoiceField(ShowStatus.choices, default=ShowStatus.UPCOMING)
    format = Text(max_length=20, required=False, help_text="2D where movie and screen have it, unless said.")
    language = OptionalText(max_length=50, help_text="The movie's first language, unless said.")
    has_captions = Flag(default=False, help_text="Open captions on the screen.")
    has_audio_description = Flag(default=False, help_text="A described track on headphones.")
    has_sign_language = Flag(default=False, help_text="Interpreted in sign language.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"plan": Plan(**attrs)}


class ShowOutput(serializers.ModelSerializer):
    show_id = serializers.IntegerField(source="id")
    movie_id = serializers.IntegerField()
    screen_id = serializers.IntegerField()
    show_time = serializers.SerializerMethodField()
    end_time = serializers.SerializerMethodField(help_text="When the feature ends.")
    status = serializers.ChoiceField(ShowStatus.choices)
    price_min = serializers.DecimalField(source="lowest_price", max_digits=5, decimal_places=2, allow_null=True)
    price_max = serializers.DecimalField(source="highest_price", max_digits=5, decimal_places=2, allow_null=True)

    class Meta:
        model = Show
        fields = (
            "show_id",
            "movie_id",
            "screen_id",
            "show_date",
            "show_time",
            "end_time",
            "starts_at",
            "ends_at",
            "status",
            "format",
            "language",
            "has_captions",
            "has_audio_description",
            "has_sign_language",
            "price_min",
            "price_max",
            "created_at",
        )

    def get_show_time(self, show: Show) -> time:
        return show.local_start().time()

    def get_end_time(self, show: Show) -> time:
        return show.local_end().time()


@extend_schema_field(OpenApiTypes.DATETIME)
class DayField(serializers.DateField):
    """A day, or an instant of which only the day counts, as it is written."""

    def to_internal_value(self, value: Any) -> date:
        try:
            instant = parse_datetime(value) if isinstance(value, str) and len(value) > len("2026-01-31") else None
        except ValueError:
            instant = None
        return super().to_internal_value(value) if instant is None else instant.date()


class SlotQuery(serializers.Serializer):
    screen_id = id_field()
    movie_id = id_field()
    date = DayField(
        source="day", input_formats=["%Y-%m-%d"], help_text="YYYY-MM-DD, or a date-time of which the day counts."
    )


class SlotOutput(serializers.Serializer):
    start = serializers.CharField(help_text="HH:MM on the venue's wall clock; after midnight it is the next day's.")
    end = serializers.CharField(help_text="Of the free time, not of the movie.")
    latest_start = serializers.CharField(help_text="The last minute at which the movie can start.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    latest_starts_at = serializers.DateTimeField()


class SlotsOutput(serializers.Serializer):
    available_slots = SlotOutput(many=True)


def slot_json(slot: Slot, zone: ZoneInfo) -> dict[str, Any]:
    """Write a slot as `SlotOutput` describes it."""
    return {
        "start": clock_text(slot.start, zone),
        "end": clock_text(slot.end, zone),
        "latest_start": clock_text(slot.latest_start, zone),
        "starts_at": slot.start,
        "ends_at": slot.end,
        "latest_starts_at": slot.latest_start,
    }


def clock_text(instant: datetime, zone: ZoneInfo) -> str:
    """Write HH:MM on a wall clock."""
    return instant.astimezone(zone).strftime("%H:%M")


LARGEST_QUOTA = 2**31 - 1


class MovieQuotaInput(serializers.Serializer):
    movie_id = id_field()
    min_shows_per_day = serializers.IntegerField(min_value=0, max_value=LARGEST_QUOTA)
    max_shows_per_day = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST_QUOTA,
        allow_null=True,
        default=None,
        help_text="Shows that are there already count; null means no limit.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        most = attrs["max_shows_per_day"]
        if most is not None and most < attrs["min_shows_per_day"]:
            raise serializers.ValidationError({"max_shows_per_day": "Must be at least the minimum."}, code="order")
        return attrs


class ScreenAssignmentInput(serializers.Serializer):
    screen_id = id_field()
    movies = serializers.ListField(child=MovieQuotaInput(), max_length=100)

    def validate_movies(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        _require_each_once([quota["movie_id"] for quota in value], "A movie is named twice.")
        return value


METHODS = ("fill", "forecast")


class HybridInput(serializers.Serializer):
    """Which screens to fill with what; a screen keeps to the venue's opening hours as well."""

    start_date = Day()
    days = serializers.IntegerField(min_value=1, max_value=31)
    buffer_minutes = serializers.IntegerField(
        min_value=1, max_value=60, help_text="Between two shows; never less than the turnaround of the screen."
    )
    default_open_time = serializers.TimeField()
    default_close_time = serializers.TimeField()
    per_screen_assignments = serializers.ListField(child=ScreenAssignmentInput(), max_length=100)
    method = serializers.ChoiceField(
        METHODS,
        default="fill",
        help_text="fill: minima, maxima, then whatever fits. forecast: what is expected to leave most, of the movies named.",
    )
    dry_run = Flag(default=False, help_text="Plans and writes nothing.")
    as_drafts = Flag(default=False, help_text="Customers see the shows only when they are published.")

    def validate_per_screen_assignments(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        _require_each_once([assignment["screen_id"] for assignment in value], "A screen is named twice.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["default_close_time"] <= attrs["default_open_time"]:
            raise serializers.ValidationError(
                {"default_close_time": "Must be later than default_open_time."}, code="order"
            )
        return {"programme": programme_of(attrs), "dry_run": attrs["dry_run"], "method": attrs["method"]}


def programme_of(checked: Mapping[str, Any]) -> Programme:
    """Build the programme that the services take from a checked `HybridInput`."""
    return Programme(
        start_date=checked["start_date"],
        days=checked["days"],
        buffer_minutes=checked["buffer_minutes"],
        opens_at=checked["default_open_time"],
        closes_at=checked["default_close_time"],
        assignments=tuple(
            Assignment(assignment["screen_id"], tuple(MovieWish(**quota) for quota in assignment["movies"]))
            for assignment in checked["per_screen_assignments"]
        ),
        is_draft=checked["as_drafts"],
    )


def _require_each_once(ids: list[int], message: str) -> None:
    if len(set(ids)) < len(ids):
        raise serializers.ValidationError(message, code="duplicate")


class ScheduledShowOutput(serializers.Serializer):
    date = serializers.DateField()
    start = serializers.CharField(help_text="HH:MM on the venue's wall clock.")
    end = serializers.CharField(help_text="When the feature ends, HH:MM.")
    movie_id = serializers.IntegerField()
    screen_id = serializers.IntegerField()


class ScheduleWarningOutput(serializers.Serializer):
    code = serializers.ChoiceField([(code.value, code.value) for code in Warned])
    message = serializers.CharField()
    context = serializers.DictField()  # type: ignore[assignment]  # the contract's name; DRF has a property of it


class WeighedOutput(serializers.Serializer):
    """What the plan is expected to be worth, in the venue's currency; nobody knows how good it is without a bound."""

    engine = serializers.CharField()
    admissions = serializers.FloatField()
    contribution = serializers.FloatField(help_text="Of tickets and food, less the cost of shows.")
    objective = serializers.FloatField(help_text="The contribution less what crowding and empty seats weigh.")
    bound = serializers.FloatField(allow_null=True, help_text="No plan is worth more; null when nobody looked.")
    gap = serializers.FloatField(allow_null=True, help_text="Between the two, as a share of the bound.")
    notes = serializers.ListField(
        child=serializers.CharField(), help_text="What was left undone, such as a second look at a long plan."
    )


class ScheduleOutput(serializers.Serializer):
    message = serializers.CharField()
    schedule = ScheduledShowOutput(many=True)
    warnings = ScheduleWarningOutput(many=True)
    weighed = WeighedOutput(allow_null=True, help_text="Only with the method forecast.")


def schedule_json(schedule: Schedule, message: str) -> dict[str, Any]:
    """Write a schedule as `ScheduleOutput` describes it."""
    shows = []
    for placed in schedule.placed:
        zone = schedule.zone_of(placed.screen_id)
        shows.append(
            {
                "date": placed.start.astimezone(zone).date(),
                "start": clock_text(placed.start, zone),
                "end": clock_text(placed.end, zone),
                "movie_id": placed.movie_id,
                "screen_id": placed.screen_id,
            }
        )
    return {
        "message": message,
        "schedule": shows,
        "warnings": [_warning_json(notice, schedule.zone_of(notice.screen_id)) for notice in schedule.notices],
        "weighed": _weighed_json(schedule.report) if schedule.report else None,
    }


def _weighed_json(report: Report) -> dict[str, Any]:
    return {
        "engine": report.engine,
        "admissions": round(report.score.admissions, 1),
        "contribution": round(report.score.contribution, 2),
        "objective": round(report.objective, 2),
        "bound": None if report.bound is None else round(report.bound, 2),
        "gap": report.gap,
        "notes": list(report.notes),
    }


def _warning_json(notice: Notice, zone: ZoneInfo) -> dict[str, Any]:
    facts = notice.context.items()
    context = {key: clock_text(value, zone) if isinstance(value, datetime) else value for key, value in facts}
    return {
        "code": notice.code.value,
        "message": notice.message,
        "context": {"screen_id": notice.screen_id, **context},
    }


class PricingOutput(serializers.ModelSerializer):
    pricing_id = serializers.IntegerField(source="id")
    show_id = serializers.IntegerField()
    category_id = serializers.IntegerField()

    class Meta:
        model = ShowCategoryPricing
        fields = ("pricing_id", "show_id", "category_id", "price")


class PricingInput(serializers.ModelSerializer):
    """The price of one category at one show; without `price`, or with 0, a new row takes the category's base price."""

    show_id = Reference(source="show", queryset=Show.objects.all())
    category_id = Reference(source="category", queryset=SeatCategory.objects.all())
    price = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, max_value=LARGEST_PRICE, required=False
    )

    class Meta:
        model = ShowCategoryPricing
        fields = ("show_id", "category_id", "price")
        validators: list[Any] = []  # the schema has the last word, and answers 409

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.instance is not None:
            return {key: value for key, value in attrs.items() if key == "price"}  # it stays where it is
        if attrs["category"].screen_id != attrs["show"].screen_id:
            raise serializers.ValidationError(
                {"category_id": "This category is of another screen."}, code="other_screen"
            )
        return attrs | {"price": attrs.get("price") or attrs["category"].base_price}
