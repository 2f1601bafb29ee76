"""GST of one line, without the ORM. Rules and sources: docs/pricing.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.errors import NoTaxRate, PriceFitsNoSlab
from cinema.core.money import ZERO, rounded


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
    :raises PriceFitsNoSlab: when every slab puts the price before tax outside its own band (the dead band).
    """
    if not rates:
        raise NoTaxRate
    for rate in rates:
        divisor = 100 + rate.cgst + rate.sgst
        cgst, sgst = rounded(gross * rate.cgst / divisor), rounded(gross * rate.sgst / divisor)
        base = gross - cgst - sgst
        if rate.covers(rounded(base / quantity)):
            return Taxed(base, cgst, sgst, rate)
    raise PriceFitsNoSlab
