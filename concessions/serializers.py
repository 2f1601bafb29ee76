"""Shapes of the food API."""

from rest_framework import serializers

from cinema.core.api.fields import Flag, OptionalText, Picture, Reference, Text
from concessions.models import FoodCategory, FoodItem


class FoodCategoryOutput(serializers.ModelSerializer):
    category_id = serializers.IntegerField(source="id")

    class Meta:
        model = FoodCategory
        fields = ("category_id", "category_name")


class FoodCategoryInput(serializers.ModelSerializer):
    category_name = Text(max_length=50)

    class Meta:
        model = FoodCategory
        fields = ("category_name",)


class FoodItemOutput(serializers.ModelSerializer):
    food_id = serializers.IntegerField(source="id")
    category_id = serializers.IntegerField()
    description = OptionalText()
    image_url = Picture()

    class Meta:
        model = FoodItem
        fields = ("food_id", "item_name", "description", "price", "category_id", "is_available", "is_veg", "image_url")


class FoodItemInput(serializers.ModelSerializer):
    item_name = Text(max_length=100)
    description = OptionalText(max_length=500)
    price = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=0, help_text="Of one, before tax.")
    category_id = Reference(source="category", queryset=FoodCategory.objects.all())
    is_available = Flag(default=True)
    is_veg = Flag(default=True)
    image_url = Picture(max_length=255)

    class Meta:
        model = FoodItem
        fields = ("item_name", "description", "price", "category_id", "is_available", "is_veg", "image_url")
