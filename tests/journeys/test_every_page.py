"""Every page there is, by the table of permissions: whoever adds a route adds a page that axe looks at."""

import re
import tomllib

import pytest
from playwright.sync_api import Page

from cinema.settings.env import BASE_DIR
from tests.booking.stories import booked
from tests.journeys.conftest import log_in
from tests.journeys.test_accessibility import violations

LEVELS = tomllib.loads((BASE_DIR / "tests/architecture/permissions.toml").read_text())
# Files to keep, answers for machines, and the viewers of the API, which others wrote.
NO_PAGES = (
    *(".pdf", ".ics", ".xml", ".txt", ".json", "/ticket.html"),
    *("now/shows/{show_id}/seats", "now/shows/{show_id}/total", "/payment/state", "inbox/now"),
    *("docs", "redoc"),
)


def addresses(*levels: str) -> list[str]:
    """List the pages that may be looked at, with places for ids."""
    calls = [call for level in levels for call in LEVELS[level].split("\n")]
    paths = [call.removeprefix("GET ") for call in calls if call.startswith("GET ")]
    return [f"/{path.lstrip('/')}" for path in paths if not path.endswith(NO_PAGES)]


def look(page: Page, paths: list[str], **ids: object) -> list[str]:
    """Open each of them, and list the serious faults of those that are pages; a refusal is one too."""
    faults = []
    for path in paths:
        answer = page.goto(re.sub(r"{(\w+)}", lambda name: str(ids.get(name[1], 1)), path))
        if answer is not None and answer.headers.get("content-type", "").startswith("text/html"):
            faults += violations(page)
    return faults


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
class TestEveryPage:
    def test_is_without_serious_fault_for_a_visitor(self, open_page, cinema, scheme):
        page = open_page("/", color_scheme=scheme, reduced_motion="reduce")
        paths = [*addresses("page"), "/?q=nothing", "/?language=Hindi&access=captions", "/nowhere"]
        assert look(page, paths, show_id=cinema.pk, movie_id=cinema.movie_id, slug="x") == []

    def test_is_without_serious_fault_for_a_customer(self, open_page, cinema, customer, now, scheme):
        booking = booked(cinema, "A1", "A2", by=customer, now=now)
        page = open_page("/account/login", color_scheme=scheme, reduced_motion="reduce")
        log_in(page, customer.email)
        paths = addresses("my_page", "account_page", "own_page")
        assert look(page, paths, show_id=cinema.pk, reference=booking.booking_reference) == []
