"""A better plan than the greedy one, with a bound on how much better any could be: each day by branch and bound.

Needs the optional extra (requirements-optimiser.txt). Without it the greedy plan is what there is, and the report says so.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from types import ModuleType

from scheduling.engine import greedy
from scheduling.engine.explain import unmet_of
from scheduling.engine.grid import DayGrid, as_shows
from scheduling.engine.model import DayModel
from scheduling.engine.plans import PlacedShow, Plan, Report, Solution
from scheduling.engine.problem import Problem
from scheduling.engine.score import score

NAME = "branch and bound"
SOLVERS = "scheduling.engine.solvers"
MISSING = "OR-tools is not installed (requirements-optimiser.txt): this is the greedy plan, with no bound."


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look, in work and not in seconds, so that the same problem gives the same plan on every machine.

    `nodes` of each day's search tree; a day is good enough within `gap` of its bound. `seconds` per day is a belt for
    whoever cannot wait: when it cuts the search short, another run may give another plan.
    """

    nodes: int = 1
    gap: float = 0.001
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class _Day:
    shows: list[PlacedShow]
    bound: float | None
    work: float


def solve(problem: Problem, *, effort: Effort = Effort(), seed: int = 0) -> Solution:  # it is frozen
    """Plan every day in order, each at least as well as the greedy would from there."""
    began = perf_counter()
    solvers = _solvers()
    if solvers is None:
        return _without(greedy.solve(problem))
    shows: list[PlacedShow] = []
    days = []
    for day in range(len(problem.days)):
        days.append(_solve_day(solvers, problem, day, shows, effort=effort, seed=seed))
        shows += days[-1].shows
    plan = Plan(tuple(shows))
    report = Report(
        NAME,
        score(problem, plan.shows),
        unmet_of(problem, plan),
        perf_counter() - began,
        sum(day.work for day in days),
        _sum([day.bound for day in days]),
    )
    return Solution(plan, report)


def is_available() -> bool:
    """Tell whether the optional extra is installed."""
    return _solvers() is not None


def _solvers() -> ModuleType | None:
    try:
        return importlib.import_module(
            SOLVERS
        )  # late: it is optional, and costs memory that most processes never need
    except ImportError:
        return None


def _without(solution: Solution) -> Solution:
    return Solution(solution.plan, replace(solution.report, notes=(MISSING,)))


def _solve_day(
    solvers: ModuleType, problem: Problem, day: int, shows: Sequence[PlacedShow], *, effort: Effort, seed: int
) -> _Day:
    draft = greedy.DayDraft.after(problem, day, shows)
    draft.fill()
    draft.think_over()
    model = DayModel(draft.grid, draft.tally.before)
    hint = model.complete(draft.chosen())
    outcome = solvers.branched(model, hint=hint, nodes=effort.nodes, gap=effort.gap, seed=seed, seconds=effort.seconds)
    chosen = draft.chosen()
    if outcome.values is not None:
        found = model.chosen(outcome.values)
        chosen = found if model.worth(model.complete(found)) >= model.worth(hint) else chosen
    bound = outcome.bound
    if (
        day or bound is None
    ):  # what earlier days chose is no bound for other plans: their custom and late shows are left out
        bound = solvers.relaxed(DayModel(DayGrid(problem, day), {})).bound
    return _Day(as_shows(chosen, day), bound, outcome.work)


def _sum(bounds: Sequence[float | None]) -> float | None:
    known = [bound for bound in bounds if bound is not None]
    return sum(known) if len(known) == len(bounds) else None
