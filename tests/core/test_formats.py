from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from cinema.core import formats
from venues.models import Venue

MUMBAI = Venue(time_zone="Asia/Kolkata")


class TestMoney:
    @pytest.mark.parametrize(
        ("amount", "written"),
        [
            ("0", "₹0.00"),
            ("7.5", "₹7.50"),
            ("999", "₹999.00"),
            ("1000", "₹1,000.00"),
            ("123456.5", "₹1,23,456.50"),
            ("12345678.905", "₹1,23,45,678.91"),
            ("-1234.5", "−₹1,234.50"),
        ],
    )
    def test_groups_rupees_the_indian_way(self, amount, written):
        assert formats.money(Decimal(amount)) == written

    def test_groups_as_the_language_of_the_reader_does(self):
        assert formats.money(Decimal("1234567.5"), "EUR") == "€12,34,567.50"
        with translation.override("en-us"):
            assert formats.money(Decimal("1234567.5")) == "₹1,234,567.50"
        with translation.override("de"):
            assert formats.money(Decimal("1234567.5")) == "₹1.234.567,50"
        assert formats.money(Decimal(5), "CHF") == "CHF 5.00"


class TestPercent:
    @pytest.mark.parametrize(
        ("rate", "written"), [("9.00", "9 %"), ("2.50", "2.5 %"), ("0", "0 %"), ("100.00", "100 %")]
    )
    def test_leaves_out_empty_places(self, rate, written):
        assert formats.percent(Decimal(rate)) == written


class TestPrice:
    def test_leaves_out_empty_paise_only(self):
        assert formats.price(Decimal("240.00")) == "₹240"
        assert formats.price(Decimal("150.50")) == "₹150.50"
        assert formats.price(Decimal("-1240.00")) == "−₹1,240"


class TestTimes:
    def test_are_on_the_venues_wall_clock(self):
        late = datetime(2026, 5, 1, 19, 45, tzinfo=UTC)
        assert formats.clock(late, MUMBAI) == "1:15 am"
        assert formats.time_of_day(late) == formats.time_of_day(late.time()) == "7:45 pm"
        assert formats.day(late, MUMBAI) == "Saturday 2 May"
        assert formats.iso(late, MUMBAI) == "2026-05-02T01:15:00+05:30"

    def test_name_the_day_in_the_language_of_the_reader(self):
        saturday = date(2026, 5, 2)
        assert (formats.weekday(saturday), formats.month(saturday)) == ("Sat", "May")
        assert formats.short_day(saturday) == "Sat 2 May"
        assert formats.full_date(saturday) == "2 May 2026"
        with translation.override("hi"):
            assert formats.calendar_day(saturday) == "शनिवार 2 मई"


class TestRunningTime:
    @pytest.mark.parametrize(("minutes", "written"), [(45, "45 min"), (120, "2 h"), (165, "2 h 45 min")])
    def test_is_in_hours_and_minutes(self, minutes, written):
        assert formats.running_time(minutes) == written


class TestAgo:
    def test_is_in_the_largest_units(self):
        before = timezone.now() - timedelta(hours=3, minutes=5, seconds=20)
        assert formats.ago(before).replace("\xa0", " ") == "3 hours, 5 minutes ago"

    def test_of_this_minute_is_just_now(self):
        assert formats.ago(timezone.now()) == "just now"
