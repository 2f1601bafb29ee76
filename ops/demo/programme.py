"""What is on, hall by hall and day by day: the same rules for the coming fortnight as for any day of the past."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ops.demo.halls import Hall

GRID = timedelta(minutes=5)
LAST_START = time(22, 50)
DOORS_CLOSE = time(2)  # of the next day


@dataclass(frozen=True, slots=True)
class Running:
    """How long a movie occupies a screen of the demo venue: until it ends, and until the screen is clean."""

    until_end: timedelta
    until_free: timedelta


@dataclass(frozen=True, slots=True)
class Slot:
    slug: str
    starts_at: datetime
    ends_at: datetime
    free_at: datetime


def day_of(hall: Hall, day: date, running: Mapping[str, Running], zone: ZoneInfo) -> Iterator[Slot]:
    """Fill a hall's day from its first start until nothing of its rota ends before the doors close."""
    start = datetime.combine(day, time(*hall.opens), tzinfo=zone)
    last_start = datetime.combine(day, LAST_START, tzinfo=zone)
    closing = datetime.combine(day + timedelta(days=1), DOORS_CLOSE, tzinfo=zone)
    turn = day.toordinal()
    while start <= last_start:
        upcoming = (hall.rota[(turn + skip) % len(hall.rota)] for skip in range(len(hall.rota)))
        fitting = next((slug for slug in upcoming if start + running[slug].until_end <= closing), None)
        if fitting is None:
            return
        length = running[fitting]
        yield Slot(fitting, start, start + length.until_end, start + length.until_free)
        start = _on_grid(start + length.until_free)
        turn += 1


def _on_grid(instant: datetime) -> datetime:
    past = timedelta(minutes=instant.minute % 5, seconds=instant.second)
    return instant if not past else instant - past + GRID
