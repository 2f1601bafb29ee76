import django_filters

from cinema.core.api.filters import DayFilter, FlagFilter, IdFilter, TextFilter
from scheduling.models import Show, ShowCategoryPricing
from scheduling.states import ShowStatus


class ShowFilter(django_filters.FilterSet):
    movie_id = IdFilter()
    screen_id = IdFilter()
    status = django_filters.ChoiceFilter(choices=ShowStatus.choices)
    show_date = DayFilter(help_text="A day on the venue's wall clock.")
    show_date_from = DayFilter(field_name="show_date", lookup_expr="gte", help_text="From this day on.")
    language = TextFilter(lookup_expr="iexact")
    format = TextFilter(lookup_expr="iexact")
    has_captions = FlagFilter()
    has_audio_description = FlagFilter()
    has_sign_language = FlagFilter()

    class Meta:
        model = Show
        fields: list[str] = []


class PricingFilter(django_filters.FilterSet):
    show_id = IdFilter()
    category_id = IdFilter()

    class Meta:
        model = ShowCategoryPricing
        fields: list[str] = []
