"""Shapes of the billing API."""

from typing import Any

from rest_framework import serializers

from billing.models import GST, CreditNote, Discount, Payment
from billing.states import DiscountType, Weekday
from catalog.models import Movie
from cinema.core.api.fields import Approximate, Flag, OptionalText, Reference, Text, id_field
from scheduling.models import Show

DISCOUNT_FIELDS = (
    "promo_code",
    "discount_type",
    "discount_percent",
    "max_discount_amount",
    "discount_amount",
    "min_subtotal",
    "starts_at",
    "ends_at",
    "is_active",
    "usage_limit_per_user",
    "usage_limit",
    "weekdays",
    "daypart_from",
    "daypart_until",
    "applicable_movie_id",
    "applicable_show_id",
)
LARGEST_LIMIT = 1_000_000


def percent(**options: Any) -> serializers.DecimalField:
    """Make a field for a percentage with two places."""
    return serializers.DecimalField(max_digits=5, decimal_places=2, min_value=0, max_value=100, **options)


def amount(**options: Any) -> serializers.DecimalField:
    """Make a field for an amount in rupees that may be left empty."""
    return serializers.DecimalField(
        max_digits=10, decimal_places=2, min_value=0, required=False, allow_null=True, **options
    )


def limit() -> serializers.IntegerField:
    """Make a field for how often something may be used; null means no limit."""
    return serializers.IntegerField(min_value=1, max_value=LARGEST_LIMIT, required=False, allow_null=True)


class PaymentOutput(serializers.ModelSerializer):
    payment_id = serializers.IntegerField(source="id")

    class Meta:
        model = Payment
        fields = (
            "payment_id",
            "payment_status",
            "payment_method",
            "transaction_code",
            "amount",
            "refund_amount",
            "booking_reference",
            "redirect_url",
            "failure",
        )


class CreditNoteOutput(serializers.ModelSerializer):
    credit_note_id = serializers.IntegerField(source="id")

    class Meta:
        model = CreditNote
        fields = ("credit_note_id", "number", "amount", "reason", "issued_at")


class DiscountOutput(serializers.ModelSerializer):
    discount_id = serializers.IntegerField(source="id")
    discount_type = serializers.ChoiceField(DiscountType.choices)
    applicable_movie_id = serializers.IntegerField(allow_null=True)
    applicable_show_id = serializers.IntegerField(allow_null=True)

    class Meta:
        model = Discount
        fields = ("discount_id", *DISCOUNT_FIELDS, "times_used", "created_at", "updated_at")


class DiscountInput(serializers.ModelSerializer):
    """One promo code: a percentage, perhaps capped, or a flat amount."""

    promo_code = Text(max_length=50)
    discount_type = serializers.ChoiceField(DiscountType.choices, required=False)
    discount_percent = percent(required=False)
    max_discount_amount = amount()
    discount_amount = amount()
    is_active = Flag(default=True)
    min_subtotal = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=0, required=False)
    usage_limit_per_user = limit()
    usage_limit = limit()
    weekdays = serializers.ListField(
        child=serializers.ChoiceField(Weekday.choices),
        required=False,
        max_length=7,
        help_text="Days of the show on the venue's calendar, 0 is Monday; empty means every day.",
    )
    applicable_movie_id = Reference(
        source="applicable_movie", queryset=Movie.objects.all(), required=False, allow_null=True
    )
    applicable_show_id = Reference(
        source="applicable_show", queryset=Show.objects.all(), required=False, allow_null=True
    )

    class Meta:
        model = Discount
        fields = DISCOUNT_FIELDS

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if _becoming(self, attrs, "discount_type") == DiscountType.FLAT:
            needed, missing = "discount_amount", _becoming(self, attrs, "discount_amount") is None
        else:
            needed, missing = "discount_percent", _becoming(self, attrs, "discount_percent") is None
        if missing:
            raise serializers.ValidationError({needed: "This kind of discount needs it."}, code="required")
        _require_order(self, attrs, "starts_at", "ends_at")
        _require_daypart(self, attrs)
        return attrs


def _require_daypart(wanted: serializers.ModelSerializer, attrs: dict[str, Any]) -> None:
    first, end = _becoming(wanted, attrs, "daypart_from"), _becoming(wanted, attrs, "daypart_until")
    if (first is None) != (end is None):
        raise serializers.ValidationError({"daypart_until": "A daypart has both ends, or none."}, code="required")
    if first is not None and first == end:
        raise serializers.ValidationError({"daypart_until": "Must differ from daypart_from."}, code="order")


def rupees(**options: Any) -> Approximate:
    """Make a field for an amount in a query: old clients write what their arithmetic left, 499.98999999999995."""
    return Approximate(
        max_digits=10,
        decimal_places=2,
        min_value=0,
        max_value=99_999_999,
        help_text="Rupees; rounded to two places.",
        **options,
    )


class PromoCheck(serializers.Serializer):
    code = Text(max_length=50)
    amount = rupees()
    movie_id = id_field(required=False)
    show_id = id_field(required=False)


class PromoWorth(serializers.Serializer):
    isvalid = serializers.BooleanField(default=True)
    discount_amount = serializers.DecimalField(max_digits=10, decimal_places=2)


class TicketPrice(serializers.Serializer):
    price = rupees(required=False)


class TicketRate(serializers.Serializer):
    gst_rate = serializers.DecimalField(max_digits=5, decimal_places=2, help_text="Percent, both halves.")


class GSTOutput(serializers.ModelSerializer):
    gst_id = serializers.IntegerField(source="id")
    hsn_code = OptionalText()

    class Meta:
        model = GST
        fields = (
            "gst_id",
            "gst_category",
            "s_gst",
            "c_gst",
            "above",
            "up_to",
            "valid_from",
            "valid_until",
            "hsn_code",
        )


class GSTInput(serializers.ModelSerializer):
    """One dated rate of a category, perhaps for a band of prices; the halves are percentages like 2.5."""

    gst_category = Text(max_length=100)
    s_gst = percent()
    c_gst = percent()
    above = amount()
    up_to = amount()
    hsn_code = OptionalText(max_length=8)

    class Meta:
        model = GST
        fields = ("gst_category", "s_gst", "c_gst", "above", "up_to", "valid_from", "valid_until", "hsn_code")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        _require_order(self, attrs, "above", "up_to")
        _require_order(self, attrs, "valid_from", "valid_until")
        return attrs


def _becoming(wanted: serializers.ModelSerializer, attrs: dict[str, Any], name: str) -> Any:
    """Read a field as it will be: what is sent, else what is stored, else nothing."""
    return attrs[name] if name in attrs else getattr(wanted.instance, name, None)


def _require_order(wanted: serializers.ModelSerializer, attrs: dict[str, Any], low: str, high: str) -> None:
    start, end = _becoming(wanted, attrs, low), _becoming(wanted, attrs, high)
    if start is not None and end is not None and end <= start:
        raise serializers.ValidationError({high: f"Must be more than {low}."}, code="order")
