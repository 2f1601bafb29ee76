from typing import Any

import django_filters
from django.db.models import Count, Q, QuerySet

from cinema.core.api.filters import FlagFilter, IdFilter, TextFilter
from venues.models import Screen, Seat, SeatCategory


class ScreenFilter(django_filters.FilterSet):
    name = TextFilter(field_name="screen_name")
    type = TextFilter(field_name="screen_type")
    is_available = FlagFilter()
    total_seats = IdFilter(method="at_least_seats", help_text="At least so many seats.")

    class Meta:
        model = Screen
        fields: list[str] = []

    def at_least_seats(self, screens: QuerySet[Any], _: str, wanted: int) -> QuerySet[Any]:
        return screens.alias(seat_count=Count("seats", filter=Q(seats__retired_at=None))).filter(
            seat_count__gte=wanted
        )


class SeatFilter(django_filters.FilterSet):
    screen_id = IdFilter()
    category_id = IdFilter()
    is_available = FlagFilter()

    class Meta:
        model = Seat
        fields: list[str] = []


class SeatCategoryFilter(django_filters.FilterSet):
    screen_id = IdFilter()
    category_name = TextFilter()

    class Meta:
        model = SeatCategory
        fields: list[str] = []
