"""`make bench-scheduling`: both engines on the published instances, one day each; values, times, bounds, gaps, breaches."""

import argparse
import os
import time
from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from bench.scheduling.published import BEST_KNOWN, FIRST_GREEDY
from scheduling.engine import checker, greedy, improver
from scheduling.engine.improver import Effort
from scheduling.engine.instances import SEEDS, SIZES, Size, instance
from scheduling.engine.plans import Solution
from scheduling.engine.problem import Problem

HEAD = (
    f"{'size':>7}{'seed':>5} |{'first':>10}{'greedy':>10}{'s':>7}{'of best':>9} |"
    f"{'improver':>10}{'gain':>8}{'bound':>10}{'gap':>8}{'s':>7}{'cpu s':>7} | {'breaches':>8}{'unmet':>6}"
)


@dataclass(frozen=True)
class Result:
    size: tuple[int, int]
    greedy: Solution
    improved: Solution
    first: float | None
    best: float
    breaches: int
    cpu: float  # seconds of the improver, what others do on the machine left out

    @property
    def gain(self) -> float:
        return self.improved.report.objective / (self.first or self.greedy.report.objective) - 1

    @property
    def of_best(self) -> float:
        return self.greedy.report.objective / self.best


def main() -> None:
    """Run the sizes that were asked for, one after the other."""
    asked = _asked()
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {asked.days} day(s), {asked.nodes} node(s) and a gap of {asked.gap:.2%} a day\n\n{HEAD}"
    )
    results = []
    for size in SIZES:
        if not asked.only or f"{size[0]}x{size[1]}" in asked.only:
            results += [_run(size, seed, asked) for seed in asked.seeds]
    _judge(results)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scheduling", description=__doc__)
    parser.add_argument("only", nargs="*", help="sizes, such as 4x6 8x10")
    parser.add_argument("--seeds", nargs="*", type=int, default=SEEDS)
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--nodes", type=int, default=Effort().nodes, help="of the search tree of each day")
    parser.add_argument("--gap", type=float, default=Effort().gap, help="within which a day is good enough")
    parser.add_argument("--greedy", action="store_true", help="only the greedy")
    return parser.parse_args()


def _run(size: tuple[int, int], seed: int, asked: argparse.Namespace) -> Result:
    problem = instance(Size(*size, days=asked.days), seed)
    quick = greedy.solve(problem)
    began = time.process_time()
    improved = quick if asked.greedy else improver.solve(problem, effort=Effort(nodes=asked.nodes, gap=asked.gap))
    cpu = time.process_time() - began
    key = (*size, seed)
    known = BEST_KNOWN.get(key, 0.0) if asked.days == 1 else 0.0
    best = max(known, quick.report.objective, improved.report.objective)
    first = FIRST_GREEDY.get(key) if asked.days == 1 else greedy.solve(problem, rounds=0).report.objective
    breaches = sum(_breaches(problem, solution) for solution in (quick, improved))
    result = Result(size, quick, improved, first, best, breaches, cpu)
    print(_line(seed, result), flush=True)
    return result


def _breaches(problem: Problem, solution: Solution) -> int:
    return len(checker.violations(problem, solution.plan, solution.report.unmet))


def _line(seed: int, result: Result) -> str:
    quick, better = result.greedy.report, result.improved.report
    size = f"{result.size[0]}×{result.size[1]}"
    bound = "—" if better.bound is None else f"{better.bound:.0f}"
    gap = "—" if better.gap is None else "proved" if better.proved else f"{better.gap:.2%}"
    return (
        f"{size:>7}{seed:>5} |{result.first or 0:>10.0f}{quick.objective:>10.0f}{quick.seconds:>7.2f}{result.of_best:>9.1%} |"
        f"{better.objective:>10.0f}{result.gain:>+8.2%}{bound:>10}{gap:>8}{better.seconds:>7.1f}{result.cpu:>7.1f} |"
        f" {result.breaches:>8}{len(better.unmet):>6}"
    )


def _judge(results: list[Result]) -> None:
    by_size: dict[tuple[int, int], list[Result]] = defaultdict(list)
    for result in results:
        by_size[result.size].append(result)
    print()
    _say("no breach of a hard rule", all(result.breaches == 0 for result in results))
    _say("greedy below 2 s", all(result.greedy.report.seconds < 2 for result in results))
    _say("greedy at 90 % of the best known at least", all(result.of_best >= 0.9 for result in results))
    for size, own in by_size.items():
        gain = median(result.gain for result in own)
        _say(f"{size[0]}×{size[1]}: median gain over the first greedy {gain:+.2%}, wanted +2 %", gain >= 0.02)
    small = [result.improved.report for result in results if result.size[0] <= 8]
    if small:
        within = all(report.gap is not None and report.gap <= 0.02 for report in small)
        _say("up to 8×10 within 2 % of the bound", within)
        _say("up to 8×10 within 60 s", all(report.seconds <= 60 for report in small))


def _say(target: str, reached: bool) -> None:  # noqa: FBT001  # what is said, and whether it is so
    print(f"{'reached' if reached else 'MISSED ':8}{target}")


main()
