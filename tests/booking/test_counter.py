from datetime import timedelta

import pytest

from billing.errors import RefundNotOpen
from billing.models import Payment, Refund
from billing.services import refunds
from billing.states import PaymentMethod, PaymentStatus, RefundStatus
from booking.errors import BookingOver, CounterClosed, SeatUnavailable, UnknownBooking
from booking.models import Booking
from booking.services import cancelling, counter, mailing, reconciling
from booking.states import Actor, BookingStatus, MailKind
from tests.booking.stories import booked, order, placed

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


class TestSell:
    @pytest.fixture
    def walk_in(self, clerk, now):
        return counter.welcome(by=clerk, now=now)

    def test_confirms_at_once_for_cash_and_names_the_clerk(self, selling_show, walk_in, clerk, now, settings):
        settings.PAYMENT_GATEWAY = "none"  # a house that takes no money online still has a counter
        booking = counter.sell(order=order(selling_show, "A1", "A2"), buyer=walk_in, by=clerk, now=now)
        payment = Payment.objects.get()
        assert (booking.booking_status, booking.user, booking.sold_by) == (BookingStatus.CONFIRMED, walk_in, clerk)
        assert (payment.gateway, payment.payment_method) == ("cash", PaymentMethod.CASH)
        placed_log = booking.logs.order_by("id")[0]
        assert (placed_log.changed_by, placed_log.reason) == (Actor.ADMIN, f"Sold at the counter by {clerk.name}")

    def test_asks_a_walk_in_for_nothing_and_mails_nothing(self, selling_show, walk_in, clerk, now, mailoutbox):
        booking = counter.sell(order=order(selling_show, "A1"), buyer=walk_in, by=clerk, now=now)
        assert not mailing.send(booking_id=booking.pk, kind=MailKind.CONFIRMED, now=now)
        assert mailoutbox == []

    def test_is_for_clerks_only(self, selling_show, walk_in, customer, now):
        with pytest.raises(CounterClosed):
            counter.sell(order=order(selling_show, "A1"), buyer=walk_in, by=customer, now=now)
        with pytest.raises(CounterClosed):
            counter.welcome(by=customer, now=now)
        assert not Booking.objects.exists()

    def test_takes_no_seat_from_anybody(self, selling_show, walk_in, customer, clerk, now):
        booked(selling_show, "A1", by=customer, now=now)
        with pytest.raises(SeatUnavailable):
            counter.sell(order=order(selling_show, "A1"), buyer=walk_in, by=clerk, now=now)

    def test_serves_the_next_customer_without_the_seats_of_the_last(self, selling_show, clerk, now):
        for row in ("A", "B"):
            buyer = counter.welcome(by=clerk, now=now)
            numbers = [f"{row}{number}" for number in range(1, 11)]  # ten each: as many as one customer may have
            counter.sell(order=order(selling_show, *numbers), buyer=buyer, by=clerk, now=now)
        assert Booking.objects.filter(sold_by=clerk).count() == 2
