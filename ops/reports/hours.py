"""At which hours of the day it is bought."""

from collections.abc import Sequence
from dataclasses import dataclass

from ops import charts
from ops.reports import asking, words
from ops.reports.sales import MEASURED, SALES, SUMS, Sold
from ops.reports.tables import Asked, Column, Kind, Lead, Period, Report, Table, table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour(Sold):
    """One hour of the venue's day."""

    hour: int | None = None

    @property
    def from_to(self) -> str:
        return "" if self.hour is None else words.hour(self.hour)

    @property
    def narrowed(self) -> dict[str, str]:
        return {"hour": str(self.hour)}


def read(asked: Asked) -> Table[Hour]:
    """Add up the sales of each hour."""
    question = f"SELECT hour, {SUMS} FROM ({SALES}) AS sale GROUP BY hour ORDER BY hour"
    return table_of(Hour, asking.lines(Hour, question, asked))


def draw(lines: Sequence[Hour]) -> charts.Chart:
    """Draw the amount of each hour of the day."""
    amounts = {line.hour: float(line.amount) for line in lines}
    return charts.bars(
        title="Sales by hour",
        points=[charts.Point(words.hour_begins(hour), amounts.get(hour, 0)) for hour in range(24)],
    )


REPORT = Report(
    name="hours",
    title="Sales by hour",
    says="By the hour of the sale on the venue's clock, as it was invoiced, with tax: what is given back later does not "
    "change it.",
    columns=(
        Column("from_to", "Hour"),
        Column("bookings", "Bookings", Kind.COUNT, Lead("sales", "bookings")),
        *(Column(*measured, Lead("sales", measured[0])) for measured in MEASURED),
    ),
    read=read,
    draw=draw,
    period=Period.TODAY,
)
