from datetime import date
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from billing.models import GST, Discount, Invoice, InvoiceCounter, Payment, Refund, SandboxCharge
from billing.states import PaymentStatus
from tests.factories.accounts import UserFactory
from tests.factories.venues import VenueFactory

SLABS_OF_2025 = date(2025, 9, 22)


class GSTFactory(DjangoModelFactory[GST]):
    """18 % at every price, for ever, on a category of its own."""

    class Meta:
        model = GST

    gst_category = factory.Sequence(lambda number: f"rate {number}")
    c_gst = Decimal(9)
    s_gst = Decimal(9)


def todays_law() -> list[GST]:
    """Enter the rates in force since 22 September 2025: tickets 5 % up to 100 rupees, else 18 %; food 5 %; fee 18 %."""
    low, high, limit = Decimal("2.5"), Decimal(9), Decimal(100)
    return [
        GSTFactory(
            gst_category="ticket", c_gst=low, s_gst=low, up_to=limit, valid_from=SLABS_OF_2025, hsn_code="999614"
        ),
        GSTFactory(
            gst_category="ticket", c_gst=high, s_gst=high, above=limit, valid_from=SLABS_OF_2025, hsn_code="999614"
        ),
        GSTFactory(gst_category="food", c_gst=low, s_gst=low, hsn_code="996331"),
        GSTFactory(gst_category="fee", c_gst=high, s_gst=high, hsn_code="9985"),
    ]


class DiscountFactory(DjangoModelFactory[Discount]):
    """Ten per cent for everybody, always."""

    class Meta:
        model = Discount

    promo_code = factory.Sequence(lambda number: f"PROMO{number}")
    discount_percent = Decimal(10)


class PaymentFactory(DjangoModelFactory[Payment]):
    """100 rupees that have arrived; `payment_status="PENDING"` and `settled_at=None` for money still on its way."""

    class Meta:
        model = Payment

    user = factory.SubFactory(UserFactory)
    booking_reference = factory.Sequence(lambda number: f"BKNG-{number:08d}")
    transaction_code = factory.Sequence(lambda number: f"TXN-{number:08d}")
    gateway = "sandbox"
    payment_status = PaymentStatus.COMPLETED
    amount = Decimal("100.00")
    created_at = factory.LazyFunction(timezone.now)
    settled_at = factory.SelfAttribute("created_at")


class RefundFactory(DjangoModelFactory[Refund]):
    class Meta:
        model = Refund

    payment = factory.SubFactory(PaymentFactory)
    amount = factory.SelfAttribute("payment.amount")
    idempotency_key = factory.Sequence(lambda number: f"refund-{number}")
    reason = "Cancelled by the customer"
    created_at = factory.LazyFunction(timezone.now)


class InvoiceCounterFactory(DjangoModelFactory[InvoiceCounter]):
    class Meta:
        model = InvoiceCounter

    venue = factory.SubFactory(VenueFactory)
    kind = "I"
    financial_year = "2526"


class InvoiceFactory(DjangoModelFactory[Invoice]):
    class Meta:
        model = Invoice

    venue = factory.SubFactory(VenueFactory)
    number = factory.Sequence(lambda number: f"AAAI2526/{number:07d}")
    booking_reference = factory.Sequence(lambda number: f"BKNG-{number:08d}")
    amount = Decimal("100.00")
    issued_at = factory.LazyFunction(timezone.now)


class SandboxChargeFactory(DjangoModelFactory[SandboxCharge]):
    class Meta:
        model = SandboxCharge

    idempotency_key = factory.Sequence(lambda number: f"BKNG-{number:08d}:1")
    amount = Decimal("100.00")
    succeeded = True
