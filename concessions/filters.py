import django_filters

from cinema.core.api.filters import FlagFilter, IdFilter, TextFilter
from concessions.models import FoodItem


class FoodItemFilter(django_filters.FilterSet):
    category_id = IdFilter()
    is_available = FlagFilter()
    is_veg = FlagFilter()
    search = TextFilter(field_name="item_name", lookup_expr="icontains", help_text="Part of the name.")

    class Meta:
        model = FoodItem
        fields: list[str] = []
