"""`python -m bench.scheduling.rivals 8x10`: the same model given to CP-SAT and to CBC, which the improver does not use.

CP-SAT gets the greedy plan as a complete hint, cliques, and so much deterministic work. CBC takes, through OR-tools, neither
a hint nor any limit but seconds.
"""

import argparse
from math import ceil, floor
from time import perf_counter

from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from scheduling.engine import greedy, solvers
from scheduling.engine.grid import as_shows
from scheduling.engine.instances import SEEDS, SIZES, Size, instance
from scheduling.engine.model import DayModel, Model, Row
from scheduling.engine.score import score
from scheduling.engine.solvers import Outcome

FINE = 100  # CP-SAT counts in whole numbers: hundredths of an admission …
COINS = 10_000  # … and ten-thousandths of a unit of currency


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.scheduling.rivals", description=__doc__)
    parser.add_argument("only", nargs="*", help="sizes, such as 4x6 8x10")
    parser.add_argument("--seeds", nargs="*", type=int, default=SEEDS)
    parser.add_argument("--work", type=float, default=20.0, help="deterministic time of CP-SAT")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60.0, help="of CBC")
    asked = parser.parse_args()
    print(f"{'size':>7}{'seed':>5}  {'solver':8}{'value':>10}{'bound':>10}{'gap':>8}{'s':>7}")
    for size in SIZES:
        if not asked.only or f"{size[0]}x{size[1]}" in asked.only:
            for seed in asked.seeds:
                _compare(size, seed, asked)


def _compare(size: tuple[int, int], seed: int, asked: argparse.Namespace) -> None:
    problem = instance(Size(*size), seed)
    draft = greedy.DayDraft.after(problem, 0, [])
    draft.fill()
    draft.think_over()
    model = DayModel(draft.grid, draft.tally.before)
    hint = model.complete(draft.chosen())
    tries = {
        "SCIP": lambda: solvers.branched(model, hint=hint, nodes=5, gap=0.0, seed=0),
        "CP-SAT": lambda: _search(model, hint, asked.work, asked.workers),
        "CBC": lambda: _branch(model, asked.seconds),
    }
    for name, solve in tries.items():
        began = perf_counter()
        outcome = solve()
        seconds = perf_counter() - began
        shows = as_shows(model.chosen(outcome.values), 0) if outcome.values else []
        value, bound = score(problem, shows).objective, outcome.bound or 0.0
        gap = (bound - value) / max(1.0, bound)
        print(
            f"{size[0]}×{size[1]:<5}{seed:>5}  {name:8}{value:>10.0f}{bound:>10.0f}{gap:>8.2%}{seconds:>7.1f}",
            flush=True,
        )


def _branch(model: Model, seconds: float) -> Outcome:
    solver = pywraplp.Solver.CreateSolver("CBC")
    columns = solvers.load(solver, model, whole=True)
    solver.SetTimeLimit(int(seconds * 1000))
    if solver.Solve() not in solvers.FOUND:
        return Outcome(None, None, 0.0)
    return Outcome(
        [column.solution_value() for column in columns], solver.Objective().BestBound(), float(solver.nodes())
    )


def _search(model: Model, hint: list[float], work: float, workers: int) -> Outcome:
    program = cp_model.CpModel()
    scale = [FINE if column in model.fractional else 1 for column in range(len(model.most))]
    columns = [program.new_int_var(0, ceil(most * fine), "") for most, fine in zip(model.most, scale, strict=True)]
    for row in model.rows:
        _add(program, columns, row, scale)
    worth = [ceil(gain * COINS / fine - 1e-6) for gain, fine in zip(model.gain, scale, strict=True)]
    program.maximize(cp_model.LinearExpr.weighted_sum(columns, worth))
    for column, value, fine in zip(columns, hint, scale, strict=True):
        program.add_hint(column, floor(value * fine + 1e-6))
    solver = cp_model.CpSolver()
    solver.parameters.max_deterministic_time = work
    solver.parameters.num_workers = workers
    solver.parameters.interleave_search = workers > 1  # the same result on every run, with several workers too
    if solver.solve(program) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Outcome(None, None, work)
    values = [solver.value(column) / fine for column, fine in zip(columns, scale, strict=True)]
    return Outcome(values, solver.best_objective_bound / COINS + model.constant, work)


def _add(program: cp_model.CpModel, columns: list[cp_model.IntVar], row: Row, scale: list[int]) -> None:
    """Add a row in whole numbers, rounded so that no plan is lost."""
    fine = max((scale[column] for column in row.terms), default=1)
    if row.most == 1 and len(row.terms) > 1 and all(factor == 1 for factor in row.terms.values()):
        program.add_at_most_one(columns[column] for column in row.terms)
        return
    factors = [floor(factor * fine / scale[column] + 1e-6) for column, factor in row.terms.items()]
    total = cp_model.LinearExpr.weighted_sum([columns[column] for column in row.terms], factors)
    program.add(total <= ceil(row.most * fine - 1e-6))


main()
