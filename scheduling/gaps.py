"""The free time between what is taken, without the ORM; all in instants."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduling.clock import Span, minute_down, minute_up


@dataclass(frozen=True, slots=True)
class Slot:
    """Free time in which a show fits: it starts from `start` to `latest_start`, both included."""

    start: datetime
    end: datetime
    latest_start: datetime


def free_spans(within: Span, taken: Iterable[Span]) -> list[Span]:
    """Cut what is taken out of a span; what is left is in order and does not overlap."""
    free: list[Span] = []
    cursor = within.start
    for span in sorted(span for span in taken if span.end > within.start and span.start < within.end):
        if span.start > cursor:
            free.append(Span(cursor, span.start))
        cursor = max(cursor, span.end)
    if cursor < within.end:
        free.append(Span(cursor, within.end))
    return free


def slots(opening: Span, taken: Iterable[Span], *, running: timedelta, turnaround: timedelta) -> list[Slot]:
    """List the slots of a day for a show of a length: it ends by closing time and leaves time to clean before the next."""
    # The last one is cleaned up after closing time: that is the time before a show that takes over after it, if any.
    found = []
    for span in free_spans(Span(opening.start, opening.end + turnaround), taken):
        start, latest = minute_up(span.start), minute_down(span.end - turnaround - running)
        if start <= latest:
            found.append(Slot(start, min(span.end, opening.end), latest))
    return found
