from datetime import date
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from billing import postings
from billing.documents import Document, DocumentLine
from billing.models import (
    GST,
    CreditNote,
    Discount,
    Invoice,
    InvoiceCounter,
    LedgerCheck,
    LedgerEntry,
    LedgerLine,
    Payment,
    PaymentEvent,
    PaymentIssue,
    Refund,
    SandboxCharge,
)
from billing.pricing import TICKET
from billing.services import ledger
from billing.states import IssueKind, PaymentStatus
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


class PaymentEventFactory(DjangoModelFactory[PaymentEvent]):
    """A message that nobody has acted on."""

    class Meta:
        model = PaymentEvent

    gateway = "sandbox"
    event_id = factory.Sequence(lambda number: f"evt-{number}")
    kind = "charge"
    payload = factory.LazyFunction(lambda: {"event": "charge"})
    received_at = factory.LazyFunction(timezone.now)


class PaymentIssueFactory(DjangoModelFactory[PaymentIssue]):
    """A refund that was refused, not resolved."""

    class Meta:
        model = PaymentIssue

    kind = IssueKind.REFUND_FAILED
    subject = factory.Sequence(lambda number: f"refund-{number}")
    gateway = "sandbox"
    facts = factory.LazyFunction(lambda: {"failure": "No."})
    found_at = factory.LazyFunction(timezone.now)
    seen_at = factory.SelfAttribute("found_at")


class InvoiceCounterFactory(DjangoModelFactory[InvoiceCounter]):
    class Meta:
        model = InvoiceCounter

    venue = factory.SubFactory(VenueFactory)
    kind = "I"
    financial_year = "2526"


def document(
    amount: Decimal,
    *,
    tax: Decimal = Decimal(0),
    rounding: Decimal = Decimal(0),
    kind: str = TICKET,
    hsn_code: str = "999614",
    rate: Decimal = Decimal(9),
) -> Document:
    """State one seat, or another kind of thing, for an amount before tax, with as much CGST as SGST."""
    line = DocumentLine(
        kind=kind,
        text="Admission, Silver: A1",
        hsn_code=hsn_code,
        quantity=1,
        discount=Decimal(0),
        taxable=amount,
        cgst_rate=rate,
        cgst=tax,
        sgst_rate=rate,
        sgst=tax,
    )
    return Document((line,), rounding, "Any film, 01 Mar 2026, 7:15 pm, Screen 1")


class InvoiceFactory(DjangoModelFactory[Invoice]):
    """118 rupees for a seat."""

    class Meta:
        model = Invoice

    venue = factory.SubFactory(VenueFactory)
    number = factory.Sequence(lambda number: f"AAAI2526/{number:07d}")
    booking_reference = factory.Sequence(lambda number: f"BKNG-{number:08d}")
    amount = Decimal("118.00")
    taxable = Decimal("100.00")
    cgst = sgst = Decimal("9.00")
    supplier_name = factory.SelfAttribute("venue.name")
    supplier_gstin = "27AAZCM0000M1Z5"
    lines = factory.LazyFunction(lambda: _as_json(document(Decimal("100.00"), tax=Decimal("9.00"))))
    issued_at = factory.LazyFunction(timezone.now)


class CreditNoteFactory(DjangoModelFactory[CreditNote]):
    """All of an invoice given back."""

    class Meta:
        model = CreditNote

    invoice = factory.SubFactory(InvoiceFactory, credited=Decimal("118.00"))
    venue = factory.SelfAttribute("invoice.venue")
    number = factory.Sequence(lambda number: f"AAAC2526/{number:07d}")
    key = factory.Sequence(lambda number: f"BKNG-{number:08d}/end")
    reason = "Cancelled by user"
    amount = Decimal("118.00")
    taxable = Decimal("100.00")
    cgst = sgst = Decimal("9.00")
    supplier_name = factory.SelfAttribute("venue.name")
    lines = factory.SelfAttribute("invoice.lines")
    issued_at = factory.LazyFunction(timezone.now)


def _as_json(stated: Document) -> list[dict[str, Any]]:
    return [line.as_json() for line in stated.lines]


class LedgerEntryFactory(DjangoModelFactory[LedgerEntry]):
    """A payment of 100 rupees; with its lines, for the database takes no entry without."""

    class Meta:
        model = LedgerEntry

    venue = factory.SubFactory(VenueFactory)
    source = factory.Sequence(lambda number: f"TXN-{number:08d}")
    booking_reference = factory.Sequence(lambda number: f"BKNG-{number:08d}")
    entered_at = factory.LazyFunction(timezone.now)

    @classmethod
    def _create(cls, model_class: type[LedgerEntry], *args: Any, **facts: Any) -> LedgerEntry:
        entry = postings.payment(source=facts["source"], amount=Decimal("100.00"), is_cash=False)
        ledger.post(
            entry=entry,
            booking_reference=facts["booking_reference"],
            venue_id=facts["venue"].pk,
            now=facts["entered_at"],
        )
        return LedgerEntry.objects.get(kind=entry.kind, source=entry.source)


class LedgerLineFactory(DjangoModelFactory[LedgerLine]):
    """What the gateway owes by a payment: the first line of an entry."""

    class Meta:
        model = LedgerLine

    entry = factory.SubFactory(LedgerEntryFactory)

    @classmethod
    def _create(cls, model_class: type[LedgerLine], *args: Any, **facts: Any) -> LedgerLine:
        return LedgerLine.objects.get(entry=facts["entry"], debit__gt=0)


class LedgerCheckFactory(DjangoModelFactory[LedgerCheck]):
    """Nothing was wrong."""

    class Meta:
        model = LedgerCheck

    checked_at = factory.LazyFunction(timezone.now)
    entries = 0
    faults = 0


class SandboxChargeFactory(DjangoModelFactory[SandboxCharge]):
    class Meta:
        model = SandboxCharge

    idempotency_key = factory.Sequence(lambda number: f"BKNG-{number:08d}:1")
    amount = Decimal("100.00")
    succeeded = True
