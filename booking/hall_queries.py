"""Reads of a hall: what never changes while people choose, and the claims that do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef

from booking.seating import GapRule, Place
from scheduling.errors import UnknownShow
from scheduling.models import Show
from venues.models import Venue

# The layout is kept in memory as long as its rows hash to the same: right through whichever door they are changed, with
# no column or trigger to keep, and much cheaper than reading them and laying them out again.
_VERSION = "SELECT COALESCE(sum(hash_record_extended(one, 0)), 0) FROM {table} one WHERE screen_id = %(screen)s"
_CLAIMS = f"""
    SELECT array_agg(seat_id) FILTER (WHERE status = 'BOOKED'),
           array_agg(seat_id) FILTER (WHERE status = 'LOCKED' AND user_id <> %(viewer)s),
           array_agg(seat_id ORDER BY seat_id) FILTER (WHERE status = 'LOCKED' AND user_id = %(viewer)s),
           min(expires_at) FILTER (WHERE status = 'LOCKED' AND user_id = %(viewer)s),
           bool_or(is_extended) FILTER (WHERE status = 'LOCKED' AND user_id = %(viewer)s),
           min(expires_at) FILTER (WHERE status = 'LOCKED'),
           ({_VERSION.format(table="venues_seat")}), ({_VERSION.format(table="venues_seatcategory")}),
           (SELECT array_agg(category_id) FROM scheduling_showcategorypricing WHERE show_id = %(show)s),
           (SELECT array_agg(price) FROM scheduling_showcategorypricing WHERE show_id = %(show)s)
    FROM booking_seatlock
    WHERE show_id = %(show)s AND (status = 'BOOKED' OR (status = 'LOCKED' AND expires_at > %(now)s))
"""
_SEATS = """
    SELECT id, seat_number, row_number, col_number, kind, category_id, is_available FROM venues_seat
    WHERE screen_id = %s AND seat_number <> '' AND retired_at IS NULL ORDER BY row_number, col_number
"""
_CATEGORIES = """
    SELECT category.id, category.category_name, category.base_price FROM venues_seatcategory category
    JOIN venues_seat seat ON seat.category_id = category.id AND seat.seat_number <> '' AND seat.retired_at IS NULL
    WHERE category.screen_id = %s GROUP BY category.id ORDER BY min(seat.row_number), category.id
"""
LAYOUTS_KEPT = 64  # in each process


class SeatState(StrEnum):
    AVAILABLE = "available"
    MINE = "mine"
    LOCKED = "locked"
    BOOKED = "booked"
    CLOSED = "closed"  # out of service


class LayoutSeat(NamedTuple):
    id: int
    number: str
    row: int
    col: int
    kind: str
    category_id: int
    in_service: bool


class MapCategory(NamedTuple):
    id: int
    name: str
    price: Decimal


@dataclass(frozen=True, eq=False)
class Layout:
    """The seats of a screen from the picture backwards and from the left; equal to itself only, so caches may key on it."""

    seats: tuple[LayoutSeat, ...]
    categories: tuple[MapCategory, ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """Who has which seats of a show at one instant, as one viewer sees it."""

    sold: frozenset[int]
    held: frozenset[int]
    mine: tuple[int, ...]
    hold_until: datetime | None
    hold_extended: bool
    next_lapse: datetime | None

    def state_of(self, seat: LayoutSeat) -> SeatState:
        if seat.id in self.sold:
            return SeatState.BOOKED
        if seat.id in self.held:
            return SeatState.LOCKED
        if seat.id in self.mine:
            return SeatState.MINE
        return SeatState.AVAILABLE if seat.in_service else SeatState.CLOSED


@dataclass(frozen=True, slots=True)
class SeatMap:
    """Every seat of a show as one viewer sees it."""

    show: Show
    is_selling: bool
    layout: Layout
    categories: tuple[MapCategory, ...]  # at the prices of the show
    claims: Claims

    @property
    def mine(self) -> tuple[LayoutSeat, ...]:
        return tuple(seat for seat in self.layout.seats if seat.id in self.claims.mine)

    @property
    def states(self) -> dict[int, SeatState]:
        return {seat.id: self.claims.state_of(seat) for seat in self.layout.seats}

    @property
    def places(self) -> list[Place]:
        """The hall as the chooser of seats and the rule against single gaps see it; what the viewer holds is free."""
        return list(self._places())

    def _places(self) -> Iterator[Place]:
        for seat in self.layout.seats:
            is_free = self.claims.state_of(seat) in (SeatState.AVAILABLE, SeatState.MINE)
            yield Place(seat.id, seat.number, seat.row, seat.col, seat.category_id, seat.kind, is_free)


def seat_map(*, show_id: int, viewer_id: int | None, now: datetime) -> SeatMap:
    """Read the seat map of a show in two queries whatever its size, and two more when the hall has changed.

    :raises UnknownShow: when there is no such show, or it is a draft.
    """
    selling = Show.objects.selling(now=now).filter(pk=OuterRef("pk"))
    shows = Show.objects.public().annotate(is_selling=Exists(selling)).select_related("movie", "screen__venue")
    show = shows.filter(pk=show_id).first()
    if show is None:
        raise UnknownShow
    claims, version, prices = _claims(show_id, show.screen_id, viewer_id, now)
    layout = _layout(show.screen_id, version)
    categories = tuple(one._replace(price=prices.get(one.id, one.price)) for one in layout.categories)
    return SeatMap(show, show.is_selling, layout, categories, claims)


def claims_of(*, show_id: int, now: datetime) -> Claims:
    """Read who has which seats of a show, for the eyes of nobody in particular."""
    return _claims(show_id, 0, None, now)[0]


def sales_end(show: Show) -> datetime:
    """Compute when the clock closes a show's sales."""
    return show.starts_at - timedelta(minutes=show.screen.venue.sales_cutoff_minutes)


def gap_rule(venue: Venue) -> GapRule:
    """Read what a venue minds about seats that are left alone."""
    return GapRule(
        at_row_ends=venue.minds_lone_seats_at_row_ends,
        at_aisles=venue.minds_lone_seats_at_aisles,
        at_accessible=venue.minds_lone_accessible_seats,
    )


def _claims(
    show_id: int, screen_id: int, viewer_id: int | None, now: datetime
) -> tuple[Claims, str, dict[int, Decimal]]:
    values: dict[str, Any] = {"show": show_id, "screen": screen_id, "viewer": viewer_id or 0, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMS, values)
        sold, held, mine, until, extended, lapse, seats, zones, priced, prices = cursor.fetchone()
    claims = Claims(frozenset(sold or ()), frozenset(held or ()), tuple(mine or ()), until, bool(extended), lapse)
    return claims, f"{seats}/{zones}", dict(zip(priced or (), prices or (), strict=True))


@lru_cache(maxsize=LAYOUTS_KEPT)
def _layout(screen_id: int, version: str) -> Layout:
    with connection.cursor() as cursor:
        cursor.execute(_SEATS, [screen_id])
        seats = tuple(LayoutSeat(*row) for row in cursor.fetchall())
        cursor.execute(_CATEGORIES, [screen_id])
        return Layout(seats, tuple(MapCategory(*row) for row in cursor.fetchall()))
