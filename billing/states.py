"""The life cycles of money; steps never go back."""

from django.db.models import IntegerChoices, TextChoices


class PaymentStatus(TextChoices):
    PENDING = "PENDING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    REFUNDED = "REFUNDED"


class PaymentMethod(TextChoices):
    UPI = "UPI", "UPI"
    CARD = "CARD"
    WALLET = "WALLET"
    CASH = "CASH"


class RefundStatus(TextChoices):
    PENDING = "PENDING"  # owed; to be asked of the gateway, once or again
    ACCEPTED = "ACCEPTED"  # the gateway took it on and has not done it yet
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


class IssueKind(TextChoices):
    """What reconciliation found and does not mend by itself."""

    CHARGE_UNKNOWN = "CHARGE_UNKNOWN", "Money for a booking that we do not know"
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS", "The gateway took another amount than we asked for"
    PAYMENT_STUCK = "PAYMENT_STUCK", "The gateway does not say what became of a payment"
    BOOKING_UNPAID = "BOOKING_UNPAID", "A confirmed booking without its money"
    REFUND_FAILED = "REFUND_FAILED", "Money that does not go back"


class Weekday(IntegerChoices):
    """As Python counts them."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


class DiscountType(TextChoices):
    PERCENT = "percent"
    FLAT = "flat"


PAYMENT_TRANSITIONS: dict[PaymentStatus, tuple[PaymentStatus, ...]] = {
    PaymentStatus.PENDING: (PaymentStatus.COMPLETED, PaymentStatus.FAILED),
    PaymentStatus.FAILED: (PaymentStatus.COMPLETED,),  # a provider captured late what it had given up
    PaymentStatus.COMPLETED: (PaymentStatus.REFUNDED,),
    PaymentStatus.REFUNDED: (),
}
REFUND_TRANSITIONS: dict[RefundStatus, tuple[RefundStatus, ...]] = {
    RefundStatus.PENDING: (RefundStatus.ACCEPTED, RefundStatus.COMPLETED, RefundStatus.FAILED),
    RefundStatus.ACCEPTED: (RefundStatus.COMPLETED, RefundStatus.FAILED),
    RefundStatus.FAILED: (RefundStatus.PENDING, RefundStatus.COMPLETED),  # sent again, or handed over, by somebody
    RefundStatus.COMPLETED: (),
}


class Account(TextChoices):
    """The accounts of the ledger: what the house has, what it owes, what it earned."""

    CASH = "CASH"  # in the till
    GATEWAY = "GATEWAY"  # with the payment providers, until they pay out
    CUSTOMERS = "CUSTOMERS"  # came in and is not yet for anything; 0 for every booking whose steps are done
    REFUNDS_DUE = "REFUNDS_DUE", "Refunds due"  # decided and not yet sent
    TICKETS = "TICKETS"
    FOOD = "FOOD"
    FEE = "FEE"
    ROUNDING = "ROUNDING"
    CGST = "CGST", "CGST"
    SGST = "SGST", "SGST"


class EntryKind(TextChoices):
    """What an entry of the ledger records, and so what its source names."""

    PAYMENT = "PAYMENT"  # a transaction code
    INVOICE = "INVOICE"  # a booking reference
    CREDIT_NOTE = "CREDIT_NOTE", "Credit note"  # the key of the refund it documents
    REFUND_OWED = "REFUND_OWED", "Refund owed"  # a refund's key
    REFUND_SENT = "REFUND_SENT", "Refund sent"  # a refund's key
