"""Filling screens for several days at once; which shows go where is `scheduling.hybrid`'s to say."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from psycopg.errors import ExclusionViolation

from accounts.models import User
from catalog.models import Movie
from scheduling import rules
from scheduling.clock import timetable
from scheduling.drafting import Programme, ScreenDraft
from scheduling.engine.plans import Report
from scheduling.errors import AssignedScreenUnknown, NoMovieToShow, NoScreen, ScreenTaken
from scheduling.hybrid import Notice, Placed
from scheduling.models import Show, ShowQuerySet
from scheduling.services import planning, pricing
from scheduling.states import ShowStatus
from venues.models import Screen

logger = logging.getLogger(__name__)
ROWS_AT_ONCE = 2000
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What was planned, in the order of days and assignments, and what is to be known about it."""

    placed: list[Placed]
    notices: list[Notice]
    screens: Mapping[int, Screen]
    report: Report | None = None  # of the engine, where it weighed

    def zone_of(self, screen_id: int) -> ZoneInfo:
        return self.screens[screen_id].venue.zone


def draw_up(*, programme: Programme, by: User, now: datetime) -> Schedule:
    """Plan shows and write nothing.

    :raises NoMovieToShow: when there is no active movie.
    :raises NoScreen: when there is no screen.
    :raises AssignedScreenUnknown: naming the screens that do not exist.
    :raises ShowInPast: when the first day is over.
    :raises ShowTooFarAhead: when the last day is more than two years away.
    """
    screens, movies = known_screens(programme, now), _active_movies()
    return _planned(programme, screens, movies, now)


def schedule_shows(*, programme: Programme, by: User, now: datetime) -> Schedule:
    """Plan shows and put all of them on their screens, with prices, or none; what is there stays as it is.

    :raises NoMovieToShow, NoScreen, AssignedScreenUnknown, ShowInPast, ShowTooFarAhead: as `draw_up`.
    :raises ScreenTaken: naming the show that took a screen in spite of everything, decided by PostgreSQL.
    """
    screens, movies = known_screens(programme, now), _active_movies()
    shows: list[Show] = []
    try:
        schedule = _write(programme, screens, movies, now, shows)
    except IntegrityError as refused:
        if not isinstance(refused.__cause__, ExclusionViolation):
            raise
        raise clash(shows) from refused
    logger.info("user %s scheduled %s shows on screens %s", by.pk, len(shows), sorted(screens))
    return schedule


@transaction.atomic(durable=True)
def _write(
    programme: Programme,
    screens: Mapping[int, Screen],
    movies: Mapping[int, Movie],
    now: datetime,
    shows: list[Show],
) -> Schedule:
    for screen_id in sorted(screens):  # in the order of ids: two who fill the same screens wait instead of deadlocking
        Show.objects.guarded_screen(screen_id)
    schedule = _planned(programme, screens, movies, now)  # reads what is there only now that nobody can add to it
    status = ShowStatus.DRAFT if programme.is_draft else ShowStatus.UPCOMING
    shows.extend(
        show_of(placed, screens[placed.screen_id], movies[placed.movie_id], status, now) for placed in schedule.placed
    )
    put_on(shows)
    return schedule


def put_on(shows: Sequence[Show]) -> None:
    """Write shows with their prices, within the caller's transaction and under the locks of their screens."""
    Show.objects.bulk_create(shows, batch_size=ROWS_AT_ONCE)
    pricing.put_prices(shows, is_always=True)  # a later change of base prices does not change these shows


def _active_movies() -> dict[int, Movie]:
    return {movie.pk: movie for movie in Movie.objects.filter(is_active=True).order_by("id")}


def known_screens(programme: Programme, now: datetime) -> dict[int, Screen]:
    """Find the screens that a programme names, with their venues.

    :raises NoMovieToShow, NoScreen, AssignedScreenUnknown, ShowInPast, ShowTooFarAhead: as `draw_up`.
    """
    if not Movie.objects.filter(is_active=True).exists():
        raise NoMovieToShow
    if not Screen.objects.exists():
        raise NoScreen
    wanted = {assignment.screen_id for assignment in programme.assignments}
    screens = Screen.objects.select_related("venue").in_bulk(wanted)
    if unknown := sorted(wanted - screens.keys()):
        raise AssignedScreenUnknown(screen_ids=unknown)
    for today in {now.astimezone(screen.venue.zone).date() for screen in screens.values()}:
        planning.require_near(programme.start_date, today=today)
        planning.require_near(
            programme.start_date, today=today - A_DAY * (programme.days - 1)
        )  # the last day is near too
    return screens


def _planned(
    programme: Programme, screens: Mapping[int, Screen], movies: Mapping[int, Movie], now: datetime
) -> Schedule:
    if not programme.assignments:
        return Schedule([], [], screens)
    drafts = [
        ScreenDraft(programme, assignment, screens[assignment.screen_id], movies, now)
        for assignment in programme.assignments
    ]
    # A day more on either side: a show that began the evening before may still be running, and one may follow.
    days = (programme.start_date - A_DAY, programme.start_date + A_DAY * programme.days)
    there = _standing(screens).filter(show_date__range=days).order_by("starts_at")
    by_screen: defaultdict[int, list[Show]] = defaultdict(list)
    for show in there:
        by_screen[show.screen_id].append(show)
    placed: list[Placed] = []
    notices: list[Notice] = []
    for draft in drafts:
        draft.stand(by_screen[draft.screen.pk])
    for day in programme.dates:
        for draft in drafts:
            shows, warnings = draft.fill(day)
            placed += shows
            notices += warnings
    return Schedule(placed, notices, screens)


def show_of(placed: Placed, screen: Screen, movie: Movie, status: ShowStatus, now: datetime) -> Show:
    """Make a show of what was planned, not saved yet (load `venue` with the screen)."""
    times = timetable(placed.start, planning.minutes_of(movie, screen))
    return Show(
        movie=movie,
        screen=screen,
        show_date=placed.start.astimezone(screen.venue.zone).date(),
        starts_at=times.starts_at,
        ends_at=times.ends_at,
        free_at=times.free_at,
        status=status,
        format=rules.format_of("", movie, screen),
        language=rules.language_of("", movie),
        created_at=now,
    )


def clash(shows: Sequence[Show]) -> ScreenTaken:
    """Name the show that stands in the way of one of these."""
    first, last = min(show.starts_at for show in shows), max(show.free_at for show in shows)
    there = _standing({show.screen_id for show in shows}).filter(starts_at__lt=last, free_at__gt=first)
    taken = list(there.values_list("screen_id", "starts_at", "free_at"))
    clashing = (
        show
        for show in shows
        for screen_id, start, free in taken
        if show.screen_id == screen_id and show.starts_at < free and start < show.free_at
    )
    found = next(clashing, None)
    return planning.screen_taken(found) if found else ScreenTaken()  # cancelled in the meantime


def _standing(screen_ids: Iterable[int]) -> ShowQuerySet:
    return Show.objects.exclude(status=ShowStatus.CANCELLED).filter(screen__in=screen_ids)
