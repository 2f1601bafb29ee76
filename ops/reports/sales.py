"""Sales by the day on which they were paid, as they were invoiced, booking by booking."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cinema.core.money import ZERO
from ops.reports import asking, words
from ops.reports.tables import Asked, Column, Kind, Report, Table

SOLD_HOUR = "extract(hour FROM booking.confirmed_at AT TIME ZONE venue.time_zone)::int"
CONDITIONS = {
    "hour": f"{SOLD_HOUR} = %(hour)s",
    "coded": "booking.discount_id IS NOT NULL",
    "promo": "booking.discount_id = %(promo)s",
    "show": "show.id = %(show)s",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """What some sales came to when they were made, in rupees with tax; and what was given back of them since."""

    bookings: int = 0
    seats: int = 0
    tickets: Decimal = ZERO
    food: Decimal = ZERO
    fees: Decimal = ZERO
    rounding: Decimal = ZERO
    amount: Decimal = ZERO
    discount: Decimal = ZERO
    refunded: Decimal = ZERO

    @property
    def kept(self) -> Decimal:
        return self.amount - self.refunded


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale(Sold):
    """One booking."""

    booking_id: int | None = None
    reference: str = ""
    status: str = ""
    sold_at: datetime | None = None  # on the venue's wall clock
    hour: int | None = None
    promo_id: int | None = None
    starts: datetime | None = None
    movie: str = ""
    venue: str = ""


SALES = f"""
    SELECT booking.id AS booking_id, booking.booking_reference AS reference, booking.booking_status AS status,
           booking.confirmed_at AT TIME ZONE venue.time_zone AS sold_at, {SOLD_HOUR} AS hour,
           booking.discount_id AS promo_id, {asking.START} AS starts, movie.title AS movie, venue.name AS venue,
           1 AS bookings, seat.count AS seats, seat.total AS tickets, food.total AS food, fee.total AS fees,
           booking.rounding, booking.amount, booking.discount_amount AS discount, booking.refund_amount AS refunded
    FROM {asking.BOOKINGS}
    CROSS JOIN LATERAL (
        SELECT count(*), COALESCE(sum(taxable + cgst + sgst), 0.00) AS total
        FROM booking_bookedseat WHERE booking_id = booking.id
    ) AS seat
    CROSS JOIN LATERAL (
        SELECT COALESCE(sum(taxable + cgst + sgst), 0.00) AS total
        FROM booking_bookedfood WHERE booking_id = booking.id
    ) AS food
    CROSS JOIN LATERAL (
        SELECT COALESCE(sum(taxable + cgst + sgst), 0.00) AS total
        FROM booking_bookedfee WHERE booking_id = booking.id
    ) AS fee
    WHERE {asking.on_days("booking.confirmed_at")}
"""
SUMS = """
    sum(bookings)::int AS bookings, sum(seats)::int AS seats, sum(tickets) AS tickets, sum(food) AS food,
    sum(fees) AS fees, sum(rounding) AS rounding, sum(amount) AS amount, sum(discount) AS discount,
    sum(refunded) AS refunded
"""
MEASURED = (
    ("seats", "Seats", Kind.COUNT),
    ("tickets", "Tickets", Kind.MONEY),
    ("food", "Food", Kind.MONEY),
    ("fees", "Fees", Kind.MONEY),
    ("rounding", "Rounding", Kind.MONEY),
    ("amount", "Amount", Kind.MONEY),
)


def read(asked: Asked) -> Table[Sale]:
    """List the sales in the order in which they were made."""
    question = SALES + asking.narrowed(asked, CONDITIONS)
    return asking.listed(Sale, question, asked, order="sold_at, booking_id")


REPORT = Report(
    name="sales",
    title="Sales, booking by booking",
    says="By day of the sale, as it was invoiced: what is given back later does not change it, and stands beside it.",
    columns=(
        Column("reference", "Booking", Kind.BOOKING),
        Column("status", "Status", words=words.BOOKINGS),
        Column("sold_at", "Sold", Kind.MOMENT),
        Column("starts", "Show", Kind.MOMENT),
        Column("venue", "Venue"),
        Column("movie", "Movie"),
        *(Column(*measured) for measured in MEASURED),
        Column("discount", "Discount", Kind.MONEY),
        Column("refunded", "Given back since", Kind.MONEY),
        Column("kept", "Kept", Kind.MONEY),
    ),
    read=read,
    narrows=frozenset(CONDITIONS),
)
