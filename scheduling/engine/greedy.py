"""A good plan at once, without a solver: screen after screen, the largest first, each gets the best day that is left.

The same problem always gives the same plan.
"""

from collections.abc import Iterable
from time import perf_counter

from scheduling.engine.explain import unmet_of
from scheduling.engine.grid import DayGrid, Option, as_shows
from scheduling.engine.lines import Line, best_line
from scheduling.engine.plans import PlacedShow, Plan, Report, Solution, Told, silent
from scheduling.engine.problem import Problem
from scheduling.engine.score import clocks_before, score, shows_by_day
from scheduling.engine.tally import Tally, total

NAME = "greedy"
ROUNDS = 1  # none at first publication: bench/scheduling keeps those values
FIRST_THOUGHTS = (
    "Each screen's day is as it was first thought of: fewer days or screens at once are thought over again."
)
MENDING_SHARE = 0.4  # of the screens, the smallest: they serve missing minima before they earn


def solve(problem: Problem, *, rounds: int = ROUNDS, told: Told = silent) -> Solution:
    """Plan every day in order; `rounds`: how often each screen's day is thought over once all have one.

    `told` hears of each day that is done.
    """
    began = perf_counter()
    shows: list[PlacedShow] = []
    work = 0
    for day in range(len(problem.days)):
        draft = DayDraft.after(problem, day, shows)
        draft.fill()
        for _ in range(rounds):
            if not draft.think_over():
                break
        shows += as_shows(draft.chosen(), day)
        work += draft.work
        told(day + 1, len(problem.days))
    plan = Plan(tuple(shows))
    notes = () if rounds else (FIRST_THOUGHTS,)
    report = Report(
        NAME, score(problem, plan.shows), unmet_of(problem, plan), perf_counter() - began, work, notes=notes
    )
    return Solution(plan, report)


class DayDraft:
    """The lines of all screens on one day as they come about."""

    def __init__(self, grid: DayGrid, before: dict[int, set[int]]) -> None:
        self.grid, self.tally, self.work = grid, Tally(grid, before), 0
        screens = sorted(grid.problem.screens, key=lambda screen: (-screen.capacity, screen.id))
        self.lines: dict[int, Line] = {screen.id: [] for screen in screens}
        self.options: dict[int, Line] = {screen.id: [] for screen in screens}
        for option in grid.options:
            self.options[option.screen.id].append(option)

    @classmethod
    def after(cls, problem: Problem, day: int, shows: Iterable[PlacedShow]) -> "DayDraft":
        """Begin a day after the shows of earlier ones."""
        yesterday = [show for show in shows if show.day == day - 1]
        by_day = shows_by_day(problem, yesterday)
        return cls(DayGrid(problem, day, yesterday), clocks_before(problem, day, by_day[day - 1]))

    def chosen(self) -> list[Option]:
        return [option for line in self.lines.values() for option in line]

    def fill(self) -> None:
        """Give each screen its line, then see to the minima that are missing."""
        mending_from = len(self.lines) * (1 - MENDING_SHARE)
        for number, screen in enumerate(self.lines):
            line = self._best(screen, mending=number >= mending_from)
            self.lines[screen] = line
            total(self.tally, line)
        self._mend()

    def think_over(self) -> bool:
        """Take each screen's line out in turn and put the best one in; tell whether anything got better."""
        gains = [self._gain(screen) for screen in self.lines]
        return any(gains)

    def _gain(self, screen: int) -> bool:
        gain, line = self._try(screen)
        if gain > 1e-6:
            self._replace(screen, line)
        return gain > 1e-6

    def _mend(self) -> None:
        for quota in self.tally.missing():
            screens = [
                screen for screen in self.lines if any(one.film.id == quota.film for one in self.options[screen])
            ]
            for _ in range(quota.least):
                tried = [(screen, *self._try(screen)) for screen in screens]
                screen, gain, line = max(tried, key=lambda each: each[1], default=(0, 0.0, []))
                if gain <= 1e-6:
                    break
                self._replace(screen, line)

    def _try(self, screen: int) -> tuple[float, Line]:
        """Tell what the best line of a screen would gain over the one it has, and leave everything as it was."""
        had = self.lines[screen]
        lost = sum(self.tally.remove(option) for option in reversed(had))
        line = self._best(screen, mending=True)
        gained = total(self.tally, line)
        for option in line:
            self.tally.remove(option)
        total(self.tally, had)
        return gained - lost, line

    def _replace(self, screen: int, line: Line) -> None:
        for option in self.lines[screen]:
            self.tally.remove(option)
        self.lines[screen] = line
        total(self.tally, line)

    def _best(self, screen: int, *, mending: bool) -> Line:
        options = self.options[screen]
        self.work += len(options)
        shared = [option for option in options if not option.film.clean]
        clean = {option.film.id for option in options if option.film.clean}
        lines = [best_line(self.tally, shared, mending=mending)]
        lines += [
            best_line(self.tally, [option for option in options if option.film.id == film], mending=mending)
            for film in sorted(clean)
        ]
        return max(lines, key=lambda line: self._worth(line, mending=mending))

    def _worth(self, line: Line, *, mending: bool) -> float:
        worth = 0.0
        for option in line:
            worth -= 0.0 if mending else self.tally.mends(option)
            worth += self.tally.add(option)
        for option in line:
            self.tally.remove(option)
        return worth
