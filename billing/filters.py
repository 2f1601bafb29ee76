import django_filters

from billing.models import GST
from cinema.core.api.filters import TextFilter


class GSTFilter(django_filters.FilterSet):
    gst_category = TextFilter(lookup_expr="iexact")

    class Meta:
        model = GST
        fields: list[str] = []
