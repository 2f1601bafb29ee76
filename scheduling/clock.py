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


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From an instant up to, and without, another."""

    start: datetime
    end: datetime


def instant_at(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Find the instant at which a wall clock shows a time; of two such instants, the first.

    :raises TimeSkipped: when a clock change skips that time.
    """
    instant = nearest_instant(day, at, zone)
    if instant.astimezone(zone).replace(tzinfo=None) != datetime.combine(day, at.replace(tzinfo=None, fold=0)):
        raise TimeSkipped
    return instant


def nearest_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Find the instant at which a wall clock shows a time, or would, had a clock change not skipped it."""
    return datetime.combine(day, at.replace(tzinfo=None, fold=0), tzinfo=zone).astimezone(UTC)


def hours(day: date, opens_at: time, closes_at: time, zone: ZoneInfo) -> Span:
    """Turn opening hours of a day into instants; closing at or before opening means the next day."""
    closing_day = day if closes_at > opens_at else day + timedelta(days=1)
    return Span(nearest_instant(day, opens_at, zone), nearest_instant(closing_day, closes_at, zone))


def next_minute(now: datetime) -> datetime:
    """Find the first whole minute that is still to come."""
    return minute_down(now) + timedelta(minutes=1)


def minute_up(instant: datetime) -> datetime:
    """Round up to a whole minute."""
    down = minute_down(instant)
    return down if down == instant else down + timedelta(minutes=1)


def minute_down(instant: datetime) -> datetime:
    """Round down to a whole minute."""
    return instant.replace(second=0, microsecond=0)


def timetable(starts_at: datetime, minutes: Minutes) -> Timetable:
    """Add up when a show ends, and when the screen is clean again."""
    ends_at = starts_at + timedelta(minutes=minutes.pre_show + minutes.feature + minutes.interval)
    return Timetable(starts_at, ends_at, ends_at + timedelta(minutes=minutes.turnaround))
