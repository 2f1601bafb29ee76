from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling.clock import Span, hours, minute_up, nearest_instant, next_minute
from scheduling.gaps import free_spans, slots

MIDNIGHT = datetime(2026, 7, 1, tzinfo=UTC)


def at(clock: str) -> datetime:
    """Read HH:MM; hours beyond 24 are the next day's."""
    hour, minute = clock.split(":")
    return MIDNIGHT + timedelta(hours=int(hour), minutes=int(minute))


def span(text: str) -> Span:
    start, end = text.split("-")
    return Span(at(start), at(end))


def spans(text: str) -> list[Span]:
    return [span(part) for part in text.split()]


class TestFreeSpans:
    @pytest.mark.parametrize(
        ("taken", "free"),
        [
            ("", "09:00-26:00"),
            ("10:00-12:00", "09:00-10:00 12:00-26:00"),
            ("09:00-12:00", "12:00-26:00"),
            ("08:00-09:00", "09:00-26:00"),
            ("08:00-09:30", "09:30-26:00"),
            ("25:00-27:00", "09:00-25:00"),
            ("26:00-28:00", "09:00-26:00"),
            ("08:00-27:00", ""),
            ("10:00-12:00 12:00-14:00", "09:00-10:00 14:00-26:00"),
            ("13:00-14:00 10:00-11:00", "09:00-10:00 11:00-13:00 14:00-26:00"),
            ("10:00-15:00 11:00-12:00", "09:00-10:00 15:00-26:00"),
        ],
    )
    def test_are_what_is_left_between_nine_and_two_at_night(self, taken, free):
        assert free_spans(span("09:00-26:00"), spans(taken)) == spans(free)


class TestSlots:
    @pytest.mark.parametrize(
        ("taken", "expected"),
        [
            ("", [("09:00-26:00", "24:30")]),
            ("24:15-26:30", [("09:00-24:15", "22:30")]),
            ("10:44-12:00", [("12:00-26:00", "24:30")]),
            ("10:45-12:00", [("09:00-10:45", "09:00"), ("12:00-26:00", "24:30")]),
            ("09:00-24:30", [("24:30-26:00", "24:30")]),
            ("09:00-24:31", []),
            ("26:14-28:00", [("09:00-26:00", "24:29")]),  # it would be in before the screen is clean again
            ("26:15-28:00", [("09:00-26:00", "24:30")]),
        ],
    )
    def test_of_ninety_minutes_and_fifteen_to_clean(self, taken, expected):
        found = slots(
            span("09:00-26:00"), spans(taken), running=timedelta(minutes=90), turnaround=timedelta(minutes=15)
        )
        assert [(Span(slot.start, slot.end), slot.latest_start) for slot in found] == [
            (span(free), at(latest)) for free, latest in expected
        ]

    def test_start_at_whole_minutes(self):
        taken = [
            Span(at("09:00"), at("10:00") + timedelta(seconds=1)),
            Span(at("12:00") - timedelta(seconds=1), at("26:00")),
        ]
        (slot,) = slots(span("09:00-26:00"), taken, running=timedelta(minutes=60), turnaround=timedelta())
        assert (slot.start, slot.latest_start) == (at("10:01"), at("10:59") - timedelta(minutes=0))


class TestHours:
    @pytest.mark.parametrize(
        ("opens", "closes", "minutes"), [(9, 2, 17 * 60), (9, 23, 14 * 60), (9, 9, 24 * 60), (0, 0, 24 * 60)]
    )
    def test_may_pass_midnight(self, opens, closes, minutes):
        open_hours = hours(date(2026, 7, 1), time(opens), time(closes), ZoneInfo("Asia/Kolkata"))
        assert open_hours.start == datetime(2026, 7, 1, opens, tzinfo=ZoneInfo("Asia/Kolkata"))
        assert open_hours.end - open_hours.start == timedelta(minutes=minutes)

    def test_are_as_long_as_the_night_is(self):
        berlin = ZoneInfo("Europe/Berlin")
        spring = hours(date(2027, 3, 27), time(20), time(4), berlin)
        autumn = hours(date(2026, 10, 24), time(20), time(4), berlin)
        assert (spring.end - spring.start, autumn.end - autumn.start) == (timedelta(hours=7), timedelta(hours=9))

    def test_begin_late_when_the_opening_time_is_skipped(self):
        assert nearest_instant(date(2027, 3, 28), time(2, 30), ZoneInfo("Europe/Berlin")) == datetime(
            2027, 3, 28, 1, 30, tzinfo=UTC
        )


class TestMinutes:
    @pytest.mark.parametrize(
        ("second", "following", "up"), [(0, "10:01", "10:00"), (1, "10:01", "10:01"), (59, "10:01", "10:01")]
    )
    def test_are_rounded(self, second, following, up):
        instant = at("10:00") + timedelta(seconds=second)
        assert (next_minute(instant), minute_up(instant)) == (at(following), at(up))
