"""The only place that rounds."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

PAISA = Decimal("0.01")
ZERO = Decimal("0.00")


def rounded(amount: Decimal) -> Decimal:
    """Round to two places, half up; amounts are in the venue's currency (rupees)."""
    return amount.quantize(PAISA, rounding=ROUND_HALF_UP)


def rounded_to_unit(amount: Decimal) -> Decimal:
    """Round to the whole unit of the currency, half up, like 508.50 to 509.00 (section 170, CGST Act 2017)."""
    return rounded(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def percent_of(amount: Decimal, percent: Decimal | int) -> Decimal:
    """Take a percentage of an amount, rounded half up."""
    return rounded(amount * percent / 100)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Add amounts up exactly."""
    return sum(amounts, ZERO)


def shared_out(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Divide an amount in proportion to weights, half up per share; what is left goes to the first largest weight.

    What that one cannot bear goes on to the next largest: ten halves of a paisa round up to ten paise, and no share
    may fall below 0 or exceed its weight. The amount must not exceed the sum of the weights.
    """
    whole = total(weights)
    if not whole:
        return [ZERO for _ in weights]
    shares = [rounded(amount * weight / whole) for weight in weights]
    left = amount - total(shares)
    for index in sorted(range(len(weights)), key=lambda index: -weights[index]):
        moved = min(max(left, -shares[index]), weights[index] - shares[index])
        shares[index] += moved
        left -= moved
    return shares
