"""The statements themselves: who gives way to whom, judged by the clock that is handed in."""

from datetime import timedelta

import pytest
from django.conf import settings

from booking.models import SeatLock
from booking.states import LockStatus
from tests.booking.stories import placed, seats_of
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def claim(show, user, now, *numbers, until=None, limit=10):
    return SeatLock.objects.claim(
        show_id=show.pk,
        seat_ids=seats_of(show, *numbers),
        user_id=user.pk,
        until=until or now + settings.SEAT_LOCK_LIFETIME,
        limit=limit,
        now=now,
    )


class TestClaim:
    def test_takes_free_seats_in_the_order_of_their_ids(self, selling_show, customer, now):
        claimed = claim(selling_show, customer, now, "A3", "A1", "A2")
        assert [lock.seat_id for lock in claimed] == seats_of(selling_show, "A1", "A2", "A3")
        assert {(lock.user_id, lock.status, lock.expires_at) for lock in claimed} == {
            (customer.pk, LockStatus.LOCKED, now + 10 * MINUTE)
        }

    def test_is_one_round_trip(self, selling_show, customer, now, django_assert_num_queries):
        seats = seats_of(selling_show, "A1", "A2")
        # Within a test's transaction a savepoint is set and released around it; alone it is its own transaction.
        with django_assert_num_queries(3):
            claimed = SeatLock.objects.claim(
                show_id=selling_show.pk, seat_ids=seats, user_id=customer.pk, until=now + MINUTE, limit=10, now=now
            )
        assert len(claimed) == 2

    @pytest.mark.django_db(transaction=True)
    def test_is_one_round_trip_outside_a_transaction(self, selling_show, customer, now, django_assert_num_queries):
        seats = seats_of(selling_show, "A1", "A2")
        with django_assert_num_queries(1):
            claimed = SeatLock.objects.claim(
                show_id=selling_show.pk, seat_ids=seats, user_id=customer.pk, until=now + MINUTE, limit=10, now=now
            )
        assert len(claimed) == 2

    @pytest.mark.django_db(transaction=True)
    def test_outside_a_transaction_takes_nothing_when_one_seat_is_held(self, selling_show, customer, stranger, now):
        claim(selling_show, stranger, now, "A2")
        assert claim(selling_show, customer, now, "A1", "A2") == []
        assert not SeatLock.objects.filter(user=customer).exists()

    def test_takes_over_a_lapsed_claim_under_a_new_id(self, selling_show, customer, stranger, now):
        (old,) = claim(selling_show, stranger, now, "A1")
        assert claim(selling_show, customer, now + 10 * MINUTE - timedelta(microseconds=1), "A1") == []
        (new,) = claim(selling_show, customer, now + 10 * MINUTE, "A1")
        assert new.pk != old.pk
        assert SeatLock.objects.get() == new

    def test_counts_the_customers_own_live_claim_as_won_and_leaves_its_end(self, selling_show, customer, now):
        (first,) = claim(selling_show, customer, now, "A1")
        again, added = claim(selling_show, customer, now + 4 * MINUTE, "A1", "A2")
        assert (again.pk, again.locked_at, again.expires_at) == (first.pk, now, now + 10 * MINUTE)
        assert (added.locked_at, added.expires_at) == (now + 4 * MINUTE, now + 10 * MINUTE)

    def test_begins_anew_with_the_customers_own_lapsed_claim(self, selling_show, customer, now):
        (first,) = claim(selling_show, customer, now, "A1")
        SeatLock.objects.update(is_extended=True)
        (second,) = claim(selling_show, customer, now + 10 * MINUTE, "A1")
        assert second.pk != first.pk
        assert (second.expires_at, second.is_extended) == (now + 20 * MINUTE, False)

    def test_does_not_take_what_is_sold(self, selling_show, customer, stranger, now):
        placed(selling_show, "A1", by=stranger, now=now)
        assert claim(selling_show, customer, now + 60 * MINUTE, "A1") == []
        assert claim(selling_show, stranger, now + 60 * MINUTE, "A1") == []

    def test_counts_a_seat_named_twice_once(self, selling_show, customer, now):
        assert len(claim(selling_show, customer, now, "A1", "A1")) == 1

    def test_takes_nothing_above_the_limit(self, selling_show, customer, now):
        claim(selling_show, customer, now, "A1", "A2", limit=3)
        assert claim(selling_show, customer, now, "A3", "A4", limit=3) == []
        assert len(claim(selling_show, customer, now, "A2", "A3", limit=3)) == 2

    def test_counts_sold_seats_towards_the_limit_and_lapsed_ones_not(self, selling_show, customer, now):
        placed(selling_show, "A1", by=customer, now=now)
        claim(selling_show, customer, now, "A2", until=now + MINUTE)
        assert claim(selling_show, customer, now, "A3", limit=2) == []
        assert len(claim(selling_show, customer, now + MINUTE, "A3", limit=2)) == 1


class TestSell:
    def test_is_one_round_trip_and_answers_the_prices(self, selling_show, customer, now, django_assert_num_queries):
        claim(selling_show, customer, now, "A1")
        booking, seats = BookingFactory(show=selling_show), seats_of(selling_show, "C1", "A1")
        with django_assert_num_queries(1):
            sold = SeatLock.objects.sell(
                show_id=selling_show.pk,
                seat_ids=seats,
                user_id=customer.pk,
                booking_id=booking.pk,
                until=now + 15 * MINUTE,
                limit=10,
                now=now,
            )
        assert [(seat.seat_number, str(seat.price)) for seat in sold] == [("A1", "150.50"), ("C1", "250.00")]
        assert set(SeatLock.objects.values_list("status", "booking_id")) == {(LockStatus.BOOKED, booking.pk)}


class TestRelease:
    def test_frees_what_passes_the_filter_only(self, selling_show, customer, stranger, now):
        claim(selling_show, customer, now, "A1", "A2")
        (kept,) = claim(selling_show, stranger, now, "A3")
        assert SeatLock.objects.filter(user=customer).live(now=now).release() == 2
        assert list(SeatLock.objects.live(now=now)) == [kept]


class TestTheSetsOfClaims:
    def test_divide_at_the_instant_of_expiry(self, selling_show, customer, now):
        claim(selling_show, customer, now, "A1")
        placed(selling_show, "A2", by=UserFactory(), now=now)
        before, at = now + 10 * MINUTE - timedelta(microseconds=1), now + 10 * MINUTE
        assert [SeatLock.objects.live(now=when).count() for when in (before, at)] == [1, 0]
        assert [SeatLock.objects.lapsed(now=when).count() for when in (before, at)] == [0, 1]
        assert [SeatLock.objects.taken(now=when).count() for when in (before, at)] == [2, 1]
