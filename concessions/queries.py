"""What the counter offers."""

from django.db.models import Prefetch, Q

from concessions.models import FoodCategory, FoodItem


def menu() -> list[FoodCategory]:
    """List the shelves that have something left to sell, each with its `items`, in two queries."""
    sellable = FoodItem.objects.filter(Q(stock=None) | Q(stock__gt=0), is_available=True).order_by("item_name", "id")
    shelves = FoodCategory.objects.order_by("id").prefetch_related(Prefetch("items", queryset=sellable))
    return [shelf for shelf in shelves if shelf.items.all()]
