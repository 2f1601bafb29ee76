"""Shows and what their seats sold for, zone by zone: what the reports by day of the show are added up from."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from cinema.core import formats
from cinema.core.money import ZERO
from ops.reports import asking
from ops.reports.tables import Asked, percent
from scheduling.states import ShowStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What the seats of some shows came to, in rupees: sold and still so, and what was kept of those given back."""

    shows: int = 0  # that were not cancelled
    seats: int = 0
    sold: int = 0
    net: Decimal = ZERO
    cgst: Decimal = ZERO
    sgst: Decimal = ZERO
    cancelled: int = 0
    kept_net: Decimal = ZERO
    kept_tax: Decimal = ZERO

    @property
    def gross(self) -> Decimal:
        return self.net + self.cgst + self.sgst

    @property
    def kept(self) -> Decimal:
        return self.kept_net + self.kept_tax

    @property
    def fill(self) -> Decimal | None:
        return percent(self.sold, self.seats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing(Admission):
    """One price zone at one show."""

    show_id: int | None = None
    category_id: int | None = None
    movie_id: int | None = None
    venue_id: int | None = None
    show_day: date | None = None
    starts: datetime | None = None  # on the venue's wall clock
    part: str = ""
    status: str = ""
    movie: str = ""
    screen: str = ""
    venue: str = ""
    category: str = ""
    lowest: Decimal | None = None
    highest: Decimal | None = None

    @property
    def rate(self) -> str:
        """Name the list price of what was sold, or the lowest and the highest."""
        if self.lowest is None or self.lowest == self.highest:
            return f"{self.lowest or ''}"
        return f"{self.lowest}–{self.highest}"

    @property
    def state(self) -> str:
        """Say when there is something to say."""
        return str(ShowStatus.CANCELLED.label) if self.status == ShowStatus.CANCELLED else ""

    @property
    def narrowed(self) -> dict[str, str]:
        return {"show": str(self.show_id), "category": str(self.category_id)}


# A seat that has left the hall counts for the shows before; one that is out of service today counts for none.
_SHOWINGS = f"""
    WITH shown AS MATERIALIZED (
        SELECT show.id, show.screen_id, show.movie_id, venue.id AS venue_id, show.status, show.starts_at,
               {asking.WHICH_SHOW}, {asking.PART} AS part
        FROM {asking.SHOWS}
        WHERE {asking.ON_SHOW_DAYS}
    ), sold AS (
        SELECT shown.id, seat.category_id, min(line.price) AS lowest, max(line.price) AS highest,
               count(*) FILTER (WHERE line.released_at IS NULL) AS sold,
               sum(line.taxable) FILTER (WHERE line.released_at IS NULL) AS net,
               sum(line.cgst) FILTER (WHERE line.released_at IS NULL) AS cgst,
               sum(line.sgst) FILTER (WHERE line.released_at IS NULL) AS sgst,
               count(line.released_at) AS cancelled,
               sum(line.taxable - line.refunded_taxable) FILTER (WHERE line.released_at IS NOT NULL) AS kept_net,
               sum(line.cgst - line.refunded_cgst + line.sgst - line.refunded_sgst)
                   FILTER (WHERE line.released_at IS NOT NULL) AS kept_tax
        FROM shown
        JOIN booking_booking booking ON booking.show_id = shown.id AND booking.confirmed_at IS NOT NULL
        JOIN booking_bookedseat line ON line.booking_id = booking.id
        JOIN venues_seat seat ON seat.id = line.seat_id
        GROUP BY shown.id, seat.category_id
    ), alike AS (
        SELECT screen_id, category_id, retired_at, count(*) AS seats
        FROM venues_seat
        WHERE (is_available OR retired_at IS NOT NULL) AND seat_number <> ''
        GROUP BY screen_id, category_id, retired_at
    ), room AS (
        SELECT shown.id, alike.category_id, sum(alike.seats)::int AS seats
        FROM shown
        JOIN alike ON alike.screen_id = shown.screen_id AND (retired_at IS NULL OR retired_at > shown.starts_at)
        WHERE shown.status <> 'CANCELLED'
        GROUP BY shown.id, alike.category_id
    )
    SELECT shown.id AS show_id, category_id, movie_id, venue_id, show_day, starts, part, status, movie, screen, venue,
           category.category_name AS category, lowest, highest, COALESCE(seats, 0) AS seats, COALESCE(sold, 0) AS sold,
           (status <> 'CANCELLED' AND row_number() OVER (PARTITION BY shown.id ORDER BY category_id) = 1)::int AS shows,
           COALESCE(net, 0.00) AS net, COALESCE(cgst, 0.00) AS cgst, COALESCE(sgst, 0.00) AS sgst,
           COALESCE(cancelled, 0) AS cancelled, COALESCE(kept_net, 0.00) AS kept_net,
           COALESCE(kept_tax, 0.00) AS kept_tax
    FROM room FULL JOIN sold USING (id, category_id)
    JOIN shown USING (id)
    JOIN venues_seatcategory category ON category.id = category_id
    ORDER BY show_day, starts, venue, screen, show_id, category_id
"""
KeyT = TypeVar("KeyT", bound=Hashable)


def showings(asked: Asked) -> list[Showing]:
    """List the zones of the shows of some days, with what was sold, in one query; drafts are no shows yet."""
    return asking.lines(Showing, _SHOWINGS, asked)


def grouped(found: Iterable[Showing], key: Callable[[Showing], KeyT]) -> dict[KeyT, list[Showing]]:
    """Put alike together, in the order in which they come."""
    groups: dict[KeyT, list[Showing]] = {}
    for showing in found:
        groups.setdefault(key(showing), []).append(showing)
    return groups


def said_of(showing: Showing) -> str:
    """Name a show in a few letters."""
    return f"{formats.time_of_day(showing.starts)} {showing.screen}" if showing.starts else ""
