"""Choosing seats on our pages: exactly these, or the best there are."""

from collections.abc import Collection
from datetime import datetime

from accounts.models import User
from booking.best_seats import Wish, best_seats, middle
from booking.errors import EmptyOrder, SeatUnavailable, TooFewSeats
from booking.hall_queries import SeatMap, gap_rule, seat_map
from booking.models import SeatLock
from booking.seating import Place
from booking.services import gaps, locks

TRIES = 5  # of picking and locking, when others are faster


def choose(*, show_id: int, seat_ids: Collection[int], by: User, now: datetime) -> list[SeatLock]:
    """Hold exactly these seats for a customer, and give back what they held besides; a refusal changes nothing.

    :raises SeatLeftAlone: if a single seat would be left without need, at a venue that minds.
    And what `locks.swap_seats` raises.
    """
    if not seat_ids:
        raise EmptyOrder
    hall = seat_map(show_id=show_id, viewer_id=by.pk, now=now)
    if hall.show.screen.venue.refuses_lone_seats:
        gaps.judge(hall, seat_ids)
    return locks.swap_seats(show_id=show_id, seat_ids=sorted(seat_ids), by=by, now=now)


def choose_best(*, show_id: int, wish: Wish, by: User, now: datetime) -> list[SeatLock]:
    """Hold the best seats for a party instead of what the customer held, in one step; again when others are faster.

    :raises TooFewSeats: if there are not so many seats of what was asked for.
    :raises SeatUnavailable: if others were faster time and again.
    And what `locks.swap_seats` raises.
    """
    for _ in range(TRIES):
        hall = seat_map(show_id=show_id, viewer_id=by.pk, now=now)
        try:
            picked = [place.id for place in pick(hall, wish)]
            return locks.swap_seats(show_id=show_id, seat_ids=picked, by=by, now=now)
        except SeatUnavailable as refusal:
            raced = refusal
    raise raced


def pick(hall: SeatMap, wish: Wish) -> tuple[Place, ...]:
    """Pick the best seats for a party, and hold nothing.

    :raises TooFewSeats: if there are not so many seats of what was asked for.
    """
    picked = best_seats(hall.places, wish, gap_rule(hall.show.screen.venue))
    if not picked:
        raise TooFewSeats
    return picked


def pick_near(hall: SeatMap, lost: Collection[int]) -> tuple[Place, ...]:
    """Pick as many seats as somebody wanted, near to them and of their prices; nothing when there are none."""
    wanted = [place for place in hall.places if place.id in lost]
    if not wanted:
        return ()
    categories = frozenset(place.category_id for place in wanted)
    wish = Wish(len(wanted), categories, any(place.kind == "WHEELCHAIR" for place in wanted), near=middle(wanted))
    return best_seats(hall.places, wish, gap_rule(hall.show.screen.venue))
