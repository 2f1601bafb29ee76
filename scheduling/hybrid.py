"""A plain greedy plan for the screens of a cinema, one day at a time, without the ORM; all in instants.

Longest movies first: what is below its minimum, then what is below its maximum, then the shortest movie of the whole
catalogue that nobody asked for. A show ends by closing time; the gap before the next one is kept everywhere.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from scheduling.clock import Span, minute_up
from scheduling.gaps import free_spans

MOST_ROUNDS = 500  # shows in one window


class Warned(StrEnum):
    """What a plan may warn of; the contract's codes."""

    INVALID_WINDOW = "INVALID_WINDOW"
    NO_FREE_WINDOWS = "NO_FREE_WINDOWS"
    MISSING_SCREEN = "MISSING_SCREEN"
    MISSING_MOVIE = "MISSING_MOVIE"
    INVALID_DURATION = "INVALID_DURATION"
    LEFTOVER_GAP = "LEFTOVER_GAP"
    WINDOW_SAFETY_ABORT = "WINDOW_SAFETY_ABORT"
    UNMET_MIN_QUOTA = "UNMET_MIN_QUOTA"
    EXCEEDED_MAX_QUOTA = "EXCEEDED_MAX_QUOTA"
    PARSE_ERROR = "PARSE_ERROR"
    DUPLICATE_SHOW = "DUPLICATE_SHOW"


@dataclass(frozen=True, slots=True)
class Quota:
    """How often a movie should and may be shown on one screen on one day, and how long a show of it runs."""

    movie_id: int
    running: timedelta
    least: int = 0
    most: int | None = None

    def has_room(self, shown: int) -> bool:
        return self.most is None or shown < self.most


@dataclass(frozen=True, slots=True)
class ScreenDay:
    """One screen on one day: its hours, what is taken (with the gap after it), and what is on already, by movie."""

    screen_id: int
    day: date
    opening: Span
    taken: tuple[Span, ...]
    gap: timedelta
    quotas: tuple[Quota, ...]
    shown: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Placed:
    screen_id: int
    movie_id: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """One warning; instants in its context are still to be put on the venue's wall clock."""

    code: Warned
    message: str
    screen_id: int
    context: Mapping[str, object]


def fill(work: ScreenDay, fillers: Sequence[Quota]) -> tuple[list[Placed], list[Notice]]:
    """Plan one day of one screen; `fillers` is the whole catalogue, shortest first."""
    latest = Span(work.opening.start, work.opening.end + work.gap)  # the last show is cleaned up after closing
    windows = [window for window in free_spans(latest, work.taken) if window.start < work.opening.end]
    if not windows:
        full = _notice(work, Warned.NO_FREE_WINDOWS, "The screen has no free time on this day.")
        return [], [full, *_quota_notices(work, work.shown)]
    listed = {quota.movie_id for quota in work.quotas}
    filler = next((quota for quota in fillers if quota.movie_id not in listed), None)
    day = _Day(work, sorted(work.quotas, key=lambda quota: (-quota.running, quota.movie_id)), filler)
    for window in windows:
        day.fill(window)
    return day.placed, [*day.notices, *_quota_notices(work, day.shown)]


class _Day:
    """The plan of one day as it grows."""

    def __init__(self, work: ScreenDay, quotas: list[Quota], filler: Quota | None) -> None:
        self.work, self.quotas, self.filler = work, quotas, filler
        self.shown = Counter(work.shown)
        self.placed: list[Placed] = []
        self.notices: list[Notice] = []

    def fill(self, window: Span) -> None:
        """Put shows into a window until nothing fits."""
        cursor = minute_up(window.start)
        for _ in range(MOST_ROUNDS):
            quota = self._next(window.end - self.work.gap - cursor)
            if quota is None:
                self._leave(window, cursor)
                return
            end = cursor + quota.running
            self.placed.append(Placed(self.work.screen_id, quota.movie_id, cursor, end))
            self.shown[quota.movie_id] += 1
            cursor = end + self.work.gap
        message = f"More than {MOST_ROUNDS} shows in one window: the rest of it stays free."
        self._warn(Warned.WINDOW_SAFETY_ABORT, message, window)

    def _next(self, room: timedelta) -> Quota | None:
        fitting = [quota for quota in self.quotas if quota.running <= room]
        below = [quota for quota in fitting if self.shown[quota.movie_id] < quota.least]
        if below:  # each in turn: the one shown least often, of equals the longest
            return min(below, key=lambda quota: self.shown[quota.movie_id])
        allowed = (quota for quota in fitting if quota.has_room(self.shown[quota.movie_id]))
        spare = self.filler if self.filler and self.filler.running <= room else None
        return next(allowed, spare)

    def _leave(self, window: Span, cursor: datetime) -> None:
        minutes = (min(window.end, self.work.opening.end) - cursor) // timedelta(minutes=1)
        if minutes > 0:
            message = f"{minutes} minutes stay free: nothing fits."
            self._warn(Warned.LEFTOVER_GAP, message, window, gap_minutes=minutes)

    def _warn(self, code: Warned, message: str, window: Span, **context: object) -> None:
        end = min(window.end, self.work.opening.end)
        self.notices.append(_notice(self.work, code, message, **context, window_start=window.start, window_end=end))


def _quota_notices(work: ScreenDay, shown: Mapping[int, int]) -> Iterator[Notice]:
    for quota in work.quotas:
        count = shown.get(quota.movie_id, 0)
        facts = {"movie_id": quota.movie_id, "scheduled": count}
        if count < quota.least:
            message = f"{count} shows instead of at least {quota.least}: there is no room for more."
            yield _notice(work, Warned.UNMET_MIN_QUOTA, message, **facts, min=quota.least)
        if quota.most is not None and count > quota.most:  # they were there before
            message = f"{count} shows instead of at most {quota.most} are there already."
            yield _notice(work, Warned.EXCEEDED_MAX_QUOTA, message, **facts, max=quota.most)


def _notice(work: ScreenDay, code: Warned, message: str, **context: object) -> Notice:
    return Notice(code, message, work.screen_id, {"day": work.day, **context})
