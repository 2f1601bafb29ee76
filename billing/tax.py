"""GST of one line, without the ORM. Rules and sources: docs/pricing.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.errors import NoTaxRate, PriceFitsNoSlab
from cinema.core.money import PAISA, ZERO, rounded


@dataclass(frozen=True, slots=True)
class Rate:
    """One slab: percents, and the band of taxable unit prices (rupees) it holds for, above … up to and including."""

    gst_id: int | None
    cgst: Decimal
    sgst: Decimal
    above: Decimal | None = None
    up_to: Decimal | None = None

    def covers(self, price: Decimal) -> bool:
        return (self.above is None or price > self.above) and (self.up_to is None or price <= self.up_to)

    def without_sgst(self) -> "Rate":
        return Rate(self.gst_id, self.cgst, ZERO, self.above, self.up_to)


@dataclass(frozen=True, slots=True)
class Taxed:
    """What one line comes to: the value the tax is on, and its two halves."""

    taxable: Decimal
    cgst: Decimal
    sgst: Decimal
    rate: Rate

    @property
    def total(self) -> Decimal:
        return self.taxable + self.cgst + self.sgst


def on_top(net: Decimal, quantity: int, rates: Sequence[Rate]) -> Taxed:
    """Add tax to a line whose price is without it; the slab goes by the unit price after discount.

    :raises NoTaxRate: when no slab covers the price.
    """
    unit = rounded(net / quantity)
    rate = next((rate for rate in rates if rate.covers(unit)), None)
    if rate is None:
        raise NoTaxRate
    return Taxed(net, rounded(net * rate.cgst / 100), rounded(net * rate.sgst / 100), rate)


def taken_out(gross: Decimal, quantity: int, rates: Sequence[Rate]) -> Taxed:
    """Find the tax inside a line whose price contains it.

    :raises NoTaxRate: when there is no rate at all.
    :raises PriceFitsNoSlab: when every slab puts the price before tax outside its own band (the dead band); it names
        the nearest prices that fit.
    """
    if not rates:
        raise NoTaxRate
    for rate in rates:
        cgst, sgst = _halves(gross, rate)
        base = gross - cgst - sgst
        if rate.covers(rounded(base / quantity)):
            return Taxed(base, cgst, sgst, rate)
    raise _fits_no_slab(rounded(gross / quantity), rates)


def _fits_no_slab(gross: Decimal, rates: Sequence[Rate]) -> PriceFitsNoSlab:
    nearest = nearest_prices(gross, rates)
    named = _(" or ").join(f"{price:,.2f}" for price in nearest)
    said = _("A price of %(price)s with its tax lies between two tax slabs.") % {"price": f"{gross:,.2f}"}
    if named:
        said += " " + _("The nearest prices that fit are %(prices)s.") % {"prices": named}
    return PriceFitsNoSlab(said, price=gross, nearest=list(nearest))


def nearest_prices(gross: Decimal, rates: Sequence[Rate]) -> tuple[Decimal, ...]:
    """Find the nearest price below and the nearest above, tax included, that some slab holds for (rupees)."""
    edges = [edge for rate in rates for edge in _edges(rate)]
    below, above = [edge for edge in edges if edge < gross], [edge for edge in edges if edge > gross]
    return (*([max(below)] if below else []), *([min(above)] if above else []))


def _edges(rate: Rate) -> list[Decimal]:
    """Find the lowest and the highest price of a slab, tax included: at its bounds, give or take the rounding."""
    share = (100 + rate.cgst + rate.sgst) / 100
    lowest = [] if rate.above is None else [rounded((rate.above + PAISA) * share) + step * PAISA for step in _STEPS]
    highest = [] if rate.up_to is None else [rounded(rate.up_to * share) - step * PAISA for step in _STEPS]
    found = [next((price for price in prices if _fits(price, rate)), None) for prices in (lowest, highest)]
    return [price for price in found if price is not None]


_STEPS = (-2, -1, 0, 1, 2)


def _fits(gross: Decimal, rate: Rate) -> bool:
    return rate.covers(gross - sum(_halves(gross, rate)))


def _halves(gross: Decimal, rate: Rate) -> tuple[Decimal, Decimal]:
    divisor = 100 + rate.cgst + rate.sgst
    return rounded(gross * rate.cgst / divisor), rounded(gross * rate.sgst / divisor)
