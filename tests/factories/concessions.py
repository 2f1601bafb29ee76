from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from concessions.models import FoodCategory, FoodItem


class FoodCategoryFactory(DjangoModelFactory[FoodCategory]):
    class Meta:
        model = FoodCategory

    category_name = factory.Sequence(lambda number: f"Shelf {number}")


class FoodItemFactory(DjangoModelFactory[FoodItem]):
    """Always in stock."""

    class Meta:
        model = FoodItem

    category = factory.SubFactory(FoodCategoryFactory)
    item_name = factory.Sequence(lambda number: f"Snack {number}")
    price = Decimal("99.99")
