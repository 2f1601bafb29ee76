"""Shapes of the scheduling API; days and times are the venue's wall clock."""

from datetime import time
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from cinema.core.api.fields import OptionalText, Reference, Text, id_field
from scheduling.models import Show, ShowCategoryPricing
from scheduling.services.planning import Plan
from scheduling.states import ShowStatus
from venues.models import SeatCategory

LARGEST_PRICE = Decimal("999.99")


class ShowInput(serializers.Serializer):
    movie_id = id_field()
    screen_id = id_field()
    show_date = serializers.DateField()
    show_time = serializers.TimeField()
    status = serializers.ChoiceField(ShowStatus.choices, default=ShowStatus.UPCOMING)
    format = Text(max_length=20, default="2D")
    language = OptionalText(max_length=50, help_text="The movie's first language, unless said.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"plan": Plan(**attrs)}


class ShowOutput(serializers.ModelSerializer):
    show_id = serializers.IntegerField(source="id")
    movie_id = serializers.IntegerField()
    screen_id = serializers.IntegerField()
    show_time = serializers.SerializerMethodField()
    end_time = serializers.SerializerMethodField(help_text="When the feature ends.")
    status = serializers.ChoiceField(ShowStatus.choices)
    price_min = serializers.DecimalField(source="lowest_price", max_digits=5, decimal_places=2, allow_null=True)
    price_max = serializers.DecimalField(source="highest_price", max_digits=5, decimal_places=2, allow_null=True)

    class Meta:
        model = Show
        fields = (
            "show_id",
            "movie_id",
            "screen_id",
            "show_date",
            "show_time",
            "end_time",
            "starts_at",
            "ends_at",
            "status",
            "format",
            "language",
            "price_min",
            "price_max",
            "created_at",
        )

    def get_show_time(self, show: Show) -> time:
        return show.local_start().time()

    def get_end_time(self, show: Show) -> time:
        return show.local_end().time()


class PricingOutput(serializers.ModelSerializer):
    pricing_id = serializers.IntegerField(source="id")
    show_id = serializers.IntegerField()
    category_id = serializers.IntegerField()

    class Meta:
        model = ShowCategoryPricing
        fields = ("pricing_id", "show_id", "category_id", "price")


class PricingInput(serializers.ModelSerializer):
    """The price of one category at one show; without `price`, or with 0, a new row takes the category's base price."""

    show_id = Reference(source="show", queryset=Show.objects.all())
    category_id = Reference(source="category", queryset=SeatCategory.objects.all())
    price = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, max_value=LARGEST_PRICE, required=False
    )

    class Meta:
        model = ShowCategoryPricing
        fields = ("show_id", "category_id", "price")
        validators: list[Any] = []  # the schema has the last word, and answers 409

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.instance is not None:
            return {key: value for key, value in attrs.items() if key == "price"}  # it stays where it is
        if attrs["category"].screen_id != attrs["show"].screen_id:
            raise serializers.ValidationError(
                {"category_id": "This category is of another screen."}, code="other_screen"
            )
        return attrs | {"price": attrs.get("price") or attrs["category"].base_price}
