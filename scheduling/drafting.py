"""From a programme somebody asks for to the questions that `scheduling.hybrid` answers, day by day; nothing is read here."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

from catalog.models import Movie
from scheduling import hybrid, rules
from scheduling.clock import Span, hours, next_minute
from scheduling.hybrid import Notice, Placed, Quota, ScreenDay, Warned
from scheduling.models import Show
from venues.models import Screen, Venue


@dataclass(frozen=True, slots=True)
class MovieWish:
    """How often a movie should and may be shown on one screen on each day."""

    movie_id: int
    min_shows_per_day: int
    max_shows_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    screen_id: int
    movies: tuple[MovieWish, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Which screens to fill with what, on which days, between which times of the venue's wall clock."""

    start_date: date
    days: int
    buffer_minutes: int
    opens_at: time
    closes_at: time
    assignments: tuple[Assignment, ...]
    is_draft: bool = False

    @property
    def dates(self) -> list[date]:
        return [self.start_date + timedelta(days=number) for number in range(self.days)]


@dataclass(frozen=True)
class ScreenDraft:
    """One assignment as it is filled: what the screen has on, with what is planned."""

    programme: Programme
    assignment: Assignment
    screen: Screen
    movies: Mapping[int, Movie]  # active ones
    now: datetime
    taken: list[Span] = field(default_factory=list)
    shown: Counter[tuple[date, int]] = field(default_factory=Counter)

    def stand(self, shows: Iterable[Show]) -> None:
        """Note shows that are there; a gap follows them too."""
        for show in shows:
            self.taken.append(Span(show.starts_at, max(show.free_at, show.ends_at + self.gap)))
            self.shown[show.show_date, show.movie_id] += 1

    def fill(self, day: date) -> tuple[list[Placed], list[Notice]]:
        """Plan one day, and remember it for the next one."""
        if not self.screen.is_available:
            return [], [self._notice(day, Warned.MISSING_SCREEN, "This screen is out of service.")]
        opening = opening_of(self.screen.venue, day, self.programme.opens_at, self.programme.closes_at, self.now)
        if opening is None:
            return [], [self._notice(day, Warned.INVALID_WINDOW, "The venue is closed at these times.")]
        showable = {pk: movie for pk, movie in self.movies.items() if self._may_show(movie, day)}
        wishes = [wish for wish in self.assignment.movies if wish.movie_id in showable]
        placed, notices = hybrid.fill(self._work(day, opening, wishes), self._fillers(showable.values()))
        self.taken.extend(Span(show.start, show.end + self.gap) for show in placed)
        return placed, [*self._missing(day, showable), *notices]

    @cached_property
    def gap(self) -> timedelta:
        own = self.screen.turnaround_minutes
        turnaround = self.screen.venue.turnaround_minutes if own is None else own
        return timedelta(minutes=max(self.programme.buffer_minutes, turnaround))

    def _work(self, day: date, opening: Span, wishes: Sequence[MovieWish]) -> ScreenDay:
        quotas = tuple(
            Quota(
                wish.movie_id,
                self._running(self.movies[wish.movie_id]),
                wish.min_shows_per_day,
                wish.max_shows_per_day,
            )
            for wish in wishes
        )
        shown = {movie_id: count for (on, movie_id), count in self.shown.items() if on == day}
        return ScreenDay(self.screen.pk, day, opening, tuple(self.taken), self.gap, quotas, shown)

    def _fillers(self, movies: Iterable[Movie]) -> list[Quota]:
        quotas = (Quota(movie.pk, self._running(movie)) for movie in movies)
        return sorted(quotas, key=lambda quota: (quota.running, quota.movie_id))

    def _running(self, movie: Movie) -> timedelta:
        return timedelta(minutes=self.screen.venue.pre_show_minutes + movie.duration + movie.interval_minutes)

    def _may_show(self, movie: Movie, day: date) -> bool:
        return movie.is_released(day) and bool(rules.formats_of(movie, self.screen))

    def _missing(self, day: date, showable: Mapping[int, Movie]) -> list[Notice]:
        message = (
            "This movie does not exist, is archived, is not released by that day, or has no format of this screen."
        )
        return [
            self._notice(day, Warned.MISSING_MOVIE, message, movie_id=wish.movie_id)
            for wish in self.assignment.movies
            if wish.movie_id not in showable
        ]

    def _notice(self, day: date, code: Warned, message: str, **context: object) -> Notice:
        return Notice(code, message, self.screen.pk, {"day": day, **context})


def opening_of(venue: Venue, day: date, opens_at: time, closes_at: time, now: datetime) -> Span | None:
    """Find the part of a venue's opening hours that lies between two times of its clock and is still to come."""
    wanted = hours(day, opens_at, closes_at, venue.zone)
    house = hours(day, venue.opens_at, venue.closes_at, venue.zone)
    opening = Span(max(wanted.start, house.start), min(wanted.end, house.end))
    return Span(max(opening.start, next_minute(now)), opening.end) if opening.start < opening.end else None
