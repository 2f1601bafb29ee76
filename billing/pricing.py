"""From a list of wanted things to priced, discounted, taxed lines. Pure arithmetic; worked numbers in docs/pricing.md."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from billing.tax import Rate, Taxed, on_top, taken_out
from cinema.core.money import ZERO, percent_of, rounded, rounded_to_unit, shared_out, total

TICKET: Final = "ticket"
FOOD: Final = "food"
FEE: Final = "fee"
_PLACES = {TICKET: 0, FOOD: 1, FEE: 2}


@dataclass(frozen=True, slots=True)
class Item:
    """One wanted thing: a seat, a quantity of one food or a fee, with its list price and the slabs in force.

    The id is that of the seat or the food; a fee has the id of its seat, or 0 when it is of the whole booking.
    """

    kind: Literal["ticket", "food", "fee"]
    id: int
    unit_price: Decimal
    quantity: int
    rates: tuple[Rate, ...]

    @property
    def list_price(self) -> Decimal:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class PricedLine:
    item: Item
    discount_share: Decimal
    taxed: Taxed


@dataclass(frozen=True, slots=True)
class PricedOrder:
    lines: tuple[PricedLine, ...]
    rounding: Decimal = ZERO

    @property
    def discount(self) -> Decimal:
        return total(line.discount_share for line in self.lines)

    @property
    def tax(self) -> Decimal:
        return total(line.taxed.cgst + line.taxed.sgst for line in self.lines)

    @property
    def amount(self) -> Decimal:
        return total(line.taxed.total for line in self.lines) + self.rounding


def list_total(items: Sequence[Item]) -> Decimal:
    """Add up the list prices that a discount is on: no fees; before tax at a tax-exclusive venue."""
    return total(item.list_price for item in items if item.kind != FEE)


def price_order(
    items: Sequence[Item],
    *,
    discount: Decimal,
    is_tax_inclusive: bool,
    sgst_waived: bool,
    rounds_to_rupee: bool = False,
) -> PricedOrder:
    """Share the discount out over the lines, then tax each line once at its own rate, then round the sum if that is wanted.

    The order of the items does not matter: the paisa that is left goes to the largest line, tickets before food,
    then the lowest id. A waiver of SGST is for tickets; a discount is not on fees.

    :raises NoTaxRate: when no slab covers a line.
    :raises PriceFitsNoSlab: when a tax-inclusive price lies in the dead band.
    """
    ordered = sorted(items, key=lambda item: (_PLACES[item.kind], item.id))
    reduced = shared_out(discount, [item.list_price for item in ordered if item.kind != FEE])
    shares = [*reduced, *[ZERO] * (len(ordered) - len(reduced))]  # fees are last
    tax = taken_out if is_tax_inclusive else on_top
    lines = []
    for item, share in zip(ordered, shares, strict=True):
        taxed = tax(item.list_price - share, item.quantity, item.rates)
        if sgst_waived and item.kind == TICKET:
            taxed = replace(taxed, sgst=ZERO, rate=taxed.rate.without_sgst())
        lines.append(PricedLine(item, share, taxed))
    order = PricedOrder(tuple(lines))
    return replace(order, rounding=rounded_to_unit(order.amount) - order.amount) if rounds_to_rupee else order


def discount_on(
    subtotal: Decimal, *, percent: Decimal = ZERO, cap: Decimal | None = None, flat: Decimal | None = None
) -> Decimal:
    """Compute what a promo code takes off a subtotal, in rupees: never more than the subtotal."""
    wanted = rounded(flat) if flat is not None else percent_of(subtotal, percent)
    return min(wanted, subtotal, *([] if cap is None else [cap]))
