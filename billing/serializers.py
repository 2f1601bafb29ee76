"""Shapes of the billing API."""

from rest_framework import serializers

from billing.models import Payment


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
        )
