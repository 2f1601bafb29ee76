from datetime import timedelta

import pytest

from billing.gateways import Bill, gateway_named
from billing.models import Payment
from booking.models import SeatLock
from booking.services import locks, sweeping
from booking.states import BookingStatus, LockStatus
from tests.booking.stories import booked, payment_of, placed, seats_of

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
