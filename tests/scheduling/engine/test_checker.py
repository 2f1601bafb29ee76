import pytest

from scheduling.engine.checker import violations
from scheduling.engine.plans import Blocker, PlacedShow, Plan, Unmet
from scheduling.engine.problem import Blocked, Curfew, Film, FixedShow, Quota, Screen
from tests.scheduling.engine.venues import problem

SIX = PlacedShow(day=0, screen=1, start=1080, end=1180, film=1)
EIGHT = PlacedShow(day=0, screen=1, start=1195, end=1295, film=1)
SOLD = FixedShow(screen=1, day=0, start=1195, end=1295, free_at=1310, film=2)
TWO_FILMS = (Film(1, 90, clean=True), Film(2, 90))


def rules(venue, *shows, unmet=None):
    return [violation.rule for violation in violations(venue, Plan(shows), unmet)]


class TestViolations:
    def test_are_none_when_shows_follow_each_other_after_the_turnaround(self):
        assert rules(problem(quotas=(Quota(1, least=2, most=2),)), SIX, EIGHT, unmet=()) == []

    @pytest.mark.parametrize(
        ("changes", "shows", "rule"),
        [
            ({}, [SIX, PlacedShow(0, 1, 1194, 1294, 1)], "screen"),
            ({"films": (Film(1, 90, turnaround=16),)}, [SIX, EIGHT], "screen"),
            ({"blocked": (Blocked(1, 1194, 1300),)}, [SIX], "screen"),
            ({"fixed": (SOLD,), "films": (Film(1, 90, turnaround=16), Film(2, 90))}, [SIX], "screen"),
            ({}, [PlacedShow(0, 1, 1080, 1170, 1)], "length"),
            ({}, [PlacedShow(0, 1, 1079, 1179, 1)], "hours"),
            ({}, [PlacedShow(0, 1, 1341, 1441, 1)], "hours"),
            ({"films": (Film(1, 90, formats=frozenset({"3D"})),)}, [SIX], "format"),
            ({"films": (Film(1, 90, days=frozenset({1})),)}, [SIX], "days"),
            ({"films": (Film(1, 90, screens=frozenset({2})),)}, [SIX], "screens"),
            ({"curfews": (Curfew("late", ratings=frozenset({""}), starts_from=1081),)}, [SIX], "curfew"),
            ({"curfews": (Curfew("early", kinds=frozenset({""}), ends_by=1179),)}, [SIX], "curfew"),
            ({"fixed": (SOLD,), "films": TWO_FILMS}, [SIX], "clean run"),
            ({"quotas": (Quota(1, most=1),)}, [SIX, EIGHT], "most"),
            ({"quotas": (Quota(1, most=1, daypart=1),)}, [SIX, EIGHT], "most"),
            ({}, [PlacedShow(0, 7, 1080, 1180, 1)], "known"),
        ],
        ids=[
            "turnaround", "film's turnaround", "blocked", "sold", "length", "opening", "closing", "format", "days",
            "screens", "from", "until", "clean run", "maximum", "of a daypart", "unknown",
        ],
    )  # fmt: skip
    def test_name_the_broken_rule(self, changes, shows, rule):
        assert rules(problem(**changes), *shows) == [rule]

    def test_leave_what_stood_before_alone(self):
        twice = FixedShow(screen=1, day=0, start=1200, end=1300, free_at=1315, film=1)
        assert rules(problem(fixed=(SOLD, twice), films=TWO_FILMS, quotas=(Quota(1, most=0),)), unmet=()) == []

    def test_let_the_same_film_go_on_elsewhere(self):
        assert (
            rules(problem(screens=(Screen(1, 100), Screen(2, 100)), quotas=(Quota(1, most=1, screen=1),)), SIX) == []
        )

    def test_demand_that_misses_are_owned_up_to(self):
        wish = Quota(1, least=2)
        venue = problem(quotas=(wish,))
        assert rules(venue, SIX, unmet=()) == ["least"]
        assert rules(venue, SIX, unmet=(Unmet(wish, 0, 1, Blocker.ROOM),)) == []
        assert rules(venue, SIX, EIGHT, unmet=(Unmet(wish, 0, 1, Blocker.ROOM),)) == ["least"]
