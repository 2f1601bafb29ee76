"""Bookings that are older than the books get the same books as if they had been there."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from billing.books import faults
from billing.models import CreditNote, Invoice, LedgerLine
from billing.services import refunds
from booking.services import cancelling
from tests.booking.stories import booked, placed
from tests.factories.concessions import FoodItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(selling_show, customer, manager, now) -> None:
    """One sale that stands, one cancelled as the policy says, one that was never paid."""
    FoodItemFactory(item_name="Coke")
    booked(selling_show, "A1", "A2", "C1", by=customer, now=now)
    back = booked(selling_show, "B1", by=customer, now=now)
    cancelling.cancel_booking(booking_id=back.pk, by=customer, now=now)
    refunds.send(refund_id=back.payment.refunds.get().pk, now=now)  # type: ignore[union-attr]  # it was paid
    placed(selling_show, "B2", by=customer, now=now)


def kept() -> list[list[tuple]]:
    """Read all that the books say, without ids and numbers."""
    stated = ("amount", "taxable", "cgst", "sgst", "rounding", "subject", "lines", "supplier_name", "issued_at")
    entered = ("entry__kind", "entry__source", "entry__venue", "entry__total", "entry__entered_at")
    return [
        list(Invoice.objects.order_by("booking_reference").values_list(*stated, "booking_reference", "credited")),
        list(CreditNote.objects.order_by("key").values_list(*stated, "key", "reason", "number")),
        sorted(LedgerLine.objects.values_list(*entered, "account", "debit", "credit")),
    ]


def run() -> str:
    out = StringIO()
    call_command("backfill_books", stdout=out)
    return out.getvalue()


class TestBackfill:
    def test_writes_what_the_product_would_have_written(self, sold, now):
        before = kept()
        forget_the_books()
        assert "3 bookings" in run()
        assert kept() == before
        assert list(faults(settled_before=now)) == []

    def test_changes_nothing_that_is_there(self, sold):
        before = kept()
        for _ in range(2):
            run()
        assert kept() == before


def forget_the_books() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("invoice", "ledgerline", "ledgerentry", "creditnote"):
            cursor.execute(f"ALTER TABLE billing_{table} DISABLE TRIGGER USER")
        for table in ("ledgerline", "ledgerentry", "creditnote"):
            cursor.execute(f"DELETE FROM billing_{table}")
        cursor.execute("DELETE FROM billing_invoicecounter WHERE kind = 'C'")
        cursor.execute(
            "UPDATE billing_invoice SET lines = '[]', taxable = 0, cgst = 0, sgst = 0, credited = 0, supplier_name = '',"
            " subject = ''"
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("invoice", "ledgerline", "ledgerentry", "creditnote"):
            cursor.execute(f"ALTER TABLE billing_{table} ENABLE TRIGGER USER")
