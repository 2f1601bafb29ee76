"""The life cycles of money; steps never go back."""

from django.db.models import TextChoices


class PaymentStatus(TextChoices):
    PENDING = "PENDING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    REFUNDED = "REFUNDED"


class PaymentMethod(TextChoices):
    UPI = "UPI"
    CARD = "CARD"
    WALLET = "WALLET"
    CASH = "CASH"


class RefundStatus(TextChoices):
    PENDING = "PENDING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


class DiscountType(TextChoices):
    PERCENT = "percent"
    FLAT = "flat"


PAYMENT_TRANSITIONS: dict[PaymentStatus, tuple[PaymentStatus, ...]] = {
    PaymentStatus.PENDING: (PaymentStatus.COMPLETED, PaymentStatus.FAILED),
    PaymentStatus.FAILED: (PaymentStatus.COMPLETED,),  # a provider captured late what it had given up: it goes back
    PaymentStatus.COMPLETED: (PaymentStatus.REFUNDED,),
    PaymentStatus.REFUNDED: (),
}
