"""Food, booking by booking: what the figures about food are made of."""

from dataclasses import dataclass
from datetime import date, datetime

from ops.reports import asking, words
from ops.reports.food import LINES, MEASURES, SOLD, Eaten
from ops.reports.tables import Asked, Column, Kind, Report, Table

CONDITIONS = {
    "show": "show.id = %(show)s",
    "movie": "movie.id = %(movie)s",
    "food": "line.food_id = %(food)s",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoodOrder(Eaten):
    """The food of one booking, or one thing of it."""

    booking_id: int | None = None
    reference: str = ""
    status: str = ""
    show_day: date | None = None
    starts: datetime | None = None
    movie: str = ""
    screen: str = ""
    venue: str = ""
    eating: int = 0  # 1 while any is not given back


_ORDERS = f"""
    SELECT booking.id AS booking_id, booking.booking_reference AS reference, booking.booking_status AS status,
           {asking.WHICH_SHOW}, bool_or(line.released_at IS NULL)::int AS eating, {MEASURES}
    FROM {LINES}
    WHERE {SOLD}{{narrowed}}
    GROUP BY booking.id, show.id, movie.id, screen.id, venue.id
"""


def read(asked: Asked) -> Table[FoodOrder]:
    """List the bookings with food in the order of their shows."""
    question = _ORDERS.format(narrowed=asking.narrowed(asked, CONDITIONS))
    return asking.listed(FoodOrder, question, asked, order="starts, booking_id")


REPORT = Report(
    name="food-orders",
    title="Food, booking by booking",
    says="By day of the show: the food of each booking that was not given back, and what was kept of what was.",
    columns=(
        Column("reference", "Booking", Kind.BOOKING),
        Column("status", "Status", words=words.BOOKINGS),
        Column("starts", "Show", Kind.MOMENT),
        Column("venue", "Venue"),
        Column("screen", "Screen"),
        Column("movie", "Movie"),
        Column("quantity", "Quantity", Kind.COUNT),
        Column("gross", "Gross", Kind.MONEY),
        Column("tax", "GST", Kind.MONEY),
        Column("net", "Net", Kind.MONEY),
        Column("kept", "Kept", Kind.MONEY),
    ),
    read=read,
    permission="concessions.view_food_sales",
    narrows=frozenset(CONDITIONS),
)
