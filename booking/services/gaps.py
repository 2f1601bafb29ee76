"""Asking the rule against single gaps, before seats are claimed.

It judges what was free when it was asked. Two customers at one instant may still leave a seat between them: a pity, not
a wrong, and no reason to make everybody wait for a lock on the row.
"""

from collections.abc import Collection
from datetime import datetime

from accounts.models import User
from booking import lone_seats
from booking.errors import SeatLeftAlone
from booking.hall_queries import SeatMap, gap_rule, seat_map


def require_nobody_alone(*, show_id: int, added: Collection[int], by: User, now: datetime) -> None:
    """Refuse seats that, added to what a customer holds, leave one alone at a venue that minds it over the API.

    :raises UnknownShow: if there is no such show, or it is a draft.
    :raises SeatLeftAlone: if they do.
    """
    hall = seat_map(show_id=show_id, viewer_id=by.pk, now=now)
    if hall.show.screen.venue.refuses_lone_seats_over_api:
        judge(hall, {*added, *hall.claims.mine})


def judge(hall: SeatMap, chosen: Collection[int]) -> None:
    """Refuse a choice that leaves one seat alone where an equal one leaves none; what is not free is not judged here.

    :raises SeatLeftAlone: with the choice to make instead.
    """
    places = hall.places
    free = {place.id for place in places if place.is_free}
    moves = lone_seats.shifts(places, chosen, gap_rule(hall.show.screen.venue)) if free.issuperset(chosen) else []
    if moves:
        raise SeatLeftAlone(
            lone_seats.explanation(moves),
            seats=[place.number for move in moves for place in move.alone],
            take=lone_seats.offer(moves),
            take_ids=list(lone_seats.shifted(chosen, moves)),
        )
