"""A venue's week at a glance: screens down, time across, each show as wide as it keeps its screen busy."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from booking.models import SeatLock
from booking.states import LockStatus
from cinema.core import formats
from scheduling.clock import hours
from scheduling.models import Show
from scheduling.states import ShowStatus
from venues.models import Screen, Venue

WIDTH, HEAD, LINE, LABEL = 1200, 22, 44, 110  # units of the drawing
TONES = 8  # colours for movies
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """One show as it is drawn; `busy` reaches on to the end of the turnaround."""

    show: Show
    x: float
    y: int
    width: float
    busy: float
    tone: int
    sold: int
    seats: int
    said: str

    @property
    def fill(self) -> float:
        return self.width * self.sold / self.seats if self.seats else 0.0

    @property
    def title(self) -> str:
        """Cut the movie's title to what fits."""
        room = max(int(self.width // 7.2), 1)
        title = self.show.movie.title
        return title if len(title) <= room else f"{title[: room - 1]}…"


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    said: str


@dataclass(frozen=True, slots=True)
class Lane:
    screen: Screen
    y: int


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One day as a drawing, and how many of its shows are drafts."""

    day: date
    height: int
    ticks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    bars: tuple[Bar, ...]

    @property
    def drafts(self) -> int:
        return sum(bar.show.status == ShowStatus.DRAFT for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Week:
    venue: Venue
    monday: date
    days: tuple[DayPlan, ...]

    @property
    def before(self) -> date:
        return self.monday - timedelta(days=7)

    @property
    def after(self) -> date:
        return self.monday + timedelta(days=7)


def monday_of(day: date) -> date:
    """Find the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week(*, venue: Venue, monday: date) -> Week:
    """Draw a venue's week, in three queries whatever its length."""
    days = [monday + timedelta(days=number) for number in range(7)]
    screens = list(
        Screen.objects.filter(venue=venue)
        .annotate(seat_count=Count("seats", filter=Q(seats__retired_at=None, seats__is_available=True)))
        .order_by("screen_name", "id")
    )
    found = Show.objects.filter(screen__venue=venue, show_date__range=(days[0], days[-1])).select_related(
        "movie", "screen"
    )
    by_day: defaultdict[date, list[Show]] = defaultdict(list)
    for show in found.order_by("starts_at", "id"):
        show.screen.venue = venue
        by_day[show.show_date].append(show)
    sold = dict(
        SeatLock.objects.filter(show__in=found, status=LockStatus.BOOKED)
        .values_list("show")
        .annotate(count=Count("id"))
    )
    return Week(venue, monday, tuple(_drawn(venue, day, screens, by_day[day], sold) for day in days))


def _drawn(venue: Venue, day: date, screens: Sequence[Screen], shows: Sequence[Show], sold: dict[int, int]) -> DayPlan:
    opening = hours(day, venue.opens_at, venue.closes_at, venue.zone)
    start = min([opening.start, *(show.starts_at for show in shows)])
    end = max([opening.end, *(show.free_at for show in shows)])
    scale = (WIDTH - LABEL) / ((end - start) / HOUR)

    def at(instant: datetime) -> float:
        return round(LABEL + scale * ((instant - start) / HOUR), 1)

    lanes = tuple(Lane(screen, HEAD + LINE * number) for number, screen in enumerate(screens))
    lane_of = {lane.screen.pk: lane for lane in lanes}
    bars = tuple(
        _bar(show, lane_of[show.screen_id], at(show.starts_at), at(show.ends_at), at(show.free_at), sold)
        for show in shows
    )
    ticks = tuple(
        Tick(at(hour), f"{hour.astimezone(venue.zone):%-I %p}".lower()) for hour in _full_hours(start, end, venue)
    )
    return DayPlan(day, HEAD + LINE * len(screens) + 6, ticks, lanes, bars)


def _bar(show: Show, lane: Lane, start: float, end: float, free: float, sold: dict[int, int]) -> Bar:
    count, seats = sold.get(show.pk, 0), int(getattr(lane.screen, "seat_count", 0))
    venue = show.screen.venue
    said = (
        f"{show.movie.title}, {lane.screen}, {formats.clock(show.starts_at, venue)} to {formats.clock(show.ends_at, venue)}, "
        f"{show.get_status_display().lower()}, {count} of {seats} seats sold"
    )
    return Bar(show, start, lane.y, end - start, free - start, show.movie_id % TONES, count, seats, said)


def _full_hours(start: datetime, end: datetime, venue: Venue) -> Iterable[datetime]:
    local = start.astimezone(venue.zone)
    hour = start + (HOUR - timedelta(minutes=local.minute, seconds=local.second)) % HOUR
    while hour < end:
        yield hour
        hour += HOUR
