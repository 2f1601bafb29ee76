"""One day as a linear program on the grid of times: plain rows and columns, for whichever solver is there.

A column per show that could be, one for the admissions of each film and daypart, and one for every excess, miss and
clean run. Screens are kept by cliques: of all shows that would use a screen at a moment, one at most. Any plan of the
day is a solution of the rows, worth what `scheduling.engine.score` says.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

from scheduling.engine.grid import DayGrid, Option
from scheduling.engine.score import drawn_by_one, is_unsteady, reached
from scheduling.engine.tally import Tally

INFINITE = float("inf")
Terms = dict[int, float]
Follow = Callable[[Sequence[float]], float]


@dataclass(slots=True)
class Row:
    terms: Terms
    most: float  # the sum of the terms is at most this


@dataclass(slots=True)
class Model:
    """Maximise `constant` and the columns' gains; a column lies between 0 and its `most`."""

    most: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    gain: list[float] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    fractional: set[int] = field(default_factory=set)  # columns that need not be whole in a plan
    follows: dict[int, Follow] = field(default_factory=dict)
    constant: float = 0.0

    def column(self, gain: float, *, most: float = 1.0, whole: bool = False) -> int:
        self.most.append(most)
        self.whole.append(whole)
        self.gain.append(gain)
        return len(self.most) - 1

    def following(self, gain: float, follow: Follow, *, most: float = 1.0, whole: bool = False) -> int:
        """Add a column whose best value follows from those of the options."""
        column = self.column(gain, most=most, whole=whole)
        self.follows[column] = follow
        return column

    def worth(self, values: Sequence[float]) -> float:
        return self.constant + sum(gain * value for gain, value in zip(self.gain, values, strict=True))

    def row(self, terms: Terms, most: float) -> None:
        self.rows.append(Row(terms, most))


class DayModel(Model):
    """The model of a day; its first columns are the options, in order.

    `before`: the times of day of the day before, for continuity.
    """

    def __init__(self, grid: DayGrid, before: dict[int, set[int]]) -> None:
        super().__init__()
        self.grid, self.options = grid, grid.options
        self.tally = Tally(grid, before)  # of what stands
        self.problem, self.weights = grid.problem, grid.problem.weights
        for option in self.options:
            self.column(-self._cost(option), whole=True)
        self.constant = -self._standing_cost()
        self._screens()
        self._audiences()
        self._crowding()
        self._quotas()

    def _cost(self, option: Option) -> float:
        return self._opening(option.screen.id) + self._break(option.film.id, option.start)

    def _opening(self, screen: int) -> float:
        opened = self.problem.screen_by_id[screen]
        return opened.cost + self.weights.empty_seat * opened.capacity

    def _break(self, film: int, start: int) -> float:
        unsteady = is_unsteady(self.problem, self.grid.day, start, self.tally.before.get(film))
        return self.weights.continuity_penalty * unsteady

    def _standing_cost(self) -> float:
        known = [show for show in self.grid.fixed if show.film is not None]
        return sum(self._opening(show.screen) + self._break(show.film or 0, show.start) for show in known)

    def _screens(self) -> None:
        for _screen, columns in groupby(range(len(self.options)), key=lambda column: self.options[column].screen.id):
            self._cliques(list(columns))

    def _cliques(self, columns: Sequence[int]) -> None:
        """Keep a screen to one show at a time, and to a clean run's film alone if it has one."""
        clean = sorted({self.options[column].film.id for column in columns if self.options[column].film.clean})
        only = {film: self._run(columns, film) for film in clean}
        shared = [column for column in columns if not self.options[column].film.clean]
        alone = dict.fromkeys(only.values(), 1.0)
        self._one_at_a_time(shared, alone, 1.0)
        if not shared and only:
            self.row(alone, 1.0)
        for film, run in only.items():
            self._one_at_a_time([one for one in columns if self.options[one].film.id == film], {run: -1.0}, 0.0)

    def _run(self, columns: Sequence[int], film: int) -> int:
        own = [column for column in columns if self.options[column].film.id == film]
        return self.following(0.0, lambda values: float(any(values[one] for one in own)), whole=True)

    def _one_at_a_time(self, columns: Sequence[int], extra: Terms, most: float) -> None:
        ordered = sorted(columns, key=lambda column: self.options[column].start)
        moments = sorted({self.options[column].start for column in columns})
        for moment, following in pairwise([*moments, INFINITE]):
            using = [one for one in ordered if self.options[one].start <= moment < self.options[one].free_at]
            if following < INFINITE and all(self.options[one].free_at > following for one in using):
                continue  # all of them are in the next row too
            self.row(dict.fromkeys(using, 1.0) | extra, most)

    def _audiences(self) -> None:
        shows: dict[tuple[int, int], list[int]] = defaultdict(list)
        for column, option in enumerate(self.options):
            shows[option.film.id, option.part].append(column)
        for film, part in sorted(shows.keys() | self.tally.count.keys()):
            self._audience(film, part, shows[film, part])

    def _audience(self, film: int, part: int, columns: Sequence[int]) -> None:
        demand = self.tally.demand(film, part)
        worth = self.problem.earns(self.problem.film_by_id[film], self.grid.day) + self.weights.empty_seat
        if demand <= 0:
            return
        by_one = {one: drawn_by_one(self.problem, demand, self.options[one].screen) for one in columns}
        alone, count, reach = self.tally.alone[film, part], self.tally.count[film, part], self.weights.reach

        def draws(values: Sequence[float]) -> float:
            together = demand * reached(reach, count + round(sum(values[one] for one in columns)))
            return min(together, alone + sum(values[one] * most for one, most in by_one.items()))

        drawn = self.following(worth, draws, most=demand)
        self.fractional.add(drawn)
        self.row({drawn: 1.0} | {one: -most for one, most in by_one.items()}, alone)
        steps = [self._step(columns, count, number) for number in range(1, len(reach) + 1)]
        gains = [demand * (further - so_far) for so_far, further in pairwise((0.0, *reach))]
        self.row({drawn: 1.0} | {step: -gain for step, gain in zip(steps, gains, strict=True)}, 0.0)
        self.row(dict.fromkeys(steps, 1.0) | dict.fromkeys(columns, -1.0), count)

    def _step(self, columns: Sequence[int], standing: int, number: int) -> int:
        """Add the column that says: there are so many shows at least."""
        return self.following(
            0.0, lambda values: float(standing + sum(values[one] for one in columns) >= number - 0.5)
        )

    def _crowding(self) -> None:
        weights, tally = self.weights, self.tally
        lobby: dict[object, list[int]] = defaultdict(list)
        ends: dict[object, list[int]] = defaultdict(list)
        same: dict[object, list[int]] = defaultdict(list)
        for column, option in enumerate(self.options):
            for at in tally.within(option.start, weights.lobby_minutes):
                lobby[at].append(column)
            for at in tally.within(option.end, weights.cleaning_minutes):
                ends[at].append(column)
            for at in tally.within(option.start, weights.spacing_minutes):
                same[option.film.id, at].append(column)
        self._excess(lobby, tally.lobby, weights.lobby_starts, weights.lobby_penalty)
        self._excess(ends, tally.ends, weights.cleaning_crews, weights.cleaning_penalty)
        self._excess(same, tally.same, 1, weights.spacing_penalty)

    def _excess(
        self, columns: Mapping[object, list[int]], standing: Mapping[Any, int], most: int, penalty: float
    ) -> None:
        crowded = {at: count for at, count in standing.items() if count > most and at not in columns}
        self.constant -= penalty * sum(count - most for count in crowded.values())
        for at, counted in columns.items():
            free = most - standing.get(at, 0)
            if penalty > 0 and len(counted) > free:
                above = self.following(-penalty, _above(counted, free), most=float(len(counted) - min(0, free)))
                self.row(dict.fromkeys(counted, 1.0) | {above: -1.0}, free)

    def _quotas(self) -> None:
        for row, quota in enumerate(self.tally.quotas):
            counted = [
                column
                for column, option in enumerate(self.options)
                if option.film.id == quota.film and row in self.tally.rows(quota.film, option.screen.id, option.part)
            ]
            if quota.most is not None and counted:
                self.row(dict.fromkeys(counted, 1.0), max(0, quota.most - self.tally.quota[row]))
            missing = quota.least - self.tally.quota[row]
            if missing > 0:
                short = self.following(-self.weights.shortfall, _below(counted, missing), most=missing)
                self.row(dict.fromkeys(counted, -1.0) | {short: -1.0}, -missing)

    def chosen(self, values: Sequence[float]) -> list[Option]:
        """Read the shows off a solution."""
        return [option for option, value in zip(self.options, values, strict=False) if value > 0.5]

    def complete(self, shows: Iterable[Option]) -> list[float]:
        """Give every column its best value for these shows, as a full hint."""
        wanted = {(show.film.id, show.screen.id, show.start) for show in shows}
        values = [float((option.film.id, option.screen.id, option.start) in wanted) for option in self.options]
        for column in range(len(self.options), len(self.most)):
            values.append(self.follows[column](values))
        return values


def _above(columns: Sequence[int], free: int) -> Follow:
    return lambda values: max(0.0, sum(values[one] for one in columns) - free)


def _below(columns: Sequence[int], missing: int) -> Follow:
    return lambda values: max(0.0, missing - sum(values[one] for one in columns))
