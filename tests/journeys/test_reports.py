"""A manager reads the day, follows a figure to its bookings and takes it home as a file."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest

from tests.booking.stories import booked
from tests.factories.accounts import PASSWORD
from tests.journeys.test_accessibility import violations

pytestmark = pytest.mark.browser


@pytest.fixture
def days(now) -> str:
    """Ask for all days on which anything happens."""
    around = timedelta(days=3)
    return f"first={(now - around).date()}&last={(now + around).date()}"


@pytest.fixture
def open_office(open_page, cinema, customer, admin, now):
    """Log a manager in, to a cinema that has sold three seats."""
    booked(cinema, "A1", "A2", "C1", by=customer, now=now)

    def open_it(scheme: str):
        page = open_page("/admin/login/?next=/admin/dashboard/", color_scheme=scheme, reduced_motion="reduce")
        page.get_by_label("Email").fill(admin.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("heading", name="Today", exact=True).wait_for()
        return page

    return open_it


class TestReading:
    def test_leads_from_a_figure_to_its_bookings_and_into_a_file(self, open_office, days):
        page = open_office("light")
        page.goto(f"/admin/reports/daily-collection/?{days}")
        gross = page.get_by_role("table").get_by_role("row").last.get_by_role("link").nth(1)
        amount = gross.inner_text()
        gross.click()
        page.get_by_role("heading", name="Tickets, booking by booking").wait_for()
        assert amount in page.get_by_role("table").get_by_role("row").last.inner_text()
        with page.expect_download() as taken:
            page.get_by_role("link", name="Download as CSV").click()
        rows = list(csv.reader(Path(taken.value.path()).read_text("utf-8-sig").splitlines()))
        assert rows[-1][0] == "Total"
        assert f"{float(rows[-1][rows[0].index('Gross')]):.2f}" == amount.removeprefix("₹").replace(",", "")

    def test_is_without_serious_fault_by_day_and_by_night(self, open_office, days):
        """All reports are one template: one of each kind of chart, a list and a refusal stand for them."""
        faults = []
        for scheme, names in (("light", ("hours", "occupancy", "movies", "food-per-head")), ("dark", ("occupancy",))):
            page = open_office(scheme)
            faults += violations(page)
            for path in ("", "tickets/", "takings/?first=soon", *(f"{name}/?{days}" for name in names)):
                page.goto(f"/admin/reports/{path}")
                faults += violations(page)
        assert faults == []
