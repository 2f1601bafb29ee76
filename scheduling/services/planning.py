"""Putting shows on screens."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from psycopg.errors import ExclusionViolation

from accounts.models import User
from catalog.models import Movie
from cinema.core import formats
from scheduling import rules
from scheduling.clock import Minutes, instant_at, timetable
from scheduling.errors import (
    ScreenTaken,
    ShowInPast,
    ShowStartsCancelled,
    ShowTooFarAhead,
    UnknownMovie,
    UnknownScreen,
)
from scheduling.models import Show
from scheduling.services import pricing
from scheduling.states import ShowStatus
from venues.models import Screen

logger = logging.getLogger(__name__)
FARTHEST = timedelta(days=731)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A show to be: its day and time are the venue's wall clock; an empty format or language is left to the house."""

    movie_id: int
    screen_id: int
    show_date: date
    show_time: time
    status: ShowStatus = ShowStatus.UPCOMING
    format: str = ""
    language: str = ""
    has_captions: bool = False
    has_audio_description: bool = False
    has_sign_language: bool = False


def plan_show(*, plan: Plan, by: User, now: datetime) -> Show:
    """Put a show on a screen; until the screen is clean again nobody else gets it.

    :raises UnknownMovie: if there is no such movie.
    :raises UnknownScreen: if there is no such screen.
    :raises MovieNotShowable: if the movie is archived or not released by that day.
    :raises ScreenOutOfService: if the screen takes no new shows.
    :raises FormatNotOffered, LanguageNotOffered: if the screen or the movie does not have it.
    :raises OutsideOpeningHours: if the venue is closed when it starts or ends.
    :raises ShowStartsCancelled: if it should be born cancelled.
    :raises ShowInPast: if it would have started.
    :raises ShowTooFarAhead: if it is more than two years away.
    :raises TimeSkipped: if the venue's clock never shows that time.
    :raises ScreenTaken: naming the show that has the screen, decided by PostgreSQL.
    """
    show = _drawn_up(plan, now)
    try:
        _save(show)
    except IntegrityError as refused:
        if not isinstance(refused.__cause__, ExclusionViolation):
            raise
        raise screen_taken(show) from refused
    logger.info("user %s planned show %s", by.pk, show.pk)
    return show


@transaction.atomic(durable=True)
def _save(show: Show) -> None:
    Show.objects.guarded_screen(show.screen_id)
    show.save(force_insert=True)
    pricing.put_prices([show])


def _drawn_up(plan: Plan, now: datetime) -> Show:
    if plan.status == ShowStatus.CANCELLED:
        raise ShowStartsCancelled
    return drawn_up(plan, movie=_movie(plan.movie_id), screen=_screen(plan.screen_id), now=now)


def drawn_up(plan: Plan, *, movie: Movie, screen: Screen, now: datetime) -> Show:
    """Work a plan out into a show that keeps every rule and is not saved yet (load `venue` with the screen).

    :raises DomainError: naming the rule, as `plan_show`.
    """
    venue = screen.venue
    rules.require_showable(movie, on=plan.show_date)
    rules.require_in_service(screen)
    require_near(plan.show_date, today=now.astimezone(venue.zone).date())
    starts_at = instant_at(plan.show_date, plan.show_time, venue.zone)
    if starts_at <= now:
        raise ShowInPast
    times = timetable(starts_at, minutes_of(movie, screen))
    rules.require_open(times, venue)
    return Show(
        movie=movie,
        screen=screen,
        show_date=plan.show_date,
        starts_at=times.starts_at,
        ends_at=times.ends_at,
        free_at=times.free_at,
        status=plan.status,
        format=rules.format_of(plan.format, movie, screen),
        language=rules.language_of(plan.language, movie),
        has_captions=plan.has_captions,
        has_audio_description=plan.has_audio_description,
        has_sign_language=plan.has_sign_language,
        created_at=now,
    )


def showable_movie(movie_id: int, *, on: date) -> Movie:
    """Find a movie that may be shown on a day.

    :raises UnknownMovie: if there is no such movie.
    :raises MovieNotShowable: if it is archived or not released by that day.
    """
    movie = _movie(movie_id)
    rules.require_showable(movie, on=on)
    return movie


def open_screen(screen_id: int) -> Screen:
    """Find a screen that takes new shows, with its venue.

    :raises UnknownScreen: if there is no such screen.
    :raises ScreenOutOfService: if it takes none.
    """
    screen = _screen(screen_id)
    rules.require_in_service(screen)
    return screen


def _movie(movie_id: int) -> Movie:
    movie = Movie.objects.filter(pk=movie_id).first()
    if movie is None:
        raise UnknownMovie
    return movie


def _screen(screen_id: int) -> Screen:
    screen = Screen.objects.select_related("venue").filter(pk=screen_id).first()
    if screen is None:
        raise UnknownScreen
    return screen


def require_near(day: date, *, today: date) -> None:
    """Look whether shows are planned for a day at all.

    :raises ShowInPast: if it is over.
    :raises ShowTooFarAhead: if it is more than two years away.
    """
    if day < today:
        raise ShowInPast
    if day > today + FARTHEST:
        raise ShowTooFarAhead


def minutes_of(movie: Movie, screen: Screen) -> Minutes:
    """Tell what a show of a movie on a screen consists of (load `venue` with the screen)."""
    return Minutes(screen.venue.pre_show_minutes, movie.duration, movie.interval_minutes, turnaround_of(screen))


def turnaround_of(screen: Screen) -> int:
    """Tell how many minutes it takes to empty and clean a screen (load `venue` with it)."""
    own = screen.turnaround_minutes
    return screen.venue.turnaround_minutes if own is None else own


def screen_taken(show: Show) -> ScreenTaken:
    """Name the show that stands in the way of another."""
    other = in_the_way(show)
    return taken_by(other) if other else ScreenTaken()  # cancelled in the meantime


def in_the_way(show: Show) -> Show | None:
    """Find the show that has the screen of another one at its time; a show is never in its own way."""
    others = Show.objects.exclude(status=ShowStatus.CANCELLED).exclude(pk=show.pk)
    overlapping = others.filter(screen=show.screen, starts_at__lt=show.free_at, free_at__gt=show.starts_at)
    return overlapping.select_related("movie", "screen__venue").order_by("starts_at").first()


def taken_by(other: Show) -> ScreenTaken:
    """Say which show has a screen and until when (load `movie` and `screen__venue` with it)."""
    zone = other.screen.venue.zone
    start, free = other.starts_at.astimezone(zone), other.free_at.astimezone(zone)
    return ScreenTaken(
        f"{other.screen} is taken by {other.movie} on {start:%-d %B %Y} "
        f"from {formats.time_of_day(start)} to {formats.time_of_day(free)}.",
        show_id=other.pk,
    )
