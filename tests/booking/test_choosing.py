import pytest
from django.conf import settings

from booking.best_seats import Wish
from booking.errors import EmptyOrder, SeatLeftAlone, SeatUnavailable, TooFewSeats, TooManySeats
from booking.models import SeatLock
from booking.services import checkout, choosing, locks
from tests.booking.stories import booked, order, seats_of
from tests.factories.booking import SeatLockFactory
from venues.models import Seat, SeatCategory, Venue

pytestmark = pytest.mark.django_db


def choose(show, *numbers, by, now):
    return choosing.choose(show_id=show.pk, seat_ids=seats_of(show, *numbers), by=by, now=now)


def best(show, party, *, by, now, **wish):
    return choosing.choose_best(show_id=show.pk, wish=Wish(party, **wish), by=by, now=now)


def held_by(user, now):
    return sorted(str(lock.seat) for lock in SeatLock.objects.live(now=now).filter(user=user).select_related("seat"))


class TestChoose:
    def test_holds_exactly_what_was_chosen(self, selling_show, customer, now):
        choose(selling_show, "A1", "A2", by=customer, now=now)
        choose(selling_show, "A3", "A4", by=customer, now=now)
        assert held_by(customer, now) == ["A3", "A4"]

    def test_keeps_what_was_held_when_it_is_refused(self, selling_show, customer, stranger, now):
        choose(selling_show, "A1", "A2", by=customer, now=now)
        SeatLockFactory(show=selling_show, seat_id=seats_of(selling_show, "C4")[0], user=stranger)
        with pytest.raises(SeatUnavailable):
            choose(selling_show, "C4", "C5", by=customer, now=now)
        assert held_by(customer, now) == ["A1", "A2"]

    def test_keeps_what_was_held_when_it_is_refused_at_the_limit(self, selling_show, customer, stranger, now):
        row_a, row_b = ([f"{row}{number}" for number in range(1, 11)] for row in "AB")
        choose(selling_show, *row_a, by=customer, now=now)
        SeatLockFactory(show=selling_show, seat_id=seats_of(selling_show, "B4")[0], user=stranger)
        with pytest.raises(SeatUnavailable) as refusal:
            choose(selling_show, *row_b, by=customer, now=now)
        assert refusal.value.data["seats"] == ["B4"]
        assert held_by(customer, now) == sorted(row_a)

    def test_keeps_what_was_held_when_all_of_the_others_are_taken(self, selling_show, customer, stranger, now):
        choose(selling_show, "A1", "A2", by=customer, now=now)
        choose(selling_show, "B1", "B2", by=stranger, now=now)
        with pytest.raises(SeatUnavailable):
            choose(selling_show, "B1", "B2", by=customer, now=now)
        assert held_by(customer, now) == ["A1", "A2"]

    def test_counts_what_was_bought_and_not_what_is_given_back(self, selling_show, customer, now):
        booked(selling_show, "C1", "C2", by=customer, now=now)
        choose(selling_show, "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", by=customer, now=now)
        with pytest.raises(TooManySeats) as refusal:
            choose(selling_show, *(f"B{number}" for number in range(1, 10)), by=customer, now=now)
        assert refusal.value.data["held"] == 2
        choose(selling_show, "B1", "B2", by=customer, now=now)
        assert held_by(customer, now) == ["B1", "B2"]

    def test_lets_others_have_what_is_given_back_and_keeps_the_lock_of_what_stays(
        self, selling_show, customer, stranger, now
    ):
        (first, _) = choose(selling_show, "A1", "A2", by=customer, now=now)
        (again, _) = choose(selling_show, "A1", "B1", by=customer, now=now + settings.SEAT_LOCK_LIFETIME / 2)
        assert again.pk == first.pk
        assert [str(lock.seat) for lock in choose(selling_show, "A2", "A3", by=stranger, now=now)] == ["A2", "A3"]

    def test_gives_nobody_more_time_for_changing_seats(self, selling_show, customer, now):
        (first, _) = choose(selling_show, "A1", "A2", by=customer, now=now)
        later = now + settings.SEAT_LOCK_LIFETIME / 2
        (moved, _) = choose(selling_show, "B1", "B2", by=customer, now=later)
        assert moved.expires_at == first.expires_at

    def test_gives_nobody_a_second_extension_for_changing_seats(self, selling_show, customer, now):
        choose(selling_show, "A1", "A2", by=customer, now=now)
        locks.extend(show_id=selling_show.pk, owner_id=customer.pk, now=now + settings.SEAT_LOCK_LIFETIME / 2)
        moved = choose(selling_show, "B1", "B2", by=customer, now=now + settings.SEAT_LOCK_LIFETIME)
        assert [lock.is_extended for lock in moved] == [True, True]

    def test_refuses_to_leave_one_seat_alone_and_says_what_to_take(self, selling_show, customer, now):
        with pytest.raises(SeatLeftAlone) as refusal:
            choose(selling_show, "A2", "A3", by=customer, now=now)
        assert refusal.value.detail == "Seat A1 would be left alone; take A1–A2 instead."
        assert refusal.value.data["take_ids"] == sorted(seats_of(selling_show, "A1", "A2"))
        assert held_by(customer, now) == []

    def test_says_of_a_taken_seat_that_it_is_taken(self, selling_show, customer, stranger, now):
        SeatLockFactory(show=selling_show, seat_id=seats_of(selling_show, "A3")[0], user=stranger)
        with pytest.raises(SeatUnavailable):
            choose(selling_show, "A2", "A3", by=customer, now=now)

    def test_lets_pass_what_the_venue_does_not_mind(self, selling_show, customer, now):
        Venue.objects.update(refuses_lone_seats=False)
        assert len(choose(selling_show, "A2", "A3", by=customer, now=now)) == 2

    def test_wants_a_seat(self, selling_show, customer, now):
        with pytest.raises(EmptyOrder):
            choose(selling_show, by=customer, now=now)


class TestChooseBest:
    def test_takes_the_middle_of_the_row_two_thirds_back(self, selling_show, customer, now):
        best(selling_show, 2, by=customer, now=now)
        assert held_by(customer, now) == ["B5", "B6"]

    def test_takes_them_instead_of_what_was_held(self, selling_show, customer, now):
        best(selling_show, 2, by=customer, now=now)
        best(selling_show, 4, by=customer, now=now)
        assert held_by(customer, now) == ["B4", "B5", "B6", "B7"]

    def test_keeps_to_a_price(self, selling_show, customer, now):
        gold = SeatCategory.objects.get(category_name="Gold")
        best(selling_show, 2, by=customer, now=now, categories=frozenset({gold.pk}))
        assert held_by(customer, now) == ["C5", "C6"]

    def test_leaves_a_wheelchair_place_to_those_who_ask(self, selling_show, customer, stranger, now):
        Seat.objects.filter(screen=selling_show.screen, seat_number="B5").update(kind="WHEELCHAIR")
        best(selling_show, 2, by=customer, now=now)
        best(selling_show, 2, by=stranger, now=now, wheelchair=True)
        assert "B5" not in held_by(customer, now)
        assert "B5" in held_by(stranger, now)

    def test_picks_again_when_somebody_is_faster(self, selling_show, customer, stranger, now, monkeypatch):
        faster = seats_of(selling_show, "B5", "B6")
        pick = choosing.pick

        def picked_and_raced(hall, wish):
            found = pick(hall, wish)
            if faster:
                locks.lock_seats(show_id=selling_show.pk, seat_ids=faster, by=stranger, now=now)
                faster.clear()
            return found

        monkeypatch.setattr(choosing, "pick", picked_and_raced)
        best(selling_show, 2, by=customer, now=now)
        assert len(held_by(customer, now)) == 2
        assert held_by(stranger, now) == ["B5", "B6"]

    def test_gives_up_in_the_end(self, selling_show, customer, stranger, now, monkeypatch):
        tries = []

        def always_late(hall, wish):
            tries.append(wish)
            return [place for place in hall.places if place.number == "A1"]

        SeatLockFactory(show=selling_show, seat_id=seats_of(selling_show, "A1")[0], user=stranger)
        monkeypatch.setattr(choosing, "pick", always_late)
        with pytest.raises(SeatUnavailable):
            best(selling_show, 1, by=customer, now=now)
        assert len(tries) == choosing.TRIES

    def test_says_when_there_are_not_enough(self, selling_show, customer, now):
        Seat.objects.exclude(seat_number__in=["A1", "B3"]).update(is_available=False)
        with pytest.raises(TooFewSeats):
            best(selling_show, 3, by=customer, now=now)


class TestTheRuleOverTheApi:
    def test_binds_nobody_unless_the_venue_says_so(self, selling_show, customer, now):
        ids = seats_of(selling_show, "A2", "A3")
        assert len(locks.lock_seats(show_id=selling_show.pk, seat_ids=ids, by=customer, now=now)) == 2

    def test_answers_409_with_the_shift_where_it_does(self, api, selling_show, customer):
        Venue.objects.update(refuses_lone_seats_over_api=True)
        body = {"show_id": selling_show.pk, "seat_ids": seats_of(selling_show, "A2", "A3")}
        answer = api.signed_in_as(customer).post("/seatlocks/", body)
        told = answer.json()
        assert (answer.status_code, told["code"], told["seats"]) == (409, "seat_left_alone", ["A1"])
        again = api.signed_in_as(customer).post("/seatlocks/", body | {"seat_ids": told["take_ids"]})
        assert again.status_code == 200

    def test_counts_what_is_held_already(self, selling_show, customer, now):
        Venue.objects.update(refuses_lone_seats_over_api=True)
        show_id = selling_show.pk
        for number in ("A1", "A2"):
            locks.lock_seats(show_id=show_id, seat_ids=seats_of(selling_show, number), by=customer, now=now)
        with pytest.raises(SeatLeftAlone):
            locks.lock_seats(show_id=show_id, seat_ids=seats_of(selling_show, "A4"), by=customer, now=now)

    def test_binds_a_booking_without_a_lock_too(self, selling_show, customer, now):
        Venue.objects.update(refuses_lone_seats_over_api=True)
        with pytest.raises(SeatLeftAlone):
            checkout.book(order=order(selling_show, "A2", "A3"), by=customer, now=now)
        assert checkout.book(order=order(selling_show, "A1", "A2"), by=customer, now=now).pk

    def test_does_not_hide_another_reason(self, selling_show, customer, stranger, now):
        Venue.objects.update(refuses_lone_seats_over_api=True)
        taken = seats_of(selling_show, "A1")
        SeatLockFactory(show=selling_show, seat_id=taken[0], user=stranger)
        with pytest.raises(SeatUnavailable):
            locks.lock_seats(show_id=selling_show.pk, seat_ids=taken, by=customer, now=now)
