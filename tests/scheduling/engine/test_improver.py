import subprocess
import sys

import pytest
from hypothesis import given, settings

from scheduling.engine import checker, greedy, improver
from scheduling.engine.improver import Effort
from scheduling.engine.instances import Size, instance
from scheduling.engine.problem import A_DAY, Day, Film, Quota, Screen
from tests.scheduling.engine.venues import problem, problems

SHORT = Effort(nodes=1)
TO_THE_END = Effort(nodes=50, gap=0.0)


@pytest.fixture
def without_ortools(monkeypatch):
    monkeypatch.delitem(sys.modules, improver.SOLVERS, raising=False)
    for name in [name for name in sys.modules if name.split(".")[0] == "ortools"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ortools", None)


class TestSolve:
    @settings(max_examples=25)
    @given(problems())
    def test_obeys_every_hard_rule_and_never_does_worse_than_the_greedy_on_a_first_day(self, venue):
        solution = improver.solve(venue, effort=SHORT)
        assert checker.violations(venue, solution.plan, solution.report.unmet) == []
        assert solution.report.bound is not None
        assert solution.report.objective <= solution.report.bound + 1e-4 * max(1, abs(solution.report.bound))
        if len(venue.days) == 1:
            assert solution.report.objective >= greedy.solve(venue).report.objective - 1e-3

    def test_finds_what_the_greedy_misses_and_proves_it(self):
        venue = instance(Size(4, 6), seed=1)
        first, best = greedy.solve(venue).report, improver.solve(venue, effort=TO_THE_END).report
        assert best.objective > 1.05 * first.objective
        assert best.proved
        assert best.bound == pytest.approx(best.objective)

    def test_knows_the_bound_where_only_traces_of_an_audience_are_expected(self):
        days, screen = (Day(0, 0, 300), Day(A_DAY, A_DAY, A_DAY + 300)), Screen(1, 20, pre_show=10)
        venue = problem(
            days=days, screens=(screen,), films=(Film(1, 60, net_price=50.0),), demand={(1, 1, 0): 1e-9}, grid=10
        )
        report = improver.solve(venue, effort=SHORT).report
        assert (report.objective, report.bound) == (0.0, 0.0)  # a solver that is shown such numbers gives up

    def test_does_not_call_proved_what_is_not(self):
        report = improver.solve(instance(Size(4, 6), seed=2), effort=Effort(nodes=1, gap=0.5)).report
        assert (report.proved, (report.gap or 0) > 0) == (False, True)

    def test_gives_the_same_plan_every_time(self):
        venue = instance(Size(4, 6), seed=3)
        assert improver.solve(venue, seed=7).plan == improver.solve(venue, seed=7).plan

    def test_bounds_two_days_by_the_sum_of_both(self):
        report = improver.solve(instance(Size(4, 6, days=2), seed=3)).report
        assert report.bound is not None
        assert 0.98 * report.bound <= report.objective <= report.bound

    def test_plans_by_the_greedy_what_there_is_no_time_for_and_says_so(self, monkeypatch):
        monkeypatch.setattr(improver, "_solvers", object)  # which can do nothing: the time was up before it was asked
        venue = instance(Size(4, 6, days=2), seed=1)
        solution = improver.solve(venue, effort=Effort(seconds=0.0))
        assert solution.plan == greedy.solve(venue).plan
        assert solution.report.bound is None
        assert solution.report.notes == (improver.OUT_OF_TIME.format(count=2, days=2),)

    @pytest.mark.parametrize("engine", [greedy, improver], ids=["greedy", "improver"])
    def test_tells_of_each_day_that_is_done(self, engine):
        heard = []
        engine.solve(instance(Size(4, 6, days=3), seed=1), told=lambda done, days: heard.append((done, days)))
        assert heard == [(1, 3), (2, 3), (3, 3)]

    def test_shows_what_is_wished_even_at_a_loss(self):
        solution = improver.solve(problem(demand={}, quotas=(Quota(1, least=2),)), effort=TO_THE_END)
        assert (len(solution.plan.shows), solution.report.unmet) == (2, ())


class TestWithoutOrtools:
    def test_the_greedy_serves_and_says_so(self, without_ortools):
        venue = instance(Size(4, 6), seed=1)
        solution = improver.solve(venue)
        assert not improver.is_available()
        assert solution.plan == greedy.solve(venue).plan
        assert (solution.report.engine, solution.report.bound) == (greedy.NAME, None)
        assert solution.report.notes == (improver.MISSING,)

    def test_nobody_loads_it_who_did_not_ask(self):
        code = "import sys, scheduling.engine.improver; sys.exit('ortools' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
