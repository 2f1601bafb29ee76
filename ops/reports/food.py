"""What is eaten and drunk, thing by thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cinema.core.money import ZERO
from ops import charts
from ops.reports import asking
from ops.reports.movies import MOST_BARS
from ops.reports.tables import Asked, Column, Kind, Lead, Report, Table, table_of

# One line of food, or all of them: measured alike wherever food is added up.
MEASURES = """
    COALESCE(sum(line.quantity) FILTER (WHERE line.released_at IS NULL), 0)::int AS quantity,
    COALESCE(sum(line.taxable) FILTER (WHERE line.released_at IS NULL), 0.00) AS net,
    COALESCE(sum(line.cgst + line.sgst) FILTER (WHERE line.released_at IS NULL), 0.00) AS tax,
    COALESCE(sum(line.taxable - line.refunded_taxable) FILTER (WHERE line.released_at IS NOT NULL), 0.00) AS kept_net,
    COALESCE(sum(line.cgst - line.refunded_cgst + line.sgst - line.refunded_sgst)
        FILTER (WHERE line.released_at IS NOT NULL), 0.00) AS kept_tax
"""
LINES = f"{asking.BOOKINGS} JOIN booking_bookedfood line ON line.booking_id = booking.id"
SOLD = f"{asking.ON_SHOW_DAYS} AND booking.confirmed_at IS NOT NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Eaten:
    """What some food came to, in rupees: ordered and still so, and what was kept of what was given back."""

    quantity: int = 0
    net: Decimal = ZERO
    tax: Decimal = ZERO
    kept_net: Decimal = ZERO
    kept_tax: Decimal = ZERO

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax

    @property
    def kept(self) -> Decimal:
        return self.kept_net + self.kept_tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Eaten):
    """One thing of the counter."""

    food_id: int | None = None
    food: str = ""
    shelf: str = ""

    @property
    def narrowed(self) -> dict[str, str]:
        return {"food": str(self.food_id)}


_ITEMS = f"""
    SELECT line.food_id, item.item_name AS food, shelf.category_name AS shelf, {MEASURES}
    FROM {LINES}
    JOIN concessions_fooditem item ON item.id = line.food_id
    JOIN concessions_foodcategory shelf ON shelf.id = item.category_id
    WHERE {SOLD}
    GROUP BY line.food_id, item.item_name, shelf.category_name
    ORDER BY net DESC, food, food_id
"""


def read(asked: Asked) -> Table[Item]:
    """Add up each thing, the one that brings most first."""
    return table_of(Item, asking.lines(Item, _ITEMS, asked))


def draw(lines: Sequence[Item]) -> charts.Chart:
    """Draw what the first things bring."""
    return charts.ranks(
        title="Net by item", points=[charts.Point(line.food, float(line.net)) for line in lines[:MOST_BARS]]
    )


def to(measure: str) -> Lead:
    """Lead to the food of a line, booking by booking."""
    return Lead("food-orders", measure)


REPORT = Report(
    name="food",
    title="Food, item by item",
    says="By day of the show: food that was ordered with seats and not given back.",
    columns=(
        Column("food", "Item"),
        Column("shelf", "Shelf"),
        Column("quantity", "Sold", Kind.COUNT, to("quantity")),
        Column("gross", "Gross", Kind.MONEY, to("gross")),
        Column("tax", "GST", Kind.MONEY, to("tax")),
        Column("net", "Net", Kind.MONEY, to("net")),
        Column("kept", "Kept", Kind.MONEY, to("kept")),
    ),
    read=read,
    permission="concessions.view_food_sales",
    draw=draw,
)
