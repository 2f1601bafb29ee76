"""Which backups are kept: the newest of each of the last days, weeks and months that have one."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Retention:
    """How many days, ISO weeks and months, in UTC, keep one backup each."""

    days: int
    weeks: int
    months: int


def kept(taken: Iterable[tuple[Key, datetime]], retention: Retention) -> set[Key]:
    """Choose the backups to keep, given by name and instant, in any order.

    A period without a backup does not count: a cinema that made none for a year loses none by that. The newest is
    always kept.
    """
    newest_first = sorted(taken, key=lambda each: each[1], reverse=True)
    chosen = {name for name, _ in newest_first[:1]}
    periods: list[tuple[int, Callable[[datetime], Hashable]]] = [
        (retention.days, lambda at: at.date()),
        (retention.weeks, lambda at: at.isocalendar()[:2]),
        (retention.months, lambda at: (at.year, at.month)),
    ]
    for most, period_of in periods:
        newest: dict[Hashable, Key] = {}
        for name, at in newest_first:
            newest.setdefault(period_of(at), name)
        chosen.update(list(newest.values())[:most])
    return chosen
