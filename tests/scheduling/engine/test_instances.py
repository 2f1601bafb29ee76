from collections import Counter

import pytest

from bench.scheduling.published import BEST_KNOWN, FIRST_GREEDY
from scheduling.engine import checker, greedy
from scheduling.engine.instances import SEEDS, SIZES, Size, instance

FACTS = ([(96, 15), (96, 15), (219, 20), (82, 15)], 1386)


class TestInstance:
    def test_is_the_same_for_the_same_numbers_here_and_everywhere(self):
        made_up = instance(Size(4, 6), seed=1)
        assert made_up == instance(Size(4, 6), seed=1)
        facts = [(screen.capacity, screen.turnaround) for screen in made_up.screens]
        assert (facts, round(sum(made_up.demand.values()))) == FACTS

    def test_has_no_two_alike(self):
        assert instance(Size(4, 6), seed=1).demand != instance(Size(4, 6), seed=2).demand

    def test_lets_a_week_begin_like_its_first_day(self):
        day, week = instance(Size(4, 6), seed=1), instance(Size(4, 6, days=7), seed=1)
        assert (day.screens, day.films) == (week.screens, week.films)
        assert Counter(on for _, on, _ in week.demand) == dict.fromkeys(range(7), 6 * 5)


class TestGreedy:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_reaches_nine_tenths_of_the_best_known_plan(self, seed):
        venue = instance(Size(8, 10), seed)
        solution = greedy.solve(venue)
        assert checker.violations(venue, solution.plan, solution.report.unmet) == []
        assert solution.report.objective >= 0.9 * BEST_KNOWN[8, 10, seed]

    def test_was_published_with_a_value_for_every_instance(self):
        assert FIRST_GREEDY.keys() == {(*size, seed) for size in SIZES for seed in SEEDS}
        assert all(FIRST_GREEDY[key] <= BEST_KNOWN[key] for key in FIRST_GREEDY.keys() & BEST_KNOWN.keys())
