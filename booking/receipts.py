"""A bill as people read it, before they pay and afterwards: line by line with its tax, then each tax at each rate."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from billing.pricing import FEE, FOOD, TICKET
from booking.models import BookedFee, BookedFood, BookedSeat, Booking, Line
from cinema.core.money import ZERO


class TaxedLine(Protocol):
    """Whatever was taxed: the value the tax is on, and its two halves with their rates in percent."""

    @property
    def taxable(self) -> Decimal: ...
    @property
    def cgst_rate(self) -> Decimal: ...
    @property
    def cgst(self) -> Decimal: ...
    @property
    def sgst_rate(self) -> Decimal: ...
    @property
    def sgst(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class BillLine:
    """One row of a bill; `taxable` is after discount and before tax."""

    name: str
    kind: str
    quantity: int
    unit_price: Decimal
    discount: Decimal
    taxable: Decimal
    cgst_rate: Decimal
    cgst: Decimal
    sgst_rate: Decimal
    sgst: Decimal
    is_cancelled: bool = False

    @property
    def total(self) -> Decimal:
        return self.taxable + self.cgst + self.sgst


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One kind of tax at one rate (percent), over a whole bill, and the value it is on."""

    name: str
    rate: Decimal
    taxable: Decimal
    amount: Decimal


def taxes_of(lines: Iterable[TaxedLine]) -> tuple[TaxLine, ...]:
    """Add the taxes up by kind and rate, as the law wants an invoice to show them (CGST Rules 2017, rule 46)."""
    sums: dict[tuple[Decimal, str], tuple[Decimal, Decimal]] = {}
    for line in lines:
        for name, rate, amount in (("CGST", line.cgst_rate, line.cgst), ("SGST", line.sgst_rate, line.sgst)):
            taxable, tax = sums.get((rate, name), (ZERO, ZERO))
            sums[rate, name] = taxable + line.taxable, tax + amount
    found = sorted(sums.items(), key=lambda one: (-one[0][0], one[0][1]))  # the dearest rate first
    return tuple(TaxLine(name, rate, *both) for (rate, name), both in found if rate)


def lines_of_bill(booking: Booking) -> tuple[BillLine, ...]:
    """State what was booked (load seats with their seat, foods with their food, and fees)."""
    return tuple(
        BillLine(
            name=name,
            kind=kind,
            quantity=quantity,
            unit_price=unit_price,
            discount=line.discount_share,
            taxable=line.taxable,
            cgst_rate=line.cgst_rate,
            cgst=line.cgst,
            sgst_rate=line.sgst_rate,
            sgst=line.sgst,
            is_cancelled=line.released_at is not None,
        )
        for line in (*booking.seats.all(), *booking.foods.all(), *booking.fees.all())
        for name, kind, quantity, unit_price in [_told(line)]
    )


def _told(line: Line) -> tuple[str, str, int, Decimal]:
    if isinstance(line, BookedSeat):
        return _("Seat %s") % line.seat, TICKET, 1, line.price
    if isinstance(line, BookedFood):
        return line.food.item_name, FOOD, line.quantity, line.unit_price
    if isinstance(line, BookedFee):
        return _("Booking fee"), FEE, 1, line.price
    raise TypeError(line)
