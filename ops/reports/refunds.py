"""Why money goes back, and how much."""

from collections.abc import Sequence
from dataclasses import dataclass

from ops import charts
from ops.reports import asking
from ops.reports.movies import MOST_BARS
from ops.reports.refund_list import REFUNDS, Decided
from ops.reports.tables import Asked, Column, Kind, Lead, Period, Report, Table, table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause(Decided):
    """One reason, and whether it was about whole bookings."""

    why: str = ""
    of: str = ""

    @property
    def narrowed(self) -> dict[str, str]:
        return {"why": self.why, "of": self.of}


_CAUSES = f"""
    SELECT why, of, sum(refunds)::int AS refunds, sum(amount) AS amount, sum(sent) AS sent, sum(waiting) AS waiting,
           sum(failed) AS failed
    FROM ({REFUNDS}) AS refund
    GROUP BY why, of ORDER BY amount DESC, why, of
"""


def read(asked: Asked) -> Table[Cause]:
    """Add up the refunds of each reason, the dearest first."""
    return table_of(Cause, asking.lines(Cause, _CAUSES, asked))


def draw(lines: Sequence[Cause]) -> charts.Chart:
    """Draw what each reason costs."""
    return charts.ranks(
        title="Refunds by reason",
        points=[charts.Point(f"{line.why}, {line.of}", float(line.amount)) for line in lines[:MOST_BARS]],
    )


def _to(measure: str) -> Lead:
    return Lead("refund-list", measure)


REPORT = Report(
    name="refunds",
    title="Refunds by reason",
    says="By the day on which they were decided, with tax and rounding, and how far they have come since.",
    columns=(
        Column("why", "Reason"),
        Column("of", "Of"),
        Column("refunds", "Refunds", Kind.COUNT, _to("refunds")),
        Column("amount", "Decided", Kind.MONEY, _to("amount")),
        Column("sent", "Sent", Kind.MONEY, _to("sent")),
        Column("waiting", "On its way", Kind.MONEY, _to("waiting")),
        Column("failed", "Refused", Kind.MONEY, _to("failed")),
    ),
    read=read,
    draw=draw,
    period=Period.MONTH,
)
