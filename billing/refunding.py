"""What cancelling gives back, and what stays. Pure arithmetic; worked numbers in docs/pricing.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from billing.tax import Taxed
from cinema.core.money import percent_of, rounded, rounded_to_unit, total


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What each cancelled line gives back, and what rounding to the rupee adds to their sum, or takes."""

    lines: tuple[Taxed, ...]
    amount: Decimal

    @property
    def rounding(self) -> Decimal:
        return self.amount - total(line.total for line in self.lines)


def give_back(
    cancelled: Sequence[tuple[Taxed, int]], *, held: Decimal, others: Decimal, rounds_to_rupee: bool
) -> GivenBack:
    """Compute what cancelling lines gives back, each at its own percentage.

    `held` is what the house has of the payment so far; `others` is what stays of every other line, untouched or
    cancelled before. What goes back and what is kept are together what was held, whatever the rounding.
    """
    lines = tuple(refund_of(line, percent) for line, percent in cancelled)
    kept = others + total(line.total for line, _ in cancelled) - total(line.total for line in lines)
    return GivenBack(lines, held - (rounded_to_unit(kept) if rounds_to_rupee else kept))


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
