import pytest
from hypothesis import given, settings

from scheduling.engine import checker, greedy
from scheduling.engine.instances import Size, instance
from scheduling.engine.plans import Blocker
from scheduling.engine.problem import Blocked, Curfew, Day, Film, FixedShow, Quota, Screen, Weights
from scheduling.engine.score import score
from tests.scheduling.engine.venues import problem, problems

LATE = Curfew("late", ratings=frozenset({"A"}), starts_from=23 * 60)


class TestSolve:
    @settings(max_examples=60, deadline=None)
    @given(problems())
    def test_obeys_every_hard_rule_and_owns_up_to_every_miss_on_any_venue(self, venue):
        solution = greedy.solve(venue, rounds=1)
        assert checker.violations(venue, solution.plan, solution.report.unmet) == []

    def test_fills_an_evening(self):
        shows = greedy.solve(problem()).plan.shows
        assert [(show.start, show.end) for show in shows] == [(1080, 1180), (1200, 1300), (1320, 1420)]

    def test_works_around_what_stands(self):
        sold = FixedShow(screen=1, day=0, start=1155, end=1255, free_at=1270, film=1)
        shows = greedy.solve(problem(fixed=(sold,))).plan.shows
        assert [show.start for show in shows] == [1275]

    def test_leaves_a_screen_dark_rather_than_lose_money(self):
        assert greedy.solve(problem(demand={(1, 0, 1): 2.0})).plan.shows == ()

    def test_shows_what_is_wished_even_at_a_loss(self):
        wish = Quota(1, least=1)
        solution = greedy.solve(problem(demand={}, quotas=(wish,)))
        assert (len(solution.plan.shows), solution.report.unmet) == (1, ())

    def test_gives_the_larger_film_the_larger_screen(self):
        venue = problem(
            screens=(Screen(1, 50), Screen(2, 300)),
            films=(Film(1, 300, net_price=200.0), Film(2, 300, net_price=200.0)),
            demand={(1, 0, 1): 60.0, (2, 0, 1): 200.0},
        )
        assert {(show.screen, show.film) for show in greedy.solve(venue).plan.shows} == {(1, 1), (2, 2)}

    def test_gives_the_same_plan_every_time(self):
        made_up = instance(Size(8, 10, days=2), seed=1)
        assert greedy.solve(made_up).plan == greedy.solve(made_up).plan

    def test_never_loses_by_thinking_it_over(self):
        made_up = instance(Size(4, 6), seed=3)
        first, second = greedy.solve(made_up, rounds=0), greedy.solve(made_up, rounds=1)
        assert second.report.objective > first.report.objective

    def test_keeps_to_yesterdays_times_when_that_costs_nothing(self):
        yesterday = FixedShow(screen=1, day=-1, start=1200 - 1440, end=1300 - 1440, free_at=1315 - 1440, film=1)
        venue = problem(fixed=(yesterday,), quotas=(Quota(1, most=1),), weights=Weights(continuity_minutes=0))
        assert [show.start for show in greedy.solve(venue).plan.shows] == [1200]

    def test_saves_a_maximum_for_the_evening(self):
        venue = problem(
            days=(Day(0, 9 * 60, 24 * 60),), demand={(1, 0, 0): 20.0, (1, 0, 1): 500.0}, quotas=(Quota(1, most=2),)
        )
        assert all(show.start >= 18 * 60 for show in greedy.solve(venue).plan.shows)

    def test_reports_the_score_of_its_plan(self):
        venue = instance(Size(4, 6), seed=1)
        solution = greedy.solve(venue)
        assert solution.report.score == score(venue, solution.plan.shows)
        assert (solution.report.bound, solution.report.gap, solution.report.proved) == (None, None, False)


class TestUnmet:
    @pytest.mark.parametrize(
        ("changes", "blocker"),
        [
            ({"films": (Film(1, 90, days=frozenset({5})),)}, Blocker.NOT_AVAILABLE),
            ({"films": (Film(1, 90, formats=frozenset({"IMAX"})),)}, Blocker.FORMAT),
            ({"films": (Film(1, 400),)}, Blocker.HOURS),
            ({"films": (Film(1, 90, rating="A"),)}, Blocker.CURFEW),
            ({"blocked": (Blocked(1, 1080, 1400),)}, Blocker.FIXED),
            ({"quotas": (Quota(1, least=9), Quota(1, most=2))}, Blocker.MOST),
            ({}, Blocker.ROOM),
        ],
        ids=["film", "format", "hours", "curfew", "standing", "maximum", "room"],
    )
    def test_names_the_rule(self, changes, blocker):
        venue = problem(**{"quotas": (Quota(1, least=9),), "curfews": (LATE,)} | changes)
        assert [miss.blocker for miss in greedy.solve(venue).report.unmet] == [blocker]

    def test_names_the_clean_run_that_is_not_to_be_shared(self):
        clean = (Film(1, 90, net_price=200.0), Film(2, 90, clean=True))
        sold = FixedShow(screen=1, day=0, start=1080, end=1180, free_at=1195, film=2)
        venue = problem(films=clean, fixed=(sold,), quotas=(Quota(1, least=1),))
        assert [miss.blocker for miss in greedy.solve(venue).report.unmet] == [Blocker.CLEAN_RUN]
