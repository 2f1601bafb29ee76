"""A better plan than the greedy one, with a bound on how much better any could be: each day by branch and bound.

Needs the optional extra (requirements-optimiser.txt). Without it the greedy plan is what there is, and the report says so.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from types import ModuleType

from scheduling.engine import greedy
from scheduling.engine.explain import unmet_of
from scheduling.engine.grid import DayGrid, Option, as_shows
from scheduling.engine.model import DayModel
from scheduling.engine.plans import PlacedShow, Plan, Report, Solution, Told, silent
from scheduling.engine.problem import Problem
from scheduling.engine.score import score

NAME = "branch and bound"
SOLVERS = "scheduling.engine.solvers"
OUT_OF_TIME = "The time was up: {count} of {days} days were planned by the greedy or not searched to the end."
MISSING = "OR-tools is not installed (requirements-optimiser.txt): this is the greedy plan, with no bound."


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look, in work and not in seconds, so that the same problem gives the same plan on every machine.

    `nodes` of each day's search tree; a day is good enough within `gap` of its bound. `seconds`, for all days together,
    is a belt for whoever cannot wait: days that it leaves no time for are greedy ones without a bound, which cost no more
    than the greedy does, and the report says so. Another run may then give another plan.
    """

    nodes: int = 1
    gap: float = 0.001
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class _Day:
    chosen: list[Option]
    bound: float | None
    work: float
    was_cut: bool
    shows: list[PlacedShow] = field(default_factory=list)


def solve(problem: Problem, *, effort: Effort = Effort(), seed: int = 0, told: Told = silent) -> Solution:
    """Plan every day in order, each at least as well as the greedy would from there; `told` hears of each that is done."""
    began = perf_counter()
    solvers = _solvers()
    if solvers is None:
        return _without(greedy.solve(problem, told=told))
    shows: list[PlacedShow] = []
    days = []
    for day in range(len(problem.days)):
        left = None if effort.seconds is None else effort.seconds - (perf_counter() - began)
        days.append(_solve_day(solvers, problem, day, shows, effort=replace(effort, seconds=left), seed=seed))
        shows += days[-1].shows
        told(day + 1, len(problem.days))
    plan = Plan(tuple(shows))
    report = Report(
        NAME,
        score(problem, plan.shows),
        unmet_of(problem, plan),
        perf_counter() - began,
        sum(day.work for day in days),
        _sum([day.bound for day in days]),
        _notes(days),
    )
    return Solution(plan, report)


def is_available() -> bool:
    """Tell whether the optional extra is installed."""
    return _solvers() is not None


def _solvers() -> ModuleType | None:
    try:  # only now: it is optional, and costs memory that most processes never need
        return importlib.import_module(SOLVERS)
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
    if effort.seconds is not None and effort.seconds <= 0:
        return _Day(draft.chosen(), None, 0.0, was_cut=True, shows=as_shows(draft.chosen(), day))
    model = DayModel(draft.grid, draft.tally.before)
    found = _search(solvers, model, draft.chosen(), effort=effort, seed=seed)
    # What earlier days chose binds no other plan: the bound of a later day leaves out their custom and their late shows.
    loose = DayModel(DayGrid(problem, day), {}) if day else model
    bounds = [] if day or found.bound is None else [found.bound]
    if not bounds or found.was_cut:
        bounds.append(solvers.relaxed(loose).bound)
    known = [bound for bound in bounds if bound is not None]
    return replace(found, shows=as_shows(found.chosen, day), bound=min(known, default=None))


def _search(solvers: ModuleType, model: DayModel, first: list[Option], *, effort: Effort, seed: int) -> _Day:
    """Look for better shows of one day than the first."""
    began, hint = perf_counter(), model.complete(first)
    outcome = solvers.branched(model, hint=hint, nodes=effort.nodes, gap=effort.gap, seed=seed, seconds=effort.seconds)
    was_cut = effort.seconds is not None and perf_counter() - began >= effort.seconds
    chosen = first if outcome.values is None else model.chosen(outcome.values)
    best = max(first, chosen, key=lambda shows: model.worth(model.complete(shows)))
    return _Day(best, outcome.bound, outcome.work, was_cut=was_cut)


def _notes(days: Sequence[_Day]) -> tuple[str, ...]:
    count = sum(day.was_cut for day in days)
    return (OUT_OF_TIME.format(count=count, days=len(days)),) if count else ()


def _sum(bounds: Sequence[float | None]) -> float | None:
    known = [bound for bound in bounds if bound is not None]
    return sum(known) if len(known) == len(bounds) else None
