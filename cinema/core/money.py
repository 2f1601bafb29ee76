"""The only place that rounds."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

PAISA = Decimal("0.01")
ZERO = Decimal("0.00")


def rounded(amount: Decimal) -> Decimal:
    """Round to two places, half up; amounts are in the venue's currency (rupees)."""
    return amount.quantize(PAISA, rounding=ROUND_HALF_UP)


def percent_of(amount: Decimal, percent: Decimal | int) -> Decimal:
    """Take a percentage of an amount, rounded half up."""
    return rounded(amount * percent / 100)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Add amounts up exactly."""
    return sum(amounts, ZERO)


def shared_out(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Divide an amount in proportion to weights, half up per share; what is left goes to the first largest weight.

    No share exceeds its weight, as long as the amount does not exceed their sum.
    """
    whole = total(weights)
    if not whole:
        return [ZERO for _ in weights]
    shares = [rounded(amount * weight / whole) for weight in weights]
    largest = max(range(len(weights)), key=lambda index: weights[index])
    shares[largest] += amount - total(shares)
    return shares
