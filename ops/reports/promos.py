"""What promo codes give and bring."""

from collections.abc import Sequence
from dataclasses import dataclass

from ops import charts
from ops.reports import asking
from ops.reports.movies import MOST_BARS
from ops.reports.sales import CONDITIONS, SALES, SUMS, Sold
from ops.reports.tables import Asked, Column, Kind, Lead, Period, Report, Table, table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Promo(Sold):
    """One promo code."""

    promo_id: int | None = None
    code: str = ""

    @property
    def narrowed(self) -> dict[str, str]:
        return {"promo": str(self.promo_id)}


_PROMOS = f"""
    SELECT promo_id, promo_code AS code, {SUMS}
    FROM ({SALES} AND {CONDITIONS["coded"]}) AS sale
    JOIN billing_discount ON billing_discount.id = promo_id
    GROUP BY promo_id, promo_code
    ORDER BY bookings DESC, code
"""


def read(asked: Asked) -> Table[Promo]:
    """Add up the sales with each code, the most used first."""
    return table_of(Promo, asking.lines(Promo, _PROMOS, asked))


def draw(lines: Sequence[Promo]) -> charts.Chart:
    """Draw how often the first codes were used."""
    return charts.ranks(
        title="Bookings with a promo code",
        points=[charts.Point(line.code, line.bookings) for line in lines[:MOST_BARS]],
    )


def _to(measure: str) -> Lead:
    return Lead("sales", measure, {"coded": "1"})


REPORT = Report(
    name="promos",
    title="Promo codes",
    says="By day of the sale, as it was invoiced: the discount before tax, what was paid with it, and what was given back of "
    "that since.",
    columns=(
        Column("code", "Code"),
        Column("bookings", "Bookings", Kind.COUNT, _to("bookings")),
        Column("seats", "Seats", Kind.COUNT, _to("seats")),
        Column("discount", "Discount", Kind.MONEY, _to("discount")),
        Column("amount", "Paid", Kind.MONEY, _to("amount")),
        Column("refunded", "Given back since", Kind.MONEY, _to("refunded")),
        Column("kept", "Kept", Kind.MONEY, _to("kept")),
    ),
    read=read,
    draw=draw,
    period=Period.MONTH,
)
