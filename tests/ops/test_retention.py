from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.retention import Retention, kept

NEW_YEAR = datetime(2026, 1, 1, 22, tzinfo=UTC)  # a Thursday


def nights(count: int, *, last: datetime = NEW_YEAR) -> list[tuple[int, datetime]]:
    """Name one backup a night by how many nights ago it was made."""
    return [(ago, last - timedelta(days=ago)) for ago in range(count)]


class TestKept:
    @pytest.mark.parametrize(
        ("retention", "expected"),
        [
            (Retention(3, 0, 0), {0, 1, 2}),
            (Retention(0, 3, 0), {0, 4, 11}),  # the Sundays that end the weeks before this one
            (Retention(0, 0, 3), {0, 1, 32}),  # 31 December and 30 November
            (Retention(0, 0, 0), {0}),
            (Retention(2, 2, 2), {0, 1, 4}),
        ],
        ids=["days", "weeks", "months", "nothing_but_the_newest", "together"],
    )
    def test_chooses_the_newest_of_each_period(self, retention, expected):
        assert kept(nights(70), retention) == expected

    def test_keeps_one_of_several_in_a_day(self):
        morning, evening = NEW_YEAR.replace(hour=3), NEW_YEAR
        assert kept([("morning", morning), ("evening", evening)], Retention(7, 5, 12)) == {"evening"}

    def test_counts_no_period_without_a_backup(self):
        years_apart = [(year, NEW_YEAR.replace(year=year)) for year in (2010, 2015, 2020)]
        assert kept(years_apart, Retention(3, 0, 0)) == {2010, 2015, 2020}

    def test_of_none_is_none(self):
        assert kept([], Retention(7, 5, 12)) == set()

    @given(
        days=st.lists(st.integers(0, 900), max_size=60),
        retention=st.builds(Retention, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
    )
    def test_keeps_no_more_than_asked_and_always_the_newest(self, days, retention):
        taken = list(enumerate(NEW_YEAR - timedelta(days=day) for day in days))
        chosen = kept(taken, retention)
        assert len(chosen) <= max(1, retention.days + retention.weeks + retention.months)
        assert not taken or max(at for _, at in taken) in {at for name, at in taken if name in chosen}
        assert kept([each for each in taken if each[0] in chosen], retention) == chosen  # thinning twice loses nothing
