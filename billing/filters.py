import django_filters

from billing.models import GST, Discount
from cinema.core.api.filters import FlagFilter, IdFilter, TextFilter


class GSTFilter(django_filters.FilterSet):
    gst_category = TextFilter(lookup_expr="iexact")

    class Meta:
        model = GST
        fields: list[str] = []


class DiscountFilter(django_filters.FilterSet):
    is_active = FlagFilter()
    promo_code = TextFilter(lookup_expr="iexact")
    movie_id = IdFilter(field_name="applicable_movie_id", help_text="Codes for this movie alone.")
    show_id = IdFilter(field_name="applicable_show_id", help_text="Codes for this show alone.")

    class Meta:
        model = Discount
        fields: list[str] = []
