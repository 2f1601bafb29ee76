from datetime import timedelta

import pytest

from billing.errors import ChargeDiffers, PaymentRefused
from billing.gateways import Charge, ChargeState
from billing.models import Invoice, Payment, PaymentIssue, Refund
from billing.states import IssueKind, PaymentMethod, PaymentStatus
from booking.errors import BookingOver, UnknownBooking
from booking.models import Booking, BookingStatusLog, SeatLock, Ticket
from booking.services import attempts, cancelling, checkout, ending, settling, sweeping
from booking.states import Actor, BookingStatus, LockStatus
from tests.booking.stories import PAID, REFUSED, order, payment_of, placed
from tests.factories.billing import DiscountFactory, PaymentFactory

pytestmark = pytest.mark.django_db
WINDOW = timedelta(minutes=15)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def waiting(selling_show, customer, now) -> Booking:
    """Two seats and no payment yet."""
    return placed(selling_show, "A1", "A2", by=customer, now=now)


def settle(booking, now, charge=PAID):
    return settling.settle(payment_id=payment_of(booking), charge=charge, now=now)


def money(booking):
    payment = Payment.objects.get(pk=payment_of(booking))
    return payment.payment_status, payment.refund_owed


class TestSettle:
    def test_confirms_until_the_last_instant_of_the_window(self, waiting, now):
        booking = settle(waiting, now + WINDOW - INSTANT)
        assert booking.booking_status == BookingStatus.CONFIRMED
        assert money(booking) == (PaymentStatus.COMPLETED, 0)

    def test_keeps_what_the_gateway_said(self, waiting, now):
        settle(waiting, now, Charge(ChargeState.SETTLED, id="pay_77", method=PaymentMethod.CARD))
        payment = Payment.objects.get()
        assert (payment.gateway_payment_id, payment.payment_method, payment.settled_at) == ("pay_77", "CARD", now)

    def test_changes_nothing_the_second_time(self, waiting, now):
        settle(waiting, now)
        again = settle(waiting, now + WINDOW, Charge(ChargeState.SETTLED, id="other"))
        assert again.booking_status == BookingStatus.CONFIRMED
        assert Payment.objects.get().gateway_payment_id == PAID.id
        assert (Invoice.objects.count(), Ticket.objects.count(), BookingStatusLog.objects.count()) == (1, 1, 2)

    def test_ends_and_refunds_when_the_window_is_over(self, waiting, now):
        booking = settle(waiting, now + WINDOW)
        assert (booking.booking_status, booking.refund_amount) == (BookingStatus.CANCELLED, booking.amount)
        assert money(booking) == (PaymentStatus.COMPLETED, booking.amount)
        assert set(SeatLock.objects.values_list("status", flat=True)) == {LockStatus.EXPIRED}
        assert not Invoice.objects.exists()

    def test_ends_and_refunds_when_the_show_was_cancelled(self, waiting, now, manager):
        cancelling.cancel_show(show_id=waiting.show_id, by=manager, now=now)
        booking = settle(waiting, now)
        assert booking.booking_status == BookingStatus.CANCELLED
        assert money(booking) == (PaymentStatus.COMPLETED, booking.amount)

    def test_refunds_once_what_comes_after_the_booking_ended(self, waiting, customer, now):
        cancelling.cancel_booking(booking_id=waiting.pk, by=customer, now=now)
        for _ in range(2):
            booking = settle(waiting, now)
        assert (booking.booking_status, booking.refund_amount) == (BookingStatus.CANCELLED, booking.amount)
        assert Refund.objects.get().amount == booking.amount

    def test_confirms_with_what_was_captured_after_it_was_given_up(self, waiting, now):
        settling.refuse(payment_id=payment_of(waiting), charge=REFUSED, now=now)
        booking = settle(waiting, now)
        assert booking.booking_status == BookingStatus.CONFIRMED
        assert money(booking) == (PaymentStatus.COMPLETED, 0)
        assert Payment.objects.get().failure == ""

    def test_records_nothing_but_the_issue_when_another_amount_was_taken(self, waiting, now):
        with pytest.raises(ChargeDiffers):
            settle(waiting, now, Charge(ChargeState.SETTLED, id="less", amount=waiting.amount - 1))
        assert money(waiting) == (PaymentStatus.PENDING, 0)
        issue = PaymentIssue.objects.get()
        assert (issue.kind, issue.subject) == (IssueKind.AMOUNT_DIFFERS, Payment.objects.get().transaction_code)
        assert settle(waiting, now, Charge(ChargeState.SETTLED, id="it", amount=waiting.amount)).confirmed_at == now

    def test_ends_what_a_crash_left_paid_and_open(self, waiting, now):
        Payment.objects.update(payment_status=PaymentStatus.COMPLETED, settled_at=now)
        booking = settle(waiting, now)
        assert booking.booking_status == BookingStatus.CANCELLED
        assert money(booking) == (PaymentStatus.COMPLETED, booking.amount)

    def test_does_not_confirm_a_booking_that_lost_a_seat(self, waiting, now):
        SeatLock.objects.filter(pk=SeatLock.objects.values("pk")[:1]).update(status=LockStatus.EXPIRED, booking=None)
        assert settle(waiting, now).booking_status == BookingStatus.CANCELLED

    def test_of_money_without_a_booking_is_refused(self, now):
        with pytest.raises(UnknownBooking):
            settling.settle(payment_id=PaymentFactory().pk, charge=PAID, now=now)

    def test_says_what_goes_back_whichever_attempt_brought_it_too_late(self, waiting, now):
        first = payment_of(waiting)
        attempts.open_attempt(booking_id=waiting.pk, gateway="sandbox", now=now)
        booking = settling.settle(payment_id=first, charge=PAID, now=waiting.pay_until)
        assert (booking.booking_status, booking.refund_amount) == (BookingStatus.CANCELLED, booking.amount)

    def test_says_what_goes_back_when_it_comes_after_the_end(self, waiting, now):
        first = payment_of(waiting)
        attempts.open_attempt(booking_id=waiting.pk, gateway="sandbox", now=now)
        sweeping.end_unpaid(now=waiting.pay_until)
        booking = settling.settle(payment_id=first, charge=PAID, now=waiting.pay_until)
        assert booking.refund_amount == booking.amount


class TestRefuse:
    def test_leaves_the_booking_open_for_another_attempt_and_says_why(self, waiting, now):
        settling.refuse(payment_id=payment_of(waiting), charge=REFUSED, now=now)
        payment = Payment.objects.get()
        assert (payment.payment_status, payment.failure) == (PaymentStatus.FAILED, "Insufficient funds.")
        waiting.refresh_from_db()
        assert waiting.booking_status == BookingStatus.PENDING
        assert set(SeatLock.objects.values_list("status", flat=True)) == {LockStatus.BOOKED}

    def test_leaves_what_was_paid(self, waiting, now):
        booking = settle(waiting, now)
        settling.refuse(payment_id=payment_of(waiting), charge=REFUSED, now=now)
        assert money(booking) == (PaymentStatus.COMPLETED, 0)


class TestActOn:
    def test_raises_a_refusal_after_it_was_written(self, waiting, now):
        with pytest.raises(PaymentRefused) as refusal:
            settling.act_on(payment=Payment.objects.get(), charge=REFUSED, now=now)
        assert refusal.value.data == {"failure": "Insufficient funds."}
        assert Payment.objects.get().payment_status == PaymentStatus.FAILED

    def test_leaves_a_payment_that_is_on_its_way(self, waiting, now):
        charge = Charge(ChargeState.PENDING, redirect_url="https://pay.example.com/1")
        booking = settling.act_on(payment=Payment.objects.get(), charge=charge, now=now)
        assert booking.booking_status == BookingStatus.PENDING
        assert money(booking) == (PaymentStatus.PENDING, 0)


class TestConfirmFree:
    @pytest.fixture
    def free(self, selling_show, customer, now):
        DiscountFactory(promo_code="FREE", discount_percent=100)
        return checkout.place(order=order(selling_show, "B1", promo_code="FREE"), by=customer, now=now)

    def test_confirms_once(self, free, now):
        for _ in range(2):
            assert settling.confirm_free(booking_id=free.pk, now=now).booking_status == BookingStatus.CONFIRMED
        assert Invoice.objects.count() == 1

    def test_refuses_after_the_window_and_what_costs_something(self, free, waiting, now):
        for booking, when in ((free, now + WINDOW), (waiting, now)):
            with pytest.raises(BookingOver):
                settling.confirm_free(booking_id=booking.pk, now=when)

    def test_refuses_what_has_ended(self, free, now):
        ending.end_booking(booking_id=free.pk, percent=100, actor=Actor.SYSTEM, reason="Test", now=now)
        with pytest.raises(BookingOver):
            settling.confirm_free(booking_id=free.pk, now=now)
