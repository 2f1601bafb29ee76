"""A seat has one owner, whoever comes at the same moment; docs/locking.md lists the guards."""

import random
from collections import Counter
from datetime import timedelta
from functools import partial

from booking.models import BookedSeat, Booking, SeatLock
from booking.orders import Order
from booking.services import checkout, ending, locks, sweeping
from booking.states import Actor, BookingStatus, LockStatus
from cinema.core.errors import DomainError
from tests.concurrency.race import race, winners
from tests.factories.accounts import UserFactory

MINUTE = timedelta(minutes=1)


def book(hall, user, now, seats):
    return checkout.book(order=Order(hall.show.pk, tuple(seats)), by=user, now=now)


def lock(hall, user, now, seats):
    return locks.lock_seats(show_id=hall.show.pk, seat_ids=seats, by=user, now=now)


def swap(hall, user, seats, now):
    return locks.swap_seats(show_id=hall.show.pk, seat_ids=seats, by=user, now=now)


def try_four(hall, user, now, seats):
    """Try one seat after the other, as somebody would who just wants in, and give up after four."""
    for seat in random.sample(seats, 4):
        try:
            return book(hall, user, now, [seat])
        except DomainError as error:
            refusal = error
    raise refusal


class TestFiftyBuyers:
    def test_get_ten_seats_between_them_each_sold_once(self, hall, now):
        people = UserFactory.create_batch(50)
        for _ in range(2):
            place = hall(10)
            won = winners(race([partial(try_four, place, user, now, place.seats) for user in people]))
            assert len(won) == 10
            assert {booking.booking_status for booking in won} == {BookingStatus.CONFIRMED}
            sold = BookedSeat.objects.filter(show=place.show, released_at=None)
            assert sorted(sold.values_list("seat_id", flat=True)) == place.seats
            claims = SeatLock.objects.filter(show=place.show, status=LockStatus.BOOKED)
            assert set(claims.values_list("seat_id", "booking_id")) == set(sold.values_list("seat_id", "booking_id"))
            assert Booking.objects.filter(show=place.show).count() == 10


class TestLockAgainstLock:
    def test_gives_two_who_name_the_same_seats_in_opposite_order_all_or_nothing(self, hall, now):
        one, two = UserFactory.create_batch(2)
        for _ in range(15):
            place = hall(6)
            won = winners(
                race([partial(lock, place, one, now, place.seats), partial(lock, place, two, now, place.seats[::-1])])
            )
            assert [len(locked) for locked in won] == [6]
            assert SeatLock.objects.filter(show=place.show).values("user").distinct().count() == 1

    def test_leaves_no_half_of_an_overlapping_wish(self, hall, now):
        people = UserFactory.create_batch(16)
        for _ in range(4):
            place = hall(12)
            wishes = [random.sample(place.seats, 4) for _ in people]
            asked = [partial(lock, place, user, now, wish) for user, wish in zip(people, wishes, strict=True)]
            won = winners(race(asked))
            assert won
            held = Counter(SeatLock.objects.filter(show=place.show).values_list("user_id", flat=True))
            assert held == {locked[0].user_id: 4 for locked in won}

    def test_never_holds_a_seat_that_is_being_sold(self, hall, now):
        buyer, other = UserFactory.create_batch(2)
        for _ in range(10):
            place = hall(4)
            lock(place, buyer, now, place.seats)
            outcomes = race(
                [partial(book, place, buyer, now, place.seats), partial(lock, place, other, now, place.seats)]
            )
            (booking,) = winners(outcomes)
            assert set(SeatLock.objects.filter(show=place.show).values_list("status", "booking_id")) == {
                (LockStatus.BOOKED, booking.pk)
            }


class TestSwapAgainstSwap:
    def test_leaves_everybody_with_a_whole_choice(self, hall, now):
        people = UserFactory.create_batch(4)
        for _ in range(8):
            place = hall(24)
            held = [place.seats[start::8][:3] for start in range(4)]
            for user, seats in zip(people, held, strict=True):
                lock(place, user, now, seats)
            wishes = [[*random.sample(place.seats, 6)] for _ in people]
            outcomes = race([partial(swap, place, *one, now) for one in zip(people, wishes, strict=True)])
            winners(outcomes)
            for user, before, wish, outcome in zip(people, held, wishes, outcomes, strict=True):
                has = SeatLock.objects.filter(show=place.show, user=user).live(now=now)
                expected = before if isinstance(outcome, DomainError) else wish
                assert sorted(has.values_list("seat_id", flat=True)) == sorted(expected)


class TestLockAgainstExpiry:
    def test_gives_a_lapsed_seat_to_one_of_all_who_come_while_it_is_swept(self, hall, now):
        holder, *others = UserFactory.create_batch(6)
        later = now + 10 * MINUTE
        for _ in range(8):
            place = hall(3)
            lock(place, holder, now, place.seats)
            outcomes = race(
                [
                    partial(sweeping.release_lapsed, now=later),
                    partial(sweeping.release_lapsed, now=later),
                    partial(book, place, holder, later, place.seats),
                    *(partial(lock, place, user, later, place.seats) for user in others),
                ]
            )
            taken = winners(outcomes[2:])
            assert len(taken) == 1
            owners = SeatLock.objects.filter(show=place.show).taken(now=later).values_list("user_id", flat=True)
            winner = taken[0].user_id if isinstance(taken[0], Booking) else taken[0][0].user_id
            assert list(owners) == [winner] * 3
            winners(outcomes)

    def test_never_prolongs_a_lock_that_went_to_somebody_else(self, hall, now):
        holder, other = UserFactory.create_batch(2)
        nearly, later = now + 10 * MINUTE - timedelta(microseconds=1), now + 10 * MINUTE
        for _ in range(8):
            place = hall(3)
            lock(place, holder, now, place.seats)
            prolonged, taken = race(
                [
                    partial(locks.extend, show_id=place.show.pk, owner_id=holder.pk, now=nearly),
                    partial(lock, place, other, later, place.seats),
                ]
            )
            assert len(winners([prolonged, taken])) == 1
            owner = other if isinstance(prolonged, DomainError) else holder
            live = SeatLock.objects.filter(show=place.show).live(now=later)
            assert list(live.values_list("user_id", flat=True)) == [owner.pk] * 3


class TestTheTenSeatLimit:
    def test_holds_against_one_customer_who_asks_in_parallel(self, hall, now, customer):
        for _ in range(3):
            place = hall(24)
            pairs = [place.seats[start : start + 2] for start in range(0, 24, 2)]
            asked = [partial(lock if n % 2 else book, place, customer, now, pair) for n, pair in enumerate(pairs)]
            assert len(winners(race(asked))) == 5
            assert SeatLock.objects.filter(show=place.show, user=customer).taken(now=now).count() == 10


class TestALateRelease:
    def test_leaves_the_next_owner_alone(self, hall, now):
        first, second = UserFactory.create_batch(2)
        later = now + 10 * MINUTE
        for _ in range(10):
            place = hall(2)
            stale = lock(place, first, now, place.seats)
            outcomes = race(
                [
                    partial(lock, place, second, later, place.seats),
                    partial(locks.release, show_id=place.show.pk, by=first, now=now),
                    partial(locks.release_lock, lock_id=stale[0].pk, owner_id=first.pk, now=now),
                    partial(sweeping.release_lapsed, now=later),
                ]
            )
            winners(outcomes)
            assert len(outcomes[0]) == 2
            live = SeatLock.objects.filter(show=place.show).live(now=later)
            assert list(live.values_list("user_id", flat=True)) == [second.pk] * 2

    def test_of_a_lapsed_booking_leaves_the_next_buyer_alone(self, hall, now):
        first, second = UserFactory.create_batch(2)
        later = now + 15 * MINUTE
        for _ in range(8):
            place = hall(2)
            lapsed = checkout.place(order=Order(place.show.pk, tuple(place.seats)), by=first, now=now)
            end = partial(
                ending.end_booking, booking_id=lapsed.pk, percent=100, actor=Actor.SYSTEM, reason="Race", now=later
            )
            outcomes = race([end, end, partial(book_when_free, place, second, later), end])
            winners(outcomes)
            assert outcomes[2].booking_status == BookingStatus.CONFIRMED
            assert set(SeatLock.objects.filter(show=place.show).values_list("status", "booking_id")) == {
                (LockStatus.BOOKED, outcomes[2].pk)
            }


def book_when_free(hall, user, now):
    for _ in range(400):
        try:
            return book(hall, user, now, hall.seats)
        except DomainError:
            continue
    raise AssertionError("the seats never came free")
