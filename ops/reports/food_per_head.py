"""What a visitor spends on food."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cinema.core.money import ZERO
from ops import charts
from ops.reports import asking, daily_collection, food
from ops.reports.tables import Asked, Column, Kind, Report, Table, each, percent, table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """One day: who came, and what they ate, in rupees."""

    show_day: date | None = None
    admissions: int = 0
    bookings: int = 0
    eating: int = 0
    net: Decimal = ZERO
    tax: Decimal = ZERO

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax

    @property
    def per_head(self) -> Decimal | None:
        return each(self.net, self.admissions)

    @property
    def share(self) -> Decimal | None:
        return percent(self.eating, self.bookings)

    @property
    def narrowed(self) -> dict[str, str]:
        return {"first": f"{self.show_day}", "last": f"{self.show_day}"}


_HEADS = f"""
    WITH seated AS (
        SELECT show.show_date AS show_day, count(*) AS admissions, count(DISTINCT booking.id) AS bookings
        FROM {asking.BOOKINGS} JOIN booking_bookedseat line ON line.booking_id = booking.id
        WHERE {food.SOLD} AND line.released_at IS NULL
        GROUP BY show.show_date
    ), eaten AS (
        SELECT show.show_date AS show_day, count(DISTINCT booking.id) AS eating,
               sum(line.taxable) AS net, sum(line.cgst + line.sgst) AS tax
        FROM {food.LINES}
        WHERE {food.SOLD} AND line.released_at IS NULL
        GROUP BY show.show_date
    )
    SELECT show_day, COALESCE(admissions, 0) AS admissions, COALESCE(bookings, 0) AS bookings,
           COALESCE(eating, 0) AS eating, COALESCE(net, 0.00) AS net, COALESCE(tax, 0.00) AS tax
    FROM seated FULL JOIN eaten USING (show_day)
    ORDER BY show_day
"""


def read(asked: Asked) -> Table[Heads]:
    """Compare each day's food with its visitors."""
    return table_of(Heads, asking.lines(Heads, _HEADS, asked))


def draw(lines: Sequence[Heads]) -> charts.Chart:
    """Draw how much a visitor spends, day by day."""
    return charts.line(
        title="Food per head, net, by day",
        points=[charts.Point(f"{line.show_day:%d %b}", float(line.per_head or 0)) for line in lines],
    )


REPORT = Report(
    name="food-per-head",
    title="Food per head",
    says="By day of the show: food ordered with seats and not given back, before tax, by seats sold and not given back; and "
    "how many of the bookings that hold seats have food.",
    columns=(
        Column("show_day", "Day", Kind.DAY),
        Column("admissions", "Admissions", Kind.COUNT, daily_collection.to("sold")),
        Column("bookings", "Bookings", Kind.COUNT, daily_collection.to("holding")),
        Column("eating", "With food", Kind.COUNT, food.to("eating")),
        Column("share", "Share", Kind.PERCENT),
        Column("gross", "Food, gross", Kind.MONEY, food.to("gross")),
        Column("net", "Food, net", Kind.MONEY, food.to("net")),
        Column("per_head", "Per head", Kind.MONEY),
    ),
    read=read,
    permission="concessions.view_food_sales",
    draw=draw,
)
