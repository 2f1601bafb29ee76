"""Tickets, booking by booking: what the figures about admission are made of."""

from dataclasses import dataclass
from datetime import date, datetime

from ops.reports import asking, words
from ops.reports.showings import Admission
from ops.reports.tables import Asked, Column, Kind, Report, Table

CONDITIONS = {
    "show": "show.id = %(show)s",
    "movie": "movie.id = %(movie)s",
    "category": "seat.category_id = %(category)s",
    "weekday": f"{asking.WEEKDAY} = %(weekday)s AND show.status <> 'CANCELLED'",
    "part": f"{asking.PART} = %(part)s",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets(Admission):
    """The seats of one booking, or those of one class."""

    booking_id: int | None = None
    reference: str = ""
    status: str = ""
    show_day: date | None = None
    starts: datetime | None = None
    movie: str = ""
    screen: str = ""
    venue: str = ""
    holding: int = 0  # 1 while any is not given back


_TICKETS = f"""
    SELECT booking.id AS booking_id, booking.booking_reference AS reference, booking.booking_status AS status,
           {asking.WHICH_SHOW},
           count(*) FILTER (WHERE line.released_at IS NULL) AS sold,
           bool_or(line.released_at IS NULL)::int AS holding,
           COALESCE(sum(line.taxable) FILTER (WHERE line.released_at IS NULL), 0.00) AS net,
           COALESCE(sum(line.cgst) FILTER (WHERE line.released_at IS NULL), 0.00) AS cgst,
           COALESCE(sum(line.sgst) FILTER (WHERE line.released_at IS NULL), 0.00) AS sgst,
           count(line.released_at) AS cancelled,
           COALESCE(sum(line.taxable - line.refunded_taxable) FILTER (WHERE line.released_at IS NOT NULL), 0.00)
               AS kept_net,
           COALESCE(sum(line.cgst - line.refunded_cgst + line.sgst - line.refunded_sgst)
               FILTER (WHERE line.released_at IS NOT NULL), 0.00) AS kept_tax,
           0 AS shows, 0 AS seats
    FROM {asking.BOOKINGS}
    JOIN booking_bookedseat line ON line.booking_id = booking.id
    JOIN venues_seat seat ON seat.id = line.seat_id
    WHERE {asking.ON_SHOW_DAYS} AND booking.confirmed_at IS NOT NULL{{narrowed}}
    GROUP BY booking.id, show.id, movie.id, screen.id, venue.id
"""


def read(asked: Asked) -> Table[Tickets]:
    """List the bookings in the order of their shows."""
    question = _TICKETS.format(narrowed=asking.narrowed(asked, CONDITIONS))
    return asking.listed(Tickets, question, asked, order="starts, booking_id")


REPORT = Report(
    name="tickets",
    title="Tickets, booking by booking",
    says="By day of the show: what each booking holds of it, and what was kept of what it gave back.",
    columns=(
        Column("reference", "Booking", Kind.BOOKING),
        Column("status", "Status", words=words.BOOKINGS),
        Column("starts", "Show", Kind.MOMENT),
        Column("venue", "Venue"),
        Column("screen", "Screen"),
        Column("movie", "Movie"),
        Column("sold", "Seats", Kind.COUNT),
        Column("gross", "Gross", Kind.MONEY),
        Column("cgst", "CGST", Kind.MONEY),
        Column("sgst", "SGST", Kind.MONEY),
        Column("net", "Net", Kind.MONEY),
        Column("cancelled", "Given back", Kind.COUNT),
        Column("kept", "Kept", Kind.MONEY),
    ),
    read=read,
    narrows=frozenset(CONDITIONS),
)
