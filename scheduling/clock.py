"""From a venue's wall clock to instants, and how long a show takes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduling.errors import TimeSkipped


@dataclass(frozen=True, slots=True)
class Minutes:
    """What a show consists of."""

    pre_show: int
    feature: int
    interval: int
    turnaround: int


@dataclass(frozen=True, slots=True)
class Timetable:
    starts_at: datetime
    ends_at: datetime
    free_at: datetime


def instant_at(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Find the instant at which a wall clock shows a time; of two such instants, the first.

    :raises TimeSkipped: when a clock change skips that time.
    """
    shown = datetime.combine(day, at.replace(tzinfo=None, fold=0), tzinfo=zone)
    instant = shown.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != shown.replace(tzinfo=None):
        raise TimeSkipped
    return instant


def timetable(starts_at: datetime, minutes: Minutes) -> Timetable:
    """Add up when a show ends, and when the screen is clean again."""
    ends_at = starts_at + timedelta(minutes=minutes.pre_show + minutes.feature + minutes.interval)
    return Timetable(starts_at, ends_at, ends_at + timedelta(minutes=minutes.turnaround))
