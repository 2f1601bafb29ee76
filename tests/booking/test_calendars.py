from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from booking.calendars import calendar_file
from booking.ticket_sheet import TicketSheet, sheet_of
from tests.booking.stories import booked

MADE = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def plain() -> TicketSheet:
    """Describe a booking without a database: what hypothesis changes is text."""
    facts: dict[str, object] = dict.fromkeys(TicketSheet.__dataclass_fields__, "")
    start = datetime(2026, 11, 2, 13, 30, tzinfo=UTC)
    return TicketSheet(**{**facts, "reference": "BKNG-F0000001", "starts_at": start, "seats": (("Gold", ("A1",)),)})  # type: ignore[arg-type]


def read(text: str):
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return event


class TestCalendarFile:
    def test_says_when_where_and_which_seats(self, selling_show, customer, now):
        booking = booked(selling_show, "A1", "A2", by=customer, now=now)
        sheet = sheet_of(booking.pk)
        event = read(calendar_file(sheet, ends_at=selling_show.ends_at, made_at=now))
        assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (selling_show.starts_at, selling_show.ends_at)
        assert event["SUMMARY"] == sheet.movie
        assert event["UID"] == f"{booking.booking_reference}@marquee"
        assert "A1, A2" in event["DESCRIPTION"]
        assert sheet.venue in event["LOCATION"]

    def test_writes_instants_of_any_zone_in_utc(self, plain):
        text = calendar_file(plain, ends_at=plain.starts_at + timedelta(hours=2), made_at=MADE)
        assert "DTSTART:20261102T133000Z" in text
        assert "DTEND:20261102T153000Z" in text

    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
    def test_brings_any_title_through_unharmed_in_lines_of_75_octets(self, plain, title):
        text = calendar_file(replace(plain, movie=title), ends_at=plain.starts_at + timedelta(hours=2), made_at=MADE)
        assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
        assert read(text)["SUMMARY"] == title

    @pytest.mark.parametrize("title", ["A; B, C\\ D", "two\nlines", "tab\there", "nul\0 bell\a"])
    def test_lets_no_title_write_lines_of_its_own(self, plain, title):
        text = calendar_file(replace(plain, movie=title), ends_at=plain.starts_at + timedelta(hours=2), made_at=MADE)
        assert text.count("\r\n") == text.count("\n") == 17
        assert read(text)["SUMMARY"] == title.replace("\0", "").replace("\a", "")

    def test_is_one_event_however_often_it_is_taken(self, plain):
        ends = plain.starts_at + timedelta(hours=2)
        one, other = (read(calendar_file(plain, ends_at=ends, made_at=at)) for at in (MADE, MADE + timedelta(days=1)))
        assert one["UID"] == other["UID"]
