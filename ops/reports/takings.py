"""What came into the till and through the gateways, day by day and method by method."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.states import PaymentMethod
from ops import charts
from ops.reports import asking, words
from ops.reports.money import MOVEMENTS, Moved
from ops.reports.tables import Asked, Column, Kind, Lead, Report, Table, table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking(Moved):
    """One method on one day."""

    day: date | None = None
    method: str = ""

    @property
    def method_name(self) -> str:
        return words.METHODS.get(self.method, "")

    @property
    def narrowed(self) -> dict[str, str]:
        return {"first": f"{self.day}", "last": f"{self.day}", "method": self.method}


_TAKINGS = f"""
    SELECT moved_at::date AS day, method, sum(payments)::int AS payments, sum(taken) AS taken,
           sum(refunds)::int AS refunds, sum(given_back) AS given_back
    FROM ({MOVEMENTS}) AS movement
    GROUP BY day, method ORDER BY day, method
"""


def read(asked: Asked) -> Table[Taking]:
    """Add up the movements of each day and method."""
    return table_of(Taking, asking.lines(Taking, _TAKINGS, asked))


def draw(lines: Sequence[Taking]) -> charts.Chart:
    """Draw what was taken on each day, method upon method."""
    methods = [method for method in PaymentMethod.values if any(line.method == method for line in lines)]
    days = sorted({line.day for line in lines if line.day})
    taken = {(line.day, line.method): float(line.taken) for line in lines}
    return charts.stacked(
        title="Taken by day and method",
        series=[words.METHODS[method] for method in methods],
        piles=[charts.Pile(f"{day:%d %b}", tuple(taken.get((day, method), 0) for method in methods)) for day in days],
    )


def _to(measure: str, way: str = "") -> Lead:
    return Lead("money", measure, {"way": way} if way else {})


REPORT = Report(
    name="takings",
    title="Takings by day and method",
    says="By the day on which money arrived or was sent back on the venue's calendar. A refund goes back by the method of "
    "its payment, on the day on which it was sent.",
    columns=(
        Column("day", "Day", Kind.DAY),
        Column("method_name", "Method"),
        Column("payments", "Payments", Kind.COUNT, _to("payments", "IN")),
        Column("taken", "Taken", Kind.MONEY, _to("taken", "IN")),
        Column("refunds", "Refunds", Kind.COUNT, _to("refunds", "BACK")),
        Column("given_back", "Given back", Kind.MONEY, _to("given_back", "BACK")),
        Column("net", "Net", Kind.MONEY, _to("net")),
    ),
    read=read,
    draw=draw,
)
