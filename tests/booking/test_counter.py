from datetime import timedelta

import pytest

from billing.errors import RefundNotOpen
from billing.models import Payment, Refund
from billing.services import refunds
from billing.states import PaymentMethod, PaymentStatus, RefundStatus
from booking.errors import BookingOver, UnknownBooking
from booking.models import Booking
from booking.services import cancelling, counter, reconciling
from booking.states import BookingStatus
from tests.booking.stories import booked, placed

pytestmark = pytest.mark.django_db
WINDOW = timedelta(minutes=15)


@pytest.fixture
def reserved(selling_show, customer, now, settings) -> Booking:
    """One seat, to be paid at the box office."""
    settings.PAYMENT_GATEWAY = "cash"
    return booked(selling_show, "A1", by=customer, now=now)


class TestTakeCash:
    def test_confirms_what_was_reserved(self, reserved, clerk, now):
        assert reserved.booking_status == BookingStatus.PENDING
        booking = counter.take_cash(booking_id=reserved.pk, by=clerk, now=now)
        payment = Payment.objects.get()
        assert booking.booking_status == BookingStatus.CONFIRMED
        assert (payment.payment_method, payment.payment_status) == (PaymentMethod.CASH, PaymentStatus.COMPLETED)
        assert str(clerk.pk) in payment.gateway_payment_id

    def test_takes_it_once(self, reserved, clerk, now):
        for _ in range(2):
            counter.take_cash(booking_id=reserved.pk, by=clerk, now=now)
        assert Payment.objects.count() == 1

    def test_replaces_an_attempt_online(self, selling_show, customer, clerk, now):
        waiting = placed(selling_show, "A1", by=customer, now=now)
        booking = counter.take_cash(booking_id=waiting.pk, by=clerk, now=now)
        assert booking.booking_status == BookingStatus.CONFIRMED
        assert list(Payment.objects.order_by("attempt").values_list("gateway", flat=True)) == ["sandbox", "cash"]
        assert booking.payment_id == Payment.objects.get(gateway="cash").pk

    def test_comes_too_late_at_the_end_of_the_window(self, reserved, clerk, now):
        with pytest.raises(BookingOver):
            counter.take_cash(booking_id=reserved.pk, by=clerk, now=now + WINDOW)
        assert Payment.objects.get().payment_status == PaymentStatus.PENDING

    def test_knows_no_other_booking(self, clerk, now):
        with pytest.raises(UnknownBooking):
            counter.take_cash(booking_id=1, by=clerk, now=now)

    def test_is_given_up_when_nobody_came(self, reserved, now):
        reconciling.reconcile(now=now + WINDOW + timedelta(minutes=2))
        reserved.refresh_from_db()
        payment = Payment.objects.get()
        assert reserved.booking_status == BookingStatus.CANCELLED
        assert (payment.payment_status, payment.failure) == (
            PaymentStatus.FAILED,
            "Nobody paid at the box office in time.",
        )


class TestHandOver:
    @pytest.fixture
    def refund(self, reserved, customer, clerk, now) -> Refund:
        counter.take_cash(booking_id=reserved.pk, by=clerk, now=now)
        cancelling.cancel_booking(booking_id=reserved.pk, by=customer, now=now)
        return Refund.objects.get()

    def test_waits_for_somebody_to_hand_it_over(self, refund, now):
        assert refunds.send(refund_id=refund.pk, now=now).refund_status == RefundStatus.ACCEPTED

    def test_records_it_once(self, refund, now):
        done = refunds.hand_over(refund_id=refund.pk, receipt="no. 7", now=now)
        assert (done.refund_status, done.gateway_refund_id) == (RefundStatus.COMPLETED, "no. 7")
        with pytest.raises(RefundNotOpen):
            refunds.hand_over(refund_id=refund.pk, receipt="no. 8", now=now)
        payment = Payment.objects.get()
        assert (payment.payment_status, payment.refund_amount) == (PaymentStatus.REFUNDED, refund.amount)

    def test_is_not_for_what_a_gateway_is_giving_back(self, selling_show, customer, now, settings):
        settings.SANDBOX_REFUNDS = "delay"
        booking = booked(selling_show, "A1", by=customer, now=now)
        cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=now)
        with pytest.raises(RefundNotOpen):
            refunds.hand_over(refund_id=Refund.objects.get().pk, receipt="no. 7", now=now)
