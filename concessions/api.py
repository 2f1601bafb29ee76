"""Food and drink over HTTP."""

from cinema.core.api.records import RecordViewSet
from concessions.filters import FoodItemFilter
from concessions.models import FoodCategory, FoodItem
from concessions.serializers import FoodCategoryInput, FoodCategoryOutput, FoodItemInput, FoodItemOutput


class FoodCategoryViewSet(RecordViewSet):
    tag, noun, nouns = "Food Categories", "Food Category", "Food Categories"
    queryset = FoodCategory.objects.order_by("id")
    serializer_class = FoodCategoryOutput
    input_class = FoodCategoryInput
    lookup_url_kwarg = "category_id"
    created_status = 201


class FoodItemViewSet(RecordViewSet):
    tag, noun, nouns = "Food Items", "Food Item", "Food Items"
    queryset = FoodItem.objects.order_by("id")
    filterset_class = FoodItemFilter
    serializer_class = FoodItemOutput
    input_class = FoodItemInput
    lookup_url_kwarg = "food_id"
    created_status = 201
