from datetime import timedelta

import pytest
from django.conf import settings

from booking.errors import (
    EmptyOrder,
    LockExpired,
    LockExtended,
    SeatUnavailable,
    ShowNotSelling,
    TooManySeats,
    UnknownSeat,
)
from booking.models import SeatLock
from booking.services import locks
from cinema.core.errors import Malformed
from scheduling.errors import UnknownShow
from scheduling.states import ShowStatus
from tests.booking.stories import booked, seats_of
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import SeatCategoryFactory, SeatFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)


def lock(show, *numbers, by, now, **options):
    return locks.lock_seats(show_id=show.pk, seat_ids=seats_of(show, *numbers), by=by, now=now, **options)


class TestLockSeats:
    def test_holds_them_for_ten_minutes(self, selling_show, customer, now):
        held = lock(selling_show, "A1", "A2", by=customer, now=now)
        assert [one.expires_at for one in held] == [now + 10 * MINUTE] * 2

    def test_ends_all_with_the_first(self, selling_show, customer, now):
        lock(selling_show, "A1", by=customer, now=now)
        (later,) = lock(selling_show, "A2", by=customer, now=now + 9 * MINUTE)
        assert later.expires_at == now + 10 * MINUTE

    @pytest.mark.parametrize(("asked", "granted"), [(3, 3), (10, 10), (45, 10)])
    def test_honours_an_end_only_when_it_is_sooner(self, asked, granted, selling_show, customer, now):
        (held,) = lock(selling_show, "A1", by=customer, now=now, expires_at=now + asked * MINUTE)
        assert held.expires_at == now + granted * MINUTE

    def test_refuses_an_end_that_has_passed(self, selling_show, customer, now):
        with pytest.raises(Malformed):
            lock(selling_show, "A1", by=customer, now=now, expires_at=now)

    def test_locks_nothing_when_one_seat_is_taken_and_names_it(self, selling_show, customer, stranger, now):
        lock(selling_show, "A2", by=stranger, now=now)
        with pytest.raises(SeatUnavailable) as refusal:
            lock(selling_show, "A1", "A2", by=customer, now=now)
        assert refusal.value.data == {"seats": ["A2"]}
        assert not SeatLock.objects.filter(user=customer).exists()

    def test_refuses_a_seat_the_customer_has_bought_already(self, selling_show, customer, now):
        booked(selling_show, "A1", by=customer, now=now)
        with pytest.raises(SeatUnavailable):
            lock(selling_show, "A1", by=customer, now=now)

    def test_refuses_the_eleventh_seat(self, selling_show, customer, now):
        lock(selling_show, *(f"A{n}" for n in range(1, 7)), by=customer, now=now)
        booked(selling_show, "B1", "B2", "B3", by=customer, now=now)
        with pytest.raises(TooManySeats) as refusal:
            lock(selling_show, "C1", "C2", by=customer, now=now)
        assert refusal.value.data == {"limit": 10, "held": 9}
        assert len(lock(selling_show, "C1", by=customer, now=now)) == 1

    def test_counts_the_limit_per_show(self, selling_show, customer, now):
        lock(selling_show, *(f"A{n}" for n in range(1, 11)), by=customer, now=now)
        other = ShowFactory(seats=1)
        assert len(lock(other, "A1", by=customer, now=now)) == 1

    @pytest.mark.parametrize("status", [ShowStatus.CLOSED, ShowStatus.CANCELLED])
    def test_refuses_a_show_that_does_not_sell(self, status, selling_show, customer, now):
        selling_show.status = status
        selling_show.save()
        with pytest.raises(ShowNotSelling):
            lock(selling_show, "A1", by=customer, now=now)

    def test_knows_no_draft(self, selling_show, customer, now):
        selling_show.status = ShowStatus.DRAFT
        selling_show.save()
        with pytest.raises(UnknownShow):
            lock(selling_show, "A1", by=customer, now=now)

    @pytest.mark.parametrize("cutoff", [0, 30, -20])
    def test_sells_until_the_venues_cutoff(self, cutoff, selling_show, customer):
        selling_show.screen.venue.sales_cutoff_minutes = cutoff
        selling_show.screen.venue.save()
        end = selling_show.starts_at - cutoff * MINUTE
        with pytest.raises(ShowNotSelling):
            lock(selling_show, "A1", by=customer, now=end)
        assert lock(selling_show, "A1", by=customer, now=end - INSTANT)

    def test_refuses_walkways_seats_out_of_service_and_seats_of_another_screen(self, selling_show, customer, now):
        category = SeatCategoryFactory(screen=selling_show.screen)
        walkway = SeatFactory(category=category, row_number=9, seat_number=None)
        broken = SeatFactory(category=category, row_number=9, seat_number="Z1", is_available=False)
        for seat in (walkway, broken, SeatFactory()):
            with pytest.raises(UnknownSeat) as refusal:
                locks.lock_seats(
                    show_id=selling_show.pk,
                    seat_ids=[*seats_of(selling_show, "A1"), seat.pk],
                    by=customer,
                    now=now,
                )
            assert refusal.value.data == {"seat_ids": [seat.pk]}
        assert not SeatLock.objects.exists()

    def test_refuses_an_unknown_show_and_an_empty_wish(self, customer, now):
        with pytest.raises(UnknownShow):
            locks.lock_seats(show_id=0, seat_ids=[1], by=customer, now=now)
        with pytest.raises(EmptyOrder):
            locks.lock_seats(show_id=0, seat_ids=[], by=customer, now=now)


class TestRelease:
    def test_gives_back_all_or_the_seats_named(self, selling_show, customer, stranger, now):
        lock(selling_show, "A1", "A2", "A3", by=customer, now=now)
        lock(selling_show, "B1", by=stranger, now=now)
        named = seats_of(selling_show, "A1", "B1")
        assert locks.release(show_id=selling_show.pk, by=customer, seat_ids=named, now=now) == 1
        assert locks.release(show_id=selling_show.pk, by=customer, now=now) == 2
        assert SeatLock.objects.live(now=now).get().user == stranger

    def test_leaves_a_sold_seat(self, selling_show, customer, now):
        booked(selling_show, "A1", by=customer, now=now)
        assert locks.release(show_id=selling_show.pk, by=customer, now=now) == 0


class TestReleaseLock:
    def test_frees_the_seat_once(self, selling_show, customer, now):
        (held,) = lock(selling_show, "A1", by=customer, now=now)
        locks.release_lock(lock_id=held.pk, owner_id=customer.pk, now=now)
        with pytest.raises(LockExpired):
            locks.release_lock(lock_id=held.pk, owner_id=customer.pk, now=now)

    def test_with_a_stale_id_leaves_the_next_owner_alone(self, selling_show, customer, stranger, now):
        (stale,) = lock(selling_show, "A1", by=customer, now=now)
        (next_one,) = lock(selling_show, "A1", by=stranger, now=now + 10 * MINUTE)
        for owner in (customer, stranger):
            with pytest.raises(LockExpired):
                locks.release_lock(lock_id=stale.pk, owner_id=owner.pk, now=now)
        assert SeatLock.objects.live(now=now).get() == next_one

    def test_leaves_the_seat_of_somebody_else(self, selling_show, customer, stranger, now):
        (held,) = lock(selling_show, "A1", by=customer, now=now)
        with pytest.raises(LockExpired):
            locks.release_lock(lock_id=held.pk, owner_id=stranger.pk, now=now)
        assert SeatLock.objects.live(now=now).get() == held


class TestExtend:
    def extend(self, show, user, now, **options):
        return [one.expires_at for one in locks.extend(show_id=show.pk, owner_id=user.pk, now=now, **options)]

    @pytest.mark.parametrize(("after", "ends"), [(1, 11), (5, 15), (9, 19)])
    def test_prolongs_all_by_ten_minutes_from_now(self, after, ends, selling_show, customer, now):
        lock(selling_show, "A1", "A2", by=customer, now=now)
        assert self.extend(selling_show, customer, now + after * MINUTE) == [now + ends * MINUTE] * 2

    def test_never_passes_twenty_minutes_in_all(self, selling_show, customer, now, settings):
        settings.SEAT_LOCK_LONGEST = 12 * MINUTE
        lock(selling_show, "A1", by=customer, now=now)
        assert self.extend(selling_show, customer, now + 9 * MINUTE) == [now + 12 * MINUTE]

    def test_counts_the_twenty_minutes_from_the_first_seat(self, selling_show, customer, now, settings):
        settings.SEAT_LOCK_LONGEST = 12 * MINUTE
        lock(selling_show, "A1", by=customer, now=now)
        lock(selling_show, "A2", by=customer, now=now + 8 * MINUTE)
        assert self.extend(selling_show, customer, now + 9 * MINUTE) == [now + 12 * MINUTE] * 2

    def test_works_once(self, selling_show, customer, now):
        lock(selling_show, "A1", by=customer, now=now)
        self.extend(selling_show, customer, now + 5 * MINUTE)
        with pytest.raises(LockExtended):
            self.extend(selling_show, customer, now + 6 * MINUTE)

    def test_cannot_be_repeated_by_adding_a_seat(self, selling_show, customer, now):
        lock(selling_show, "A1", by=customer, now=now)
        self.extend(selling_show, customer, now + 5 * MINUTE)
        lock(selling_show, "A2", by=customer, now=now + 6 * MINUTE)
        with pytest.raises(LockExtended):
            self.extend(selling_show, customer, now + 7 * MINUTE)

    def test_shortens_again_and_again(self, selling_show, customer, now):
        lock(selling_show, "A1", by=customer, now=now)
        for minutes in (8, 6, 4):
            until = now + minutes * MINUTE
            assert self.extend(selling_show, customer, now, until=until) == [until]

    def test_revives_nothing_that_lapsed_or_is_somebody_elses(self, selling_show, customer, stranger, now):
        (held,) = lock(selling_show, "A1", by=customer, now=now)
        for user, when in ((customer, now + 10 * MINUTE), (stranger, now)):
            with pytest.raises(LockExpired):
                self.extend(selling_show, user, when)
        with pytest.raises(LockExpired):
            self.extend(selling_show, customer, now, lock_id=held.pk + 1)

    def test_refuses_an_end_that_has_passed(self, selling_show, customer, now):
        lock(selling_show, "A1", by=customer, now=now)
        with pytest.raises(Malformed):
            self.extend(selling_show, customer, now + MINUTE, until=now)


def test_the_numbers_of_the_house():
    assert (settings.SEAT_LOCK_LIFETIME, settings.SEAT_LOCK_LONGEST) == (10 * MINUTE, 20 * MINUTE)
    assert (settings.PAYMENT_WINDOW, settings.SEATS_PER_CUSTOMER) == (15 * MINUTE, 10)
