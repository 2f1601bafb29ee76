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


class Account(TextChoices):
    """The accounts of the ledger: what the house has, what it owes, what it earned."""

    CASH = "CASH"  # in the till
    GATEWAY = "GATEWAY"  # with the payment providers, until they pay out
    CUSTOMERS = "CUSTOMERS"  # came in and is not yet for anything; 0 for every booking whose steps are done
    REFUNDS_DUE = "REFUNDS_DUE"  # decided and not yet sent
    TICKETS = "TICKETS"
    FOOD = "FOOD"
    FEE = "FEE"
    ROUNDING = "ROUNDING"
    CGST = "CGST"
    SGST = "SGST"


class EntryKind(TextChoices):
    """What an entry of the ledger records, and so what its source names."""

    PAYMENT = "PAYMENT"  # a transaction code
    INVOICE = "INVOICE"  # a booking reference
    CREDIT_NOTE = "CREDIT_NOTE"  # the key of the refund it documents
    REFUND_OWED = "REFUND_OWED"  # a refund's key
    REFUND_SENT = "REFUND_SENT"  # a refund's key
