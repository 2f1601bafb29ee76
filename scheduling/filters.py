import django_filters

from cinema.core.api.filters import DayFilter, FlagFilter, IdFilter, TextFilter
from scheduling.models import Show, ShowCategoryPricing, ShowQuerySet
from scheduling.states import PartOfDay, ShowStatus


class ShowFilter(django_filters.FilterSet):
    movie_id = IdFilter()
    screen_id = IdFilter()
    status = django_filters.ChoiceFilter(choices=ShowStatus.choices)
    show_date = DayFilter(help_text="A day on the venue's wall clock.")
    show_date_from = DayFilter(field_name="show_date", lookup_expr="gte", help_text="From this day on.")
    language = TextFilter(lookup_expr="iexact")
    format = TextFilter(lookup_expr="iexact")
    price_min = django_filters.NumberFilter(
        field_name="highest_price",
        lookup_expr="gte",
        min_value=0,
        help_text="Shows with a seat at this price or above.",
    )
    price_max = django_filters.NumberFilter(
        field_name="lowest_price",
        lookup_expr="lte",
        min_value=0,
        help_text="Shows with a seat at this price or below.",
    )
    preferred_time = django_filters.ChoiceFilter(
        choices=PartOfDay, method="in_part_of_day", help_text="Of the start, on the venue's wall clock."
    )
    has_captions = FlagFilter()
    has_audio_description = FlagFilter()
    has_sign_language = FlagFilter()

    def in_part_of_day(self, qs: ShowQuerySet, name: str, value: str) -> ShowQuerySet:
        return qs.in_part_of_day(PartOfDay(value))

    class Meta:
        model = Show
        fields: list[str] = []


class PricingFilter(django_filters.FilterSet):
    show_id = IdFilter()
    category_id = IdFilter()

    class Meta:
        model = ShowCategoryPricing
        fields: list[str] = []
