"""Each way the books can be wrong, made on purpose, is found; and books that are right are left alone."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from billing.books import QUESTIONS, faults
from billing.models import LedgerCheck, Payment
from billing.services import checking, invoices, ledger, refunds
from billing.states import PaymentMethod
from tests.factories.billing import PaymentFactory, SandboxChargeFactory, document
from tests.factories.venues import VenueFactory

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=2)
WAYS = {  # what is done past every guard, and the fault that it is
    "An entry does not balance": "UPDATE billing_ledgerline SET debit = debit + 1 WHERE account = 'REFUNDS_DUE' AND debit > 0",
    "A payment is not in the ledger as it is": "UPDATE billing_payment SET amount = amount + 1",
    "A refund that is due is not in the ledger as it is": "DELETE FROM billing_ledgerline WHERE entry_id IN (SELECT id"
    " FROM billing_ledgerentry WHERE kind = 'REFUND_OWED'); DELETE FROM billing_ledgerentry WHERE kind = 'REFUND_OWED'",
    "A refund that was sent is not in the ledger as it is": "UPDATE billing_refund SET refund_status = 'PENDING'",
    "A payment owes another amount than its refunds": "UPDATE billing_payment SET refund_owed = amount",
    "An invoice is not in the ledger as it is": "UPDATE billing_ledgerline SET account = 'FOOD' FROM billing_ledgerentry e"
    " WHERE e.id = entry_id AND e.kind = 'INVOICE' AND account = 'CGST'",
    "A credit note is not in the ledger as it is": "UPDATE billing_creditnote SET cgst = cgst + 1, sgst = sgst - 1",
    "An invoice does not add up to its lines": "UPDATE billing_invoice SET lines = '[]'",
    "A credit note does not add up to its lines": "UPDATE billing_creditnote SET lines = lines || lines",
    "An invoice is credited with another amount than its credit notes": "UPDATE billing_invoice SET credited = 0",
    "A customer's money is neither a sale nor owed back": "UPDATE billing_ledgerentry SET booking_reference = 'BKNG-ELSE'"
    " WHERE kind = 'INVOICE'",
}


@pytest.fixture
def sold(now) -> Payment:
    """A sale for 118 rupees, of which 59 have gone back."""
    venue = VenueFactory()
    payment = PaymentFactory(amount=Decimal(118), payment_method=PaymentMethod.CARD)
    SandboxChargeFactory(idempotency_key=payment.transaction_code, amount=118)
    reference = payment.booking_reference
    ledger.record_payment(payment=payment, venue_id=venue.pk, now=now)
    sale, half = (document(Decimal(taxable), tax=Decimal(taxable) * 9 / 100) for taxable in ("100.00", "50.00"))
    invoices.issue(venue=venue, booking_reference=reference, document=sale, now=now)
    refund = refunds.owe(payment=payment, amount=half.amount, key="half", reason="Test", now=now)
    assert refund is not None
    invoices.credit(venue=venue, booking_reference=reference, document=half, key="half", reason="Test", now=now)
    refunds.send(refund_id=refund.pk, now=now)
    return payment


def break_books(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("ledgerentry", "ledgerline", "invoice", "creditnote"):
            cursor.execute(f"ALTER TABLE billing_{table} DISABLE TRIGGER USER")
        cursor.execute(statement)


def found(now) -> set[str]:
    return {fault.what for fault in faults(settled_before=now)}


class TestFaults:
    def test_are_none_in_books_that_are_right(self, sold, now):
        assert found(now + LATER) == set()

    @pytest.mark.parametrize("what", QUESTIONS)
    def test_are_found_one_by_one(self, what, sold, now):
        break_books(WAYS[what])
        assert what in found(now + LATER)

    def test_name_the_row_and_both_amounts(self, sold, now):
        break_books(WAYS["A payment is not in the ledger as it is"])
        (fault,) = faults(settled_before=now)
        assert str(fault) == (
            f"A payment is not in the ledger as it is: {sold.transaction_code} (expected 119.00, found 118.00)"
        )

    def test_count_money_that_waits_for_its_next_step_only_when_it_waits_long(self, now):
        payment = PaymentFactory()
        ledger.record_payment(payment=payment, venue_id=VenueFactory().pk, now=now)
        assert (found(now), len(found(now + LATER))) == (set(), 1)


class TestCheckBooks:
    def test_keeps_what_it_found_and_logs_it_as_an_error(self, sold, now, caplog):
        sound = checking.check_books(now=now + LATER)
        assert (sound.is_sound, sound.entries, caplog.text) == (True, 5, "")
        break_books(WAYS["A payment owes another amount than its refunds"])
        wrong = checking.check_books(now=now + LATER)
        assert (wrong.is_sound, wrong.faults, len(wrong.findings)) == (False, 1, 1)
        assert [record.levelname for record in caplog.records] == ["ERROR"]
        assert wrong.findings[0] in caplog.text

    def test_is_shown_in_the_back_office(self, client, admin, sold, now):
        break_books(WAYS["A payment owes another amount than its refunds"])
        check = checking.check_books(now=now)
        client.force_login(admin)
        assert b"icon-no" in client.get("/admin/billing/ledgercheck/").content
        page = client.get(f"/admin/billing/ledgercheck/{check.pk}/change/").content.decode()
        assert sold.transaction_code in page


class TestCommand:
    def test_says_that_all_is_well(self, sold):
        out = StringIO()
        call_command("check_ledger", stdout=out)
        assert out.getvalue() == "5 entries, and not a fault.\n"

    def test_fails_and_names_each_fault(self, sold):
        err = StringIO()
        break_books(WAYS["A payment owes another amount than its refunds"])
        with pytest.raises(CommandError, match="1 faults in 5 entries"):
            call_command("check_ledger", stderr=err)
        assert sold.transaction_code in err.getvalue()
        assert LedgerCheck.objects.get().faults == 1
