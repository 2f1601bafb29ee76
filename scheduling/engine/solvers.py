"""OR-tools behind our plain model. It is an optional extra and slow to import: `improver` loads this module when it is asked to."""

from collections.abc import Sequence
from dataclasses import dataclass

from ortools.linear_solver import pywraplp

from scheduling.engine.model import Model

NAME = "SCIP"  # of those tried, the only one that takes a hint and stops after so much work, not after so many seconds
FOUND = (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The columns' values (None: nothing was found), what no solution exceeds, and the work that took."""

    values: list[float] | None
    bound: float | None
    work: float


def relaxed(model: Model) -> Outcome:
    """Solve the model as if shows could be split: what that earns, no plan exceeds."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    columns = load(solver, model, whole=False)
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return Outcome(None, None, float(solver.iterations()))
    values = [column.solution_value() for column in columns]
    return Outcome(values, solver.Objective().Value(), float(solver.iterations()))


def branched(
    model: Model, *, hint: Sequence[float], nodes: int, gap: float, seed: int, seconds: float | None = None
) -> Outcome:
    """Branch and bound from a complete hint, until so many nodes are done or the gap is no more than that.

    The same input gives the same outcome, unless `seconds` cut it short.
    """
    solver = pywraplp.Solver.CreateSolver(NAME)
    columns = load(solver, model, whole=True)
    settings = {
        "limits/totalnodes": nodes,
        "limits/gap": gap,
        "randomization/randomseedshift": seed,
        "randomization/permutationseed": seed,
    }
    solver.SetSolverSpecificParametersAsString("".join(f"{name} = {value}\n" for name, value in settings.items()))
    solver.SetHint(columns, list(hint))
    if seconds is not None:
        solver.SetTimeLimit(max(1, int(seconds * 1000)))
    if solver.Solve() not in FOUND:
        return Outcome(None, None, float(solver.nodes()))
    values = [column.solution_value() for column in columns]
    return Outcome(values, solver.Objective().BestBound(), float(solver.nodes()))


def load(solver: pywraplp.Solver, model: Model, *, whole: bool) -> list[pywraplp.Variable]:
    """Hand the columns and rows over."""
    infinity = solver.infinity()
    kinds = zip(model.most, model.whole, strict=True)
    columns = [solver.Var(0.0, float(most), whole and is_whole, "") for most, is_whole in kinds]
    objective = solver.Objective()
    objective.SetOffset(model.constant)
    for column, gain in zip(columns, model.gain, strict=True):
        objective.SetCoefficient(column, gain)
    objective.SetMaximization()
    for row in model.rows:
        limit = solver.Constraint(-infinity, float(row.most))
        for number, factor in row.terms.items():
            limit.SetCoefficient(columns[number], float(factor))
    return columns
