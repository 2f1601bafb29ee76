"""Who may know which prices can be charged: apps above register here, so that none is set that could not be taxed."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from venues.models import Venue  # apps register before there are models

Judge = Callable[[Decimal, "Venue", datetime], None]
_judges: list[Judge] = []


def register(judge: Judge) -> None:
    """Have somebody judge prices, once each; they raise a DomainError at one that cannot be charged."""
    if judge not in _judges:
        _judges.append(judge)


def require_chargeable(prices: Iterable[Decimal], *, venue: "Venue", now: datetime) -> None:
    """Ask whether seats of a venue can be sold at these prices.

    :raises DomainError: whatever a judge says of one that cannot, such as PriceFitsNoSlab.
    """
    for price in sorted(set(prices)):
        for judge in _judges:
            judge(price, venue, now)
