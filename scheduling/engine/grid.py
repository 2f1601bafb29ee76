"""Where new shows of one day could start at all: every hard rule that concerns one show alone, applied before any search."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from scheduling.engine.plans import Blocker, PlacedShow
from scheduling.engine.problem import Film, Problem, Screen

Use = tuple[int, int]  # a screen is taken from, until


@dataclass(frozen=True, slots=True)
class Option:
    """A show that could be: `free_at` is when its screen is clean again."""

    film: Film
    screen: Screen
    start: int
    end: int
    free_at: int
    part: int


class DayGrid:
    """The starts of one day that fixed and earlier shows, hours, curfews, formats and clean runs leave open."""

    def __init__(self, problem: Problem, day: int, earlier: Iterable[PlacedShow] = ()) -> None:
        self.problem, self.day = problem, day
        self.hours = problem.days[day]
        self.fixed = [show for show in problem.fixed if show.day == day]
        self.taken: dict[int, list[Use]] = {screen.id: [] for screen in problem.screens}
        for show in problem.fixed:
            self.taken[show.screen].append((show.start, show.free_at))
        for blocked in problem.blocked:
            self.taken[blocked.screen].append((blocked.start, blocked.end))
        for placed in earlier:  # a house that never closes: yesterday's last show reaches into today
            film, screen = problem.film_by_id[placed.film], problem.screen_by_id[placed.screen]
            self.taken[screen.id].append((placed.start, placed.end + problem.turnaround(film, screen)))

    @cached_property
    def starts(self) -> list[int]:
        """The grid times between opening and closing."""
        problem, midnight = self.problem, self.hours.midnight
        first = -((midnight - self.hours.opens) // problem.grid)  # rounded up
        return list(range(midnight + first * problem.grid, self.hours.closes + 1, problem.grid))

    @cached_property
    def options(self) -> list[Option]:
        """Every show that could be, by screen, film and start."""
        return [
            option
            for screen in self.problem.screens
            for film in self.problem.films
            if not self.refuses(film, screen)
            for option in self.starts_of(film, screen)
        ]

    def refuses(self, film: Film, screen: Screen) -> Blocker | None:
        """Name the rule that keeps a film off a screen for the whole day."""
        if film.days is not None and self.day not in film.days:
            return Blocker.NOT_AVAILABLE
        if film.screens is not None and screen.id not in film.screens:
            return Blocker.NOT_AVAILABLE
        if film.formats and film.formats.isdisjoint(screen.formats):
            return Blocker.FORMAT
        if self._would_share(film, self.standing(screen)):
            return Blocker.CLEAN_RUN
        return None

    def standing(self, screen: Screen) -> set[int | None]:
        """Name the films of shows that stand on a screen on this day."""
        return {show.film for show in self.fixed if show.screen == screen.id}

    def _would_share(self, film: Film, standing: set[int | None]) -> bool:
        clean = {known.id for known in self.problem.films if known.clean}
        if film.clean:
            return bool(standing - {film.id})
        return bool(standing & clean)

    def starts_of(self, film: Film, screen: Screen) -> Iterator[Option]:
        """List the starts at which a film fits a screen, in order."""
        running = self.problem.running(film, screen)
        use = running + self.problem.turnaround(film, screen)
        opens, closes = self.hours_of(film)
        taken = self.taken[screen.id]
        for start in self.starts:
            in_time = opens <= start <= closes - running
            if in_time and not any(start < until and since < start + use for since, until in taken):
                yield Option(film, screen, start, start + running, start + use, self.parts[start])

    @cached_property
    def parts(self) -> dict[int, int]:
        return {start: self.problem.daypart_at(self.day, start) for start in self.starts}

    def hours_of(self, film: Film) -> Use:
        """Tell from when a film may start and by when it must end, by opening hours and curfews."""
        opens, closes = self.hours.opens, self.hours.closes
        for curfew in self.problem.curfews:
            if curfew.concerns(film):
                if curfew.starts_from is not None:
                    opens = max(opens, self.hours.midnight + curfew.starts_from)
                if curfew.ends_by is not None:
                    closes = min(closes, self.hours.midnight + curfew.ends_by)
        return opens, closes


def as_shows(options: Iterable[Option], day: int) -> list[PlacedShow]:
    """Turn chosen options into shows of a plan, in order."""
    return sorted(PlacedShow(day, one.screen.id, one.start, one.end, one.film.id) for one in options)
