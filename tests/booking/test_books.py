"""Whatever happens to a booking, the ledger says where its money is, and the documents say the same."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from billing.books import faults
from billing.models import CreditNote, Invoice, LedgerEntry, LedgerLine, Refund
from billing.services import refunds
from billing.states import PaymentMethod
from booking.models import Booking
from booking.services import cancelling, checkout, settling
from tests.booking.stories import PAID, order, payment_of, placed
from tests.factories.billing import DiscountFactory
from tests.factories.concessions import FoodItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked(selling_show, customer, now) -> Booking:
    """The example of docs/pricing.md, paid: two seats, two cokes, ten per cent off."""
    coke = FoodItemFactory(item_name="Coke", price=Decimal("99.99"))
    DiscountFactory(promo_code="TEN")
    wish = order(selling_show, "A1", "A2", foods={coke.pk: 2}, promo_code="TEN")
    return checkout.book(order=wish, by=customer, now=now)


def balances() -> dict[str, Decimal]:
    """Add up each account that is not even: debits less credits."""
    sums = LedgerLine.objects.values_list("account").annotate(left=Sum("debit") - Sum("credit")).exclude(left=0)
    return dict(sums.values_list("account", "left"))


def rupees(**amounts: str) -> dict[str, Decimal]:
    return {account: Decimal(amount) for account, amount in amounts.items()}


def send_refunds(now) -> None:
    for refund in Refund.objects.all():
        refunds.send(refund_id=refund.pk, now=now)


class TestTheBooks:
    def test_of_a_sale(self, worked):
        assert balances() == rupees(GATEWAY="508.64", TICKETS="-270.90", FOOD="-179.98", CGST="-28.88", SGST="-28.88")

    def test_of_a_sale_state_like_lines_once(self, worked):
        seats, coke = Invoice.objects.get().document.lines
        assert (seats.text, seats.hsn_code, seats.quantity) == ("Admission, Silver: A1, A2", "999614", 2)
        assert [seats.taxable, seats.cgst, seats.discount] == [Decimal("270.90"), Decimal("24.38"), Decimal("30.10")]
        assert (coke.text, coke.hsn_code, coke.quantity, coke.total) == ("Coke", "996331", 2, Decimal("188.98"))

    def test_of_a_cancellation_keep_what_is_kept_at_its_own_rate(self, worked, customer, now):
        cancelling.cancel_booking(booking_id=worked.pk, by=customer, now=now)
        assert balances()["REFUNDS_DUE"] == Decimal("-406.90")
        send_refunds(now)
        kept = rupees(GATEWAY="101.74", TICKETS="-54.18", FOOD="-36.00", CGST="-5.78", SGST="-5.78")
        assert balances() == kept
        note = CreditNote.objects.get()
        assert (note.amount, note.invoice, note.reason) == (
            Decimal("406.90"),
            Invoice.objects.get(),
            "Cancelled by user",
        )

    def test_of_a_cancelled_show_are_even(self, worked, manager, now):
        cancelling.cancel_show(show_id=worked.show_id, by=manager, now=now)
        for _ in range(2):
            cancelling.end_bookings_of(show_id=worked.show_id, now=now)
        send_refunds(now)
        assert balances() == {}
        assert Invoice.objects.get().credited == worked.amount

    def test_of_money_that_came_too_late_know_no_sale(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        settling.settle(payment_id=payment_of(booking), charge=PAID, now=now + timedelta(minutes=15))
        assert balances() == {"GATEWAY": booking.amount, "REFUNDS_DUE": -booking.amount}
        assert not Invoice.objects.exists()
        assert not CreditNote.objects.exists()

    def test_of_a_free_ticket_have_an_invoice_and_no_entry(self, selling_show, customer, now):
        DiscountFactory(promo_code="FREE", discount_percent=100)
        booking = checkout.book(order=order(selling_show, "B1", promo_code="FREE"), by=customer, now=now)
        cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=now)
        assert Invoice.objects.get().document.lines[0].taxable == 0
        assert not LedgerEntry.objects.exists()
        assert not CreditNote.objects.exists()

    def test_are_written_once_however_often_the_news_come(self, worked, customer, now):
        for _ in range(2):
            settling.settle(payment_id=payment_of(worked), charge=PAID, now=now)
            cancelling.cancel_booking(booking_id=worked.pk, by=customer, now=now)
            send_refunds(now)
        kinds = LedgerEntry.objects.order_by("id").values_list("kind", flat=True)
        assert list(kinds) == ["PAYMENT", "INVOICE", "REFUND_OWED", "CREDIT_NOTE", "REFUND_SENT"]
        venue = worked.show.screen.venue_id
        assert set(LedgerEntry.objects.values_list("venue", flat=True)) == {venue}

    def test_of_cash_are_in_the_till(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        charge = replace(PAID, method=PaymentMethod.CASH)
        settling.settle(payment_id=payment_of(booking), charge=charge, now=now)
        assert balances()["CASH"] == booking.amount


class TestFeesAndRounding:
    @pytest.fixture
    def rounded(self, selling_show, customer, now) -> Booking:
        """Two seats with a fee each, rounded to the rupee: 355.20 + 47.20 = 402.40, so 402."""
        venue = selling_show.screen.venue
        venue.seat_fee, venue.rounds_to_rupee = Decimal("20.00"), True
        venue.save()
        return checkout.book(order=order(selling_show, "A1", "A2"), by=customer, now=now)

    def test_are_lines_of_the_invoice_and_accounts_of_their_own(self, rounded):
        assert balances() == rupees(
            GATEWAY="402.00", TICKETS="-301.00", FEE="-40.00", ROUNDING="0.40", CGST="-30.70", SGST="-30.70"
        )
        seats, fee = Invoice.objects.get().document.lines
        assert (seats.taxable, fee.kind, fee.taxable) == (Decimal("301.00"), "fee", Decimal("40.00"))

    def test_keep_the_books_right_when_seats_go_one_by_one(self, rounded, customer, now):
        for seat in rounded.seats.order_by("id"):
            cancelling.cancel_lines(booking_id=rounded.pk, seat_ids=[seat.seat_id], food_ids=[], by=customer, now=now)
            send_refunds(now)
            assert list(faults(settled_before=now + timedelta(hours=2))) == []
        assert CreditNote.objects.count() == 2
        assert Invoice.objects.get().credited == Refund.objects.aggregate(all=Sum("amount"))["all"]
