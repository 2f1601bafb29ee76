"""From a list of wanted things to priced, discounted, taxed lines. Pure arithmetic; worked numbers in docs/pricing.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from billing.tax import Rate, Taxed, on_top, taken_out
from cinema.core.money import ZERO, percent_of, rounded, shared_out, total

TICKET: Final = "ticket"
FOOD: Final = "food"


@dataclass(frozen=True, slots=True)
class Item:
    """One wanted thing: a seat or a quantity of one food, with its list price and the slabs in force."""

    kind: Literal["ticket", "food"]
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

    @property
    def discount(self) -> Decimal:
        return total(line.discount_share for line in self.lines)

    @property
    def tax(self) -> Decimal:
        return total(line.taxed.cgst + line.taxed.sgst for line in self.lines)

    @property
    def amount(self) -> Decimal:
        return total(line.taxed.total for line in self.lines)


def list_total(items: Sequence[Item]) -> Decimal:
    """Add up list prices, before discount (and before tax at a tax-exclusive venue)."""
    return total(item.list_price for item in items)


def price_order(items: Sequence[Item], *, discount: Decimal, is_tax_inclusive: bool, sgst_waived: bool) -> PricedOrder:
    """Share the discount out over the lines, then tax each line once at its own rate.

    The order of the items does not matter: the paisa that is left goes to the largest line, tickets before food,
    then the lowest id. A waiver of SGST is for tickets.

    :raises NoTaxRate: when no slab covers a line.
    :raises PriceFitsNoSlab: when a tax-inclusive price lies in the dead band.
    """
    ordered = sorted(items, key=lambda item: (item.kind != TICKET, item.id))
    shares = shared_out(discount, [item.list_price for item in ordered])
    tax = taken_out if is_tax_inclusive else on_top
    lines = []
    for item, share in zip(ordered, shares, strict=True):
        taxed = tax(item.list_price - share, item.quantity, item.rates)
        if sgst_waived and item.kind == TICKET:
            taxed = replace(taxed, sgst=ZERO, rate=taxed.rate.without_sgst())
        lines.append(PricedLine(item, share, taxed))
    return PricedOrder(tuple(lines))


def discount_on(
    subtotal: Decimal, *, percent: Decimal = ZERO, cap: Decimal | None = None, flat: Decimal | None = None
) -> Decimal:
    """Compute what a promo code takes off a subtotal, in rupees: never more than the subtotal."""
    wanted = rounded(flat) if flat is not None else percent_of(subtotal, percent)
    return min(wanted, subtotal, *([] if cap is None else [cap]))


def refund_of(line: Taxed, percent: int) -> Taxed:
    """Give back a percentage of a line: its base times the percentage, taxed afresh; the discount stays frozen.

    Taxing afresh may round up what was rounded down: never more tax goes back than was paid.
    """
    if percent >= 100:
        return line
    base = percent_of(line.taxable, percent)
    cgst, sgst = (rounded(base * rate / 100) for rate in (line.rate.cgst, line.rate.sgst))
    return Taxed(base, min(cgst, line.cgst), min(sgst, line.sgst), line.rate)


def refund_percent(tiers: Sequence[Mapping[str, Any]], *, starts_at: datetime, now: datetime) -> int:
    """Look up what share comes back this long before the start: the best tier whose hours are still ahead."""
    ahead = starts_at - now
    reached = [int(tier["percent"]) for tier in tiers if ahead >= timedelta(hours=float(tier["hours"]))]
    return max(reached, default=0)
