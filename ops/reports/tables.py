"""What every report is made of: columns, lines, their total, and where a figure leads. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Generic, TypeVar

from catalog.runs import friday_of
from cinema.core.money import rounded
from ops.charts import Chart


class Kind(Enum):
    """How a figure is written, and whether it is one."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"  # on the venue's wall clock
    BOOKING = "booking"  # a reference, which leads to the booking
    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    MEAN = "mean"

    @property
    def is_number(self) -> bool:
        return self in (Kind.COUNT, Kind.MONEY, Kind.PERCENT, Kind.MEAN)


class Period(Enum):
    """Days that are asked for by name."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    MONTH = "month"
    LAST_MONTH = "last-month"
    BOOKING_WEEK = "booking-week"  # the last that is over


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a figure leads: the list of what it is made of, and the measure of that list that adds up to it."""

    report: str
    measure: str
    narrowed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the attribute of a line, how it is headed and written, where it leads, and the words for stored codes."""

    name: str
    title: str
    kind: Kind = Kind.TEXT
    lead: Lead | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    def of(self, line: object) -> Any:
        """Read what stands in this column of a line, in words where it is stored as a code."""
        value = getattr(line, self.name)
        return self.words.get(value, value) if self.words else value


@dataclass(frozen=True, slots=True)
class Asked:
    """Which days, first and last, of which venue (None: all), narrowed to what, and at most how many lines of a list."""

    first: date
    last: date
    venue_id: int | None = None
    narrowed: Mapping[str, str | int] = field(default_factory=dict)
    most: int | None = None


LineT = TypeVar("LineT")


@dataclass(frozen=True, slots=True)
class Table(Generic[LineT]):
    """The lines of a report (of a long list at most as many as were asked for), the sum of all, and how many there are."""

    lines: Iterable[LineT]
    total: LineT
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """One report as it is offered; `says` tells what its figures mean, `narrows` by what it can be narrowed."""

    name: str
    title: str
    says: str
    columns: tuple[Column, ...]
    read: Callable[[Asked], Table[Any]]
    draw: Callable[[Sequence[Any]], Chart] | None = None
    period: Period = Period.WEEK
    permission: str = "billing.view_takings"
    narrows: frozenset[str] = frozenset()

    @property
    def is_list(self) -> bool:
        return bool(self.narrows)


def days_of(period: Period, today: date) -> tuple[date, date]:
    """Name the first and the last day of a period; weeks begin on Monday, and those that run end in the future."""
    if period in (Period.TODAY, Period.YESTERDAY):
        day = today - timedelta(days=period is Period.YESTERDAY)
        return day, day
    if period is Period.BOOKING_WEEK:
        friday = friday_of(today) - timedelta(days=7)
        return friday, friday + timedelta(days=6)
    if period is Period.WEEK:
        monday = today - timedelta(days=today.weekday())
        return monday, monday + timedelta(days=6)
    first = today.replace(day=1)
    if period is Period.LAST_MONTH:
        first = (first - timedelta(days=1)).replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def measures_of(kind: type[Any]) -> list[str]:
    """Name what can be added up of a line: its numbers. What merely identifies is optional, and so none."""
    return [each.name for each in fields(kind) if each.type in (int, Decimal)]


def added_up(kind: type[Any], lines: Iterable[Any]) -> dict[str, Any]:
    """Add each measure of a kind of line up."""
    names = measures_of(kind)
    sums: dict[str, Any] = {each.name: each.default for each in fields(kind) if each.name in names}
    for line in lines:
        for name in names:
            sums[name] += getattr(line, name)
    return sums


def table_of(kind: type[LineT], lines: Sequence[LineT]) -> Table[LineT]:
    """Make a table of lines and their sum."""
    return Table(lines, kind(**added_up(kind, lines)), len(lines))


def percent(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """Tell which percentage of a whole a part is, rounded to two places; None of nothing."""
    return rounded(Decimal(part) * 100 / whole) if whole else None


def each(amount: Decimal, count: int) -> Decimal | None:
    """Share an amount among so many, rounded to two places; None among nobody."""
    return rounded(amount / count) if count else None
