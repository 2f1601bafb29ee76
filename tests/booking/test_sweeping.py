from datetime import timedelta

import pytest

from billing.gateways import Bill, gateway_named
from billing.models import Payment, Refund, SandboxCharge
from billing.states import PaymentStatus, RefundStatus
from booking.models import Booking, SeatLock
from booking.services import cancelling, locks, sweeping
from booking.states import BookingStatus, LockStatus
from tests.booking.stories import booked, payment_of, placed, seats_of
from tests.factories.billing import RefundFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)


def charge(booking):
    """Take the money and die before anybody hears of it."""
    payment = Payment.objects.get(pk=payment_of(booking))
    gateway_named("sandbox").charge(Bill(key=payment.transaction_code, amount=payment.amount))


def state(booking):
    booking.refresh_from_db()
    payment = Payment.objects.get(pk=payment_of(booking))
    return booking.booking_status, payment.payment_status, payment.amount - payment.refund_owed


class TestReleaseLapsed:
    def test_tidies_locks_from_their_end_on(self, selling_show, customer, now):
        locks.lock_seats(show_id=selling_show.pk, seat_ids=seats_of(selling_show, "A1"), by=customer, now=now)
        assert sweeping.release_lapsed(now=now + 10 * MINUTE - INSTANT) == 0
        assert sweeping.release_lapsed(now=now + 10 * MINUTE) == 1
        assert SeatLock.objects.get().status == LockStatus.EXPIRED

    def test_ends_unpaid_bookings_from_the_end_of_their_window_on(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", "A2", by=customer, now=now)
        assert sweeping.release_lapsed(now=now + 15 * MINUTE - INSTANT) == 0
        assert sweeping.release_lapsed(now=now + 15 * MINUTE) == 1
        assert state(booking)[0] == BookingStatus.CANCELLED
        assert not SeatLock.objects.taken(now=now).exists()

    def test_leaves_what_is_paid(self, selling_show, customer, now):
        booked(selling_show, "A1", by=customer, now=now)
        assert sweeping.release_lapsed(now=now + timedelta(days=1)) == 0
        assert SeatLock.objects.get().status == LockStatus.BOOKED


class TestReconcile:
    def test_confirms_what_was_charged_before_a_crash(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        charge(booking)
        mended = sweeping.reconcile(now=now + 2 * MINUTE)
        assert mended.settled == 1
        assert state(booking) == (BookingStatus.CONFIRMED, PaymentStatus.COMPLETED, booking.amount)

    def test_leaves_a_payment_that_may_still_be_settling(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        charge(booking)
        assert sweeping.reconcile(now=now + MINUTE) == sweeping.Mended()
        assert state(booking)[0] == BookingStatus.PENDING

    def test_refunds_what_was_charged_when_it_is_too_late_to_confirm(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        charge(booking)
        sweeping.reconcile(now=now + 15 * MINUTE)
        assert state(booking) == (BookingStatus.CANCELLED, PaymentStatus.COMPLETED, 0)
        assert sweeping.reconcile(now=now + 17 * MINUTE).refunded == 1
        assert SandboxCharge.objects.get().refunded == booking.amount
        assert Payment.objects.get().payment_status == PaymentStatus.REFUNDED

    def test_gives_up_a_payment_that_the_gateway_never_heard_of(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        assert sweeping.reconcile(now=now + 16 * MINUTE - INSTANT).refused == 0
        assert sweeping.reconcile(now=now + 16 * MINUTE).refused == 1
        assert state(booking)[:2] == (BookingStatus.CANCELLED, PaymentStatus.FAILED)

    def test_ends_what_was_paid_too_late_and_left_open_by_a_crash(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        Payment.objects.update(payment_status=PaymentStatus.COMPLETED, settled_at=now)
        assert sweeping.reconcile(now=now + MINUTE).ended == 1
        assert state(booking) == (BookingStatus.CANCELLED, PaymentStatus.COMPLETED, 0)

    def test_finishes_cancelling_a_show(self, selling_show, customer, manager, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        cancelling.cancel_show(show_id=selling_show.pk, by=manager, now=now)
        assert sweeping.reconcile(now=now).ended == 1
        assert state(booking) == (BookingStatus.CANCELLED, PaymentStatus.COMPLETED, 0)

    def test_sends_refunds_whose_message_was_lost_and_goes_on_past_one_that_fails(self, selling_show, customer, now):
        stuck = RefundFactory(created_at=now - timedelta(days=1))  # its charge is unknown to the provider
        booking = booked(selling_show, "A1", by=customer, now=now)
        cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=now)
        assert sweeping.reconcile(now=now + 2 * MINUTE).refunded == 1
        stuck.refresh_from_db()
        assert stuck.refund_status == RefundStatus.PENDING
        assert Refund.objects.exclude(pk=stuck.pk).get().refund_status == RefundStatus.COMPLETED

    def test_goes_on_past_a_gateway_that_is_away(self, selling_show, customer, now):
        first, second = (placed(selling_show, seat, by=customer, now=now) for seat in ("A1", "A2"))
        charge(second)
        Payment.objects.filter(pk=payment_of(first)).update(gateway="gone for good")
        sweeping.reconcile(now=now + 2 * MINUTE)
        assert state(second)[0] == BookingStatus.CONFIRMED
        assert state(first)[0] == BookingStatus.PENDING

    def test_finds_nothing_to_do_the_second_time(self, selling_show, customer, now):
        placed(selling_show, "A1", by=customer, now=now)
        charge(placed(selling_show, "A2", by=customer, now=now))
        sweeping.reconcile(now=now + 20 * MINUTE)
        sweeping.reconcile(now=now + 25 * MINUTE)
        assert sweeping.reconcile(now=now + 30 * MINUTE) == sweeping.Mended()
        assert not Booking.objects.filter(booking_status=BookingStatus.PENDING).exists()
