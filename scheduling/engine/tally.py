"""The running account of one day while shows are put in and taken out: what is each worth beside the others?"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property

from scheduling.engine.grid import DayGrid, Option
from scheduling.engine.problem import FixedShow, Quota
from scheduling.engine.score import drawn_by_one, is_unsteady, reached, windows

Times = tuple[int, ...]


class Tally:
    """What `scheduling.engine.score` would say, kept up to date show by show.

    `before`: the times of day at which each film started the day before.
    """

    def __init__(self, grid: DayGrid, before: dict[int, set[int]]) -> None:
        self.grid, self.problem, self.weights, self.before = grid, grid.problem, grid.problem.weights, before
        self.alone: dict[tuple[int, int], float] = defaultdict(float)
        self.count: Counter[tuple[int, int]] = Counter()
        self.lobby: Counter[int] = Counter()
        self.ends: Counter[int] = Counter()
        self.same: Counter[tuple[int, int]] = Counter()
        self.quota: Counter[int] = Counter()
        self._windows: dict[tuple[int, int], Times] = {}
        self._rows: dict[tuple[int, int, int], Times] = {}
        for show in grid.fixed:
            self._stand(show)

    @cached_property
    def quotas(self) -> list[Quota]:
        return [quota for quota in self.problem.quotas if quota.day in (None, self.grid.day)]

    def rows(self, film: int, screen: int, part: int) -> Times:
        """List the quotas, by position, that a show counts towards."""
        key = film, screen, part
        if key not in self._rows:
            self._rows[key] = tuple(
                row
                for row, quota in enumerate(self.quotas)
                if quota.film == film and quota.screen in (None, screen) and quota.daypart in (None, part)
            )
        return self._rows[key]

    def _stand(self, show: FixedShow) -> None:
        self._crowd(show.start, show.end, show.film, 1)
        if show.film is not None:
            part = self.problem.daypart_at(self.grid.day, show.start)
            screen = self.problem.screen_by_id[show.screen]
            self.alone[show.film, part] += drawn_by_one(self.problem, self.demand(show.film, part), screen)
            self.count[show.film, part] += 1
            self.quota.update(self.rows(show.film, show.screen, part))

    def demand(self, film: int, part: int) -> float:
        return self.problem.wanted(film, self.grid.day, part)

    def add(self, option: Option) -> float:
        """Put a show in and tell what that is worth."""
        worth = self.draws(option) - self.burden(option) + self.mends(option)
        self._book(option, 1)
        return worth

    def remove(self, option: Option) -> float:
        """Take a show out and tell what it was worth beside the ones that stay."""
        self._book(option, -1)
        return self.draws(option) - self.burden(option) + self.mends(option)

    def _book(self, option: Option, sign: int) -> None:
        film, screen, part = option.film.id, option.screen, option.part
        self._crowd(option.start, option.end, film, sign)
        self.alone[film, part] += sign * drawn_by_one(self.problem, self.demand(film, part), screen)
        self.count[film, part] += sign
        for row in self.rows(film, screen.id, part):
            self.quota[row] += sign

    def _crowd(self, start: int, end: int, film: int | None, sign: int) -> None:
        for at in self.within(start, self.weights.lobby_minutes):
            self.lobby[at] += sign
        for at in self.within(end, self.weights.cleaning_minutes):
            self.ends[at] += sign
        if film is not None:
            for at in self.within(start, self.weights.spacing_minutes):
                self.same[film, at] += sign

    def within(self, at: int, minutes: int) -> Times:
        if (at, minutes) not in self._windows:
            self._windows[at, minutes] = tuple(windows(self.problem, self.grid.day, at, minutes))
        return self._windows[at, minutes]

    def draws(self, option: Option, more: int = 0) -> float:
        """Value the admissions that a show adds, after so many others like it on its screen, with the seats it leaves empty."""
        film, screen, part = option.film, option.screen, option.part
        demand = self.demand(film.id, part)
        by_one = drawn_by_one(self.problem, demand, screen)
        alone, count = self.alone[film.id, part] + more * by_one, self.count[film.id, part] + more
        reach = self.weights.reach
        drawn = min(alone + by_one, demand * reached(reach, count + 1)) - min(alone, demand * reached(reach, count))
        empty = self.weights.empty_seat * (screen.capacity - drawn)
        return drawn * self.problem.earns(film, self.grid.day) - screen.cost - empty

    def burden(self, option: Option) -> float:
        """Price the crowding that a show adds, and the habit that it breaks."""
        weights, film = self.weights, option.film.id
        burden = 0.0
        for at in self.within(option.start, weights.lobby_minutes):
            burden += weights.lobby_penalty * (self.lobby[at] >= weights.lobby_starts)
        for at in self.within(option.end, weights.cleaning_minutes):
            burden += weights.cleaning_penalty * (self.ends[at] >= weights.cleaning_crews)
        for at in self.within(option.start, weights.spacing_minutes):
            burden += weights.spacing_penalty * (self.same[film, at] >= 1)
        if is_unsteady(self.problem, self.grid.day, option.start, self.before.get(film)):
            burden += weights.continuity_penalty
        return burden

    def mends(self, option: Option) -> float:
        """Value the minima that a show brings nearer."""
        rows = self.rows(option.film.id, option.screen.id, option.part)
        return self.weights.shortfall * sum(self.quota[row] < self.quotas[row].least for row in rows)

    def missing(self) -> list[Quota]:
        """List the minima that are not reached."""
        return [quota for row, quota in enumerate(self.quotas) if self.quota[row] < quota.least]


def total(tally: Tally, options: Iterable[Option]) -> float:
    """Put shows in and tell what they are worth together."""
    return sum(tally.add(option) for option in options)
