from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from scheduling.clock import Minutes, instant_at, timetable
from scheduling.errors import TimeSkipped

BERLIN, MUMBAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")


class TestInstantAt:
    @pytest.mark.parametrize(
        ("day", "at", "zone", "instant"),
        [
            (date(2026, 7, 1), time(19), MUMBAI, datetime(2026, 7, 1, 13, 30, tzinfo=UTC)),
            (date(2026, 7, 1), time(0, 30), MUMBAI, datetime(2026, 6, 30, 19, 0, tzinfo=UTC)),
            (date(2026, 7, 1), time(20), BERLIN, datetime(2026, 7, 1, 18, 0, tzinfo=UTC)),
            (date(2026, 10, 25), time(2, 30), BERLIN, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
            (date(2026, 10, 25), time(2, 30, fold=1), BERLIN, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
            (date(2026, 10, 25), time(3), BERLIN, datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        ],
        ids=["evening", "after midnight", "summer time", "doubled: the first", "even if told the second", "after it"],
    )
    def test_reads_the_wall_clock_of_the_venue(self, day, at, zone, instant):
        assert instant_at(day, at, zone) == instant

    def test_refuses_a_time_that_is_skipped(self):
        with pytest.raises(TimeSkipped):
            instant_at(date(2026, 3, 29), time(2, 30), BERLIN)


class TestTimetable:
    def test_adds_up_what_a_show_consists_of(self):
        start = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
        times = timetable(start, Minutes(pre_show=10, feature=150, interval=15, turnaround=20))
        assert times.starts_at == start
        assert times.ends_at == datetime(2026, 10, 25, 2, 55, tzinfo=UTC)
        assert times.free_at == datetime(2026, 10, 25, 3, 15, tzinfo=UTC)
