"""From a venue's shows, movies and forecast to a problem of the engine, and back to the wall clock; nothing is read here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property

from catalog.models import Movie
from scheduling.clock import Span, minute_down, minute_up, nearest_instant
from scheduling.engine import problem as engine
from scheduling.engine.plans import Plan
from scheduling.forecast import Forecast
from scheduling.hybrid import Placed
from scheduling.models import EARLIEST_MORNING, EVENING_FROM, NIGHT_FROM, Show
from scheduling.states import PartOfDay
from venues.models import Screen, Venue

MINUTE = timedelta(minutes=1)
NOON = time(12)
PARTS = (PartOfDay.MORNING, PartOfDay.AFTERNOON, PartOfDay.EVENING, PartOfDay.NIGHT)
DAYPARTS = tuple(
    engine.Daypart(part.value, hour * 60)
    for part, hour in zip(PARTS, (EARLIEST_MORNING, 12, EVENING_FROM, NIGHT_FROM), strict=True)
)
GRID = 15  # minutes between two starts that are tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How often a movie should and may be shown a day, on one screen or on any, on which days; share in percent."""

    movie_id: int
    least: int = 0
    most: int | None = None
    screen_id: int | None = None
    share: float = 0.0
    from_day: date | None = None
    until_day: date | None = None
    is_clean: bool = False
    starts_from: time | None = None
    ends_by: time | None = None  # before five in the morning: of the next day

    def is_on(self, day: date) -> bool:
        return (self.from_day is None or day >= self.from_day) and (self.until_day is None or day < self.until_day)


@dataclass(frozen=True, slots=True)
class Hall:
    """A screen with what the engine must know of it; the gap is what follows every show, in minutes."""

    screen: Screen
    seats: int
    gap: int
    price: float  # mean list price of a seat, without tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What is weighed against tickets, in the venue's currency: what shows cost and leave, and what wishes are worth."""

    show_cost: float = 500.0
    food_margin: float = 40.0
    weights: engine.Weights = field(default_factory=engine.Weights)


@dataclass(frozen=True)
class Case:
    """What is to be planned at one venue: the days with the hours in which shows may run, and everything that counts."""

    venue: Venue
    openings: Mapping[date, Span]
    halls: Sequence[Hall]
    movies: Mapping[int, Movie]
    wanted: Sequence[Wanted]
    standing: Sequence[Show]
    forecast: Forecast
    money: Money
    shares: Mapping[int, Mapping[date, float]] = field(
        default_factory=dict
    )  # agreed for movies and days; else the wish's

    @cached_property
    def days(self) -> list[date]:
        return sorted(self.openings)

    @cached_property
    def reference(self) -> datetime:
        """Twelve hours before the first noon: every time of the problem is counted from here."""
        return nearest_instant(self.days[0], NOON, self.venue.zone) - timedelta(hours=12)

    @cached_property
    def problem(self) -> engine.Problem:
        films = tuple(self._film(pk, movie) for pk, movie in sorted(self.movies.items()) if self._of(pk))
        known = {film.id for film in films}
        fixed = [(show, self._position(show)) for show in self.standing]
        return engine.Problem(
            days=tuple(self._day(day) for day in self.days),
            dayparts=DAYPARTS,
            screens=tuple(self._screen(hall) for hall in self.halls),
            films=films,
            demand=self._demand(known),
            quotas=tuple(self._quotas(known)),
            curfews=tuple(_curfew(wish) for wish in self.wanted if wish.starts_from or wish.ends_by),
            fixed=tuple(self._fixed(show, at, known) for show, at in fixed if at is not None),
            blocked=tuple(self._blocked(show) for show, at in fixed if at is None),
            food_margin=self.money.food_margin,
            weights=replace(self.money.weights, shortfall=self._shortfall()),
            grid=GRID,
        )

    def _shortfall(self) -> float:
        """Price a missing show above all that it could push out or crowd: a whole day of the hall that earns most."""
        weights = self.money.weights
        shortest = min((movie.duration for movie in self.movies.values()), default=1) + 1
        shows = max((span.end - span.start for span in self.openings.values()), default=MINUTE) // (shortest * MINUTE)
        seats = max((hall.seats for hall in self.halls), default=0)
        crowding = sum(
            (minutes // GRID + 1) * price
            for minutes, price in (
                (weights.lobby_minutes, weights.lobby_penalty),
                (weights.cleaning_minutes, weights.cleaning_penalty),
                (weights.spacing_minutes, weights.spacing_penalty),
            )
        )
        pushed_out = (shows + 1) * seats * (self._mean_price() + self.money.food_margin + weights.empty_seat)
        return max(weights.shortfall, pushed_out + self.money.show_cost + crowding + weights.continuity_penalty)

    def is_doubted(self, movie_id: int) -> bool:
        """Tell whether the forecast of a movie lies outside its data on any of the days."""
        return any(
            self.forecast.expect(movie_id, day, part, begins=self.days[0]).doubts
            for day in self.days
            for part in PARTS
        )

    def placed(self, plan: Plan) -> list[Placed]:
        """Turn what the engine chose into shows, by day, screen and start."""
        return [
            Placed(show.screen, show.film, self._instant(show.start), self._instant(show.end)) for show in plan.shows
        ]

    def _of(self, movie_id: int) -> list[Wanted]:
        return [wish for wish in self.wanted if wish.movie_id == movie_id]

    def _minute(self, instant: datetime) -> int:
        return (instant - self.reference) // MINUTE

    def _instant(self, minute: int) -> datetime:
        return self.reference + minute * MINUTE

    def _day(self, day: date) -> engine.Day:
        noon = nearest_instant(day, NOON, self.venue.zone)
        opening = self.openings[day]
        opens, closes = self._minute(minute_up(opening.start)), self._minute(minute_down(opening.end))
        return engine.Day(self._minute(noon) - 12 * 60, opens, max(opens, closes))

    def _screen(self, hall: Hall) -> engine.Screen:
        every = {name.casefold() for movie in self.movies.values() for name in movie.format}
        return engine.Screen(
            id=hall.screen.pk,
            capacity=hall.seats,
            turnaround=hall.gap,
            pre_show=self.venue.pre_show_minutes,
            formats=frozenset(name.casefold() for name in hall.screen.formats) or frozenset(every),
            cost=self.money.show_cost,
        )

    def _film(self, movie_id: int, movie: Movie) -> engine.Film:
        wishes = self._of(movie_id)
        screens = {wish.screen_id for wish in wishes if wish.screen_id is not None}
        days = (number for number, day in enumerate(self.days) if self._may_show(movie, wishes, day))
        return engine.Film(
            id=movie_id,
            duration=movie.duration,
            title=movie.title,
            interval=movie.interval_minutes,
            formats=frozenset(name.casefold() for name in movie.format),
            kind=_kind(movie_id),
            clean=any(wish.is_clean for wish in wishes),
            days=frozenset(days),
            screens=None if any(wish.screen_id is None for wish in wishes) else frozenset(screens),
            net_price=self._mean_price(),
            share=max(wish.share for wish in wishes) / 100,
            share_by_day=self._agreed(movie_id),
        )

    def _agreed(self, movie_id: int) -> Mapping[int, float]:
        agreed = self.shares.get(movie_id, {})
        return {number: agreed[day] for number, day in enumerate(self.days) if day in agreed}

    @staticmethod
    def _may_show(movie: Movie, wishes: Iterable[Wanted], day: date) -> bool:
        return movie.is_released(day) and any(wish.is_on(day) for wish in wishes)

    def _mean_price(self) -> float:
        seats = sum(hall.seats for hall in self.halls)
        return sum(hall.price * hall.seats for hall in self.halls) / seats if seats else 0.0

    def _quotas(self, known: set[int]) -> Iterable[engine.Quota]:
        there = {None, *(hall.screen.pk for hall in self.halls)}
        for wish in self.wanted:
            if wish.movie_id not in known or wish.screen_id not in there or not (wish.least or wish.most is not None):
                continue
            if wish.from_day is None and wish.until_day is None:
                yield engine.Quota(wish.movie_id, wish.least, wish.most, wish.screen_id)
            else:
                for number, day in enumerate(self.days):
                    if wish.is_on(day):
                        yield engine.Quota(wish.movie_id, wish.least, wish.most, wish.screen_id, day=number)

    def _demand(self, known: set[int]) -> dict[tuple[int, int, int], float]:
        first = self.days[0]
        return {
            (movie_id, number, at): self.forecast.expect(movie_id, day, part, begins=first).admissions
            for movie_id in known
            for number, day in enumerate(self.days)
            for at, part in enumerate(PARTS)
        }

    def _position(self, show: Show) -> int | None:
        """Find the day of the problem to which a show that stands belongs: -1 is the evening before."""
        day = show.show_date
        if show.starts_at < nearest_instant(day, time(EARLIEST_MORNING), self.venue.zone):
            day -= timedelta(days=1)  # after midnight it is still the evening before
        if day == self.days[0] - timedelta(days=1):
            return -1
        return self.days.index(day) if day in self.openings else None

    def _fixed(self, show: Show, position: int, known: set[int]) -> engine.FixedShow:
        film = show.movie_id if show.movie_id in known else None
        return engine.FixedShow(
            show.screen_id, position, self._minute(show.starts_at), self._minute(show.ends_at), self._free(show), film
        )

    def _blocked(self, show: Show) -> engine.Blocked:
        return engine.Blocked(show.screen_id, self._minute(show.starts_at), self._free(show))

    def _free(self, show: Show) -> int:
        gap = next(hall.gap for hall in self.halls if hall.screen.pk == show.screen_id)
        return self._minute(minute_up(max(show.free_at, show.ends_at + gap * MINUTE)))


def _kind(movie_id: int) -> str:
    return f"movie {movie_id}"  # hours are a movie's own


def _curfew(wish: Wanted) -> engine.Curfew:
    return engine.Curfew(
        name="its own hours",
        kinds=frozenset({_kind(wish.movie_id)}),
        starts_from=_minutes(wish.starts_from),
        ends_by=_minutes(wish.ends_by),
    )


def _minutes(at: time | None) -> int | None:
    if at is None:
        return None
    return at.hour * 60 + at.minute + (engine.A_DAY if at.hour < EARLIEST_MORNING else 0)
