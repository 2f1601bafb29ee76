from datetime import timedelta

import pytest

from billing.errors import PaymentRefused
from billing.models import Payment, Refund
from billing.states import PaymentStatus
from booking.errors import BookingOver, TooManyAttempts, UnknownBooking
from booking.models import Booking
from booking.services import attempts, cancelling, checkout, settling
from booking.states import BookingStatus
from tests.booking.stories import PAID, REFUSED, booked, order, payment_of, placed

pytestmark = pytest.mark.django_db
WINDOW = timedelta(minutes=15)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def failed(selling_show, customer, now, settings) -> Booking:
    """One seat whose first attempt to pay was refused."""
    settings.SANDBOX_BEHAVIOUR = "refuse"
    booking = checkout.start(order=order(selling_show, "A1"), by=customer, now=now)
    settings.SANDBOX_BEHAVIOUR = "settle"
    return booking


def again(booking, by, now):
    return attempts.pay_again(booking_id=booking.pk, by=by, now=now)


def statuses() -> list[str]:
    return list(Payment.objects.order_by("attempt").values_list("payment_status", flat=True))


class TestStart:
    def test_leaves_a_refused_booking_open(self, failed):
        assert failed.booking_status == BookingStatus.PENDING
        assert statuses() == [PaymentStatus.FAILED]

    def test_sells_at_once_what_is_paid_at_once(self, selling_show, customer, now):
        assert checkout.start(order=order(selling_show, "A1"), by=customer, now=now).confirmed_at == now


class TestPayAgain:
    def test_begins_one_however_often_the_button_is_clicked(self, failed, customer, now, settings):
        settings.SANDBOX_BEHAVIOUR = "redirect"
        for _ in range(2):
            attempts.pay_again(booking_id=failed.pk, by=customer, now=now, after=1)
        assert statuses() == [PaymentStatus.FAILED, PaymentStatus.PENDING]
        attempts.pay_again(booking_id=failed.pk, by=customer, now=now, after=2)
        assert statuses() == [PaymentStatus.FAILED, PaymentStatus.PENDING, PaymentStatus.PENDING]

    def test_pays_with_the_second_attempt(self, failed, customer, now):
        booking = again(failed, customer, now)
        assert booking.booking_status == BookingStatus.CONFIRMED
        assert statuses() == [PaymentStatus.FAILED, PaymentStatus.COMPLETED]
        codes = Payment.objects.order_by("attempt").values_list("transaction_code", flat=True)
        assert list(codes) == [f"{booking.booking_reference}-1", f"{booking.booking_reference}-2"]

    def test_stays_open_when_it_is_refused_again(self, failed, customer, now, settings):
        settings.SANDBOX_BEHAVIOUR = "refuse"
        with pytest.raises(PaymentRefused):
            again(failed, customer, now)
        failed.refresh_from_db()
        assert failed.booking_status == BookingStatus.PENDING
        assert statuses() == [PaymentStatus.FAILED] * 2

    def test_is_possible_until_the_last_instant_of_the_window(self, failed, customer, now):
        with pytest.raises(BookingOver):
            again(failed, customer, now + WINDOW)
        assert again(failed, customer, now + WINDOW - INSTANT).booking_status == BookingStatus.CONFIRMED

    def test_refuses_what_is_paid_or_over(self, selling_show, customer, now):
        paid, over = booked(selling_show, "A1", by=customer, now=now), placed(selling_show, "A2", by=customer, now=now)
        cancelling.cancel_booking(booking_id=over.pk, by=customer, now=now)
        for booking in (paid, over):
            with pytest.raises(BookingOver):
                again(booking, customer, now)

    def test_knows_no_booking_of_somebody_else(self, failed, stranger, now):
        with pytest.raises(UnknownBooking):
            again(failed, stranger, now)

    def test_ends_after_twenty_attempts(self, failed, customer, now):
        Payment.objects.update(attempt=attempts.MOST_ATTEMPTS)
        with pytest.raises(TooManyAttempts):
            again(failed, customer, now)


class TestMoneyOfTwoAttempts:
    def test_of_the_older_one_that_comes_late_goes_back_and_the_booking_stays(self, failed, customer, now):
        first = payment_of(failed)
        sold = again(failed, customer, now)
        for _ in range(2):
            booking = settling.settle(payment_id=first, charge=PAID, now=now)
        assert booking.booking_status == BookingStatus.CONFIRMED
        assert booking.payment_id == sold.payment_id != first
        refund = Refund.objects.get()
        assert (refund.payment_id, refund.amount) == (first, booking.amount)
        assert booking.refund_amount == 0

    def test_confirms_with_whichever_comes_first(self, failed, customer, now):
        first = payment_of(failed)
        second = attempts.open_attempt(booking_id=failed.pk, gateway="sandbox", now=now)
        booking = settling.settle(payment_id=first, charge=PAID, now=now)
        assert (booking.booking_status, booking.payment_id) == (BookingStatus.CONFIRMED, first)
        settling.settle(payment_id=second.pk, charge=PAID, now=now)
        assert Refund.objects.get().payment_id == second.pk

    def test_of_the_older_one_that_is_refused_late_changes_nothing(self, selling_show, customer, now):
        waiting = placed(selling_show, "A1", by=customer, now=now)
        first = payment_of(waiting)
        again(waiting, customer, now)
        settling.refuse(payment_id=first, charge=REFUSED, now=now)
        waiting.refresh_from_db()
        assert waiting.booking_status == BookingStatus.CONFIRMED
        assert statuses() == [PaymentStatus.FAILED, PaymentStatus.COMPLETED]

    def test_all_goes_back_when_the_booking_had_ended(self, failed, customer, now):
        first = payment_of(failed)
        second = attempts.open_attempt(booking_id=failed.pk, gateway="sandbox", now=now)
        cancelling.cancel_booking(booking_id=failed.pk, by=customer, now=now)
        for payment_id in (first, second.pk):
            settling.settle(payment_id=payment_id, charge=PAID, now=now)
        assert sorted(Refund.objects.values_list("payment_id", flat=True)) == [first, second.pk]
