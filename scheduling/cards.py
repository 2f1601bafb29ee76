"""What a price card does to a price: pure arithmetic. Cards are applied in their order, each to what the one before left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from cinema.core.money import ZERO, percent_of, rounded
from scheduling.states import PriceChange

DEAREST = Decimal("999.00")  # the contract's bound
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a price, and what it is called."""

    name: str
    change: PriceChange
    amount: Decimal
    category_name: str = ""

    def concerns(self, category_name: str) -> bool:
        return self.category_name.casefold() in ("", category_name.casefold())

    def applied_to(self, price: Decimal) -> Decimal:
        """Change a price (rupees); it never falls below 0 or rises above 999."""
        if self.change == PriceChange.SET:
            wanted = self.amount
        elif self.change == PriceChange.ADD:
            wanted = price + self.amount
        else:
            wanted = price + percent_of(price, self.amount)
        return min(max(rounded(wanted), ZERO), DEAREST)

    def said(self) -> str:
        """Write the step as staff read it."""
        amount = f"{self.amount.normalize():f}"
        if self.change == PriceChange.SET:
            return f"{self.name}: {amount}"
        sign = "+" if self.amount >= 0 else ""
        return f"{self.name}: {sign}{amount}{' %' if self.change == PriceChange.PERCENT else ''}"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a card may depend on: the show's day and time on the venue's wall clock, and its format."""

    day: date
    at: time
    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When a card holds; what is empty does not matter."""

    weekdays: frozenset[int] = frozenset()
    from_time: time | None = None
    until_time: time | None = None
    format: str = ""
    from_day: date | None = None
    until_day: date | None = None

    def holds(self, occasion: Occasion) -> bool:
        return (
            (not self.weekdays or occasion.day.weekday() in self.weekdays)
            and self._is_hour(occasion.at)
            and self.format.casefold() in ("", occasion.format.casefold())
            and (self.from_day is None or occasion.day >= self.from_day)
            and (self.until_day is None or occasion.day < self.until_day)
        )

    def _is_hour(self, at: time) -> bool:
        if self.from_time is None or self.until_time is None:
            return (self.from_time is None or at >= self.from_time) and (
                self.until_time is None or at < self.until_time
            )
        if self.from_time < self.until_time:
            return self.from_time <= at < self.until_time
        return at >= self.from_time or at < self.until_time  # over midnight


def occasion_of(local_start: datetime, show_format: str) -> Occasion:
    """Describe a show that starts at a time of the venue's wall clock."""
    return Occasion(local_start.date(), local_start.time().replace(tzinfo=None), show_format)


def priced(base: Decimal, category_name: str, steps: Sequence[Step]) -> tuple[Decimal, str]:
    """Apply steps to a base price; answers the price (rupees) and why it is that."""
    price, why = base, [f"base {base}"]
    for step in steps:
        if step.concerns(category_name):
            price = step.applied_to(price)
            why.append(step.said())
    return price, " · ".join(why)
