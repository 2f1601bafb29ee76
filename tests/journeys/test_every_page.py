"""Every page there is, by the table of permissions: whoever adds a route adds a page that is judged here."""

import re
import tomllib

import pytest
from playwright.sync_api import Page

from cinema.settings.env import BASE_DIR
from tests.booking.stories import booked
from tests.journeys.browsing import DESKTOP
from tests.journeys.conftest import log_in
from tests.journeys.pictures.camera import WEIGHT
from tests.journeys.test_accessibility import violations

LEVELS = tomllib.loads((BASE_DIR / "tests/architecture/permissions.toml").read_text())
# Files to keep, answers for machines, and the viewers of the API, which others wrote.
NO_PAGES = (
    *(".pdf", ".ics", ".xml", ".txt", ".json", "/ticket.html"),
    *("now/shows/{show_id}/seats", "now/shows/{show_id}/total", "/payment/state", "inbox/now"),
    *("docs", "redoc"),
)
HEAVIEST = 150_000  # bytes, unpacked, without pictures
SMALLEST = 320  # CSS pixels: WCAG 1.4.10
# What is cut off or cannot be reached: a place that scrolls by itself is left out, and so is what only is heard.
CUT_OFF = """() => {
    const wide = document.documentElement.scrollWidth - innerWidth;
    const faults = wide > 0 ? [`the page is ${wide} px too wide`] : [];
    const scrolls = (one) => one.closest(".hall__scroller, .days, .scrolls");
    for (const one of document.querySelectorAll("a, button, input, select, textarea, summary, label, h1, h2, h3, p, th, td, dt, dd, li")) {
        const box = one.getBoundingClientRect();
        if (box.width < 2 || scrolls(one) || one.closest(".visually-hidden, .skip-link")) continue;
        const name = `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 40)}`;
        if (box.left < -1 || box.right > innerWidth + 1) faults.push(`outside: ${name}`);
        if (!/INPUT|SELECT/.test(one.tagName) && one.clientWidth && one.scrollWidth > one.clientWidth + 1) faults.push(`cut off: ${name}`);
    }
    return faults;
}"""


def addresses(*levels: str) -> list[str]:
    """List the pages that may be looked at, with places for ids."""
    calls = [call for level in levels for call in LEVELS[level].split("\n")]
    paths = [call.removeprefix("GET ") for call in calls if call.startswith("GET ")]
    return [f"/{path.lstrip('/')}" for path in paths if not path.endswith(NO_PAGES)]


def look(page: Page, paths: list[str], **ids: object) -> list[str]:
    """Open each of them, and list the faults of those that are pages; a refusal is one too."""
    faults = []
    for path in paths:
        answer = page.goto(re.sub(r"{(\w+)}", lambda name: str(ids.get(name[1], 1)), path))
        if answer is not None and answer.headers.get("content-type", "").startswith("text/html"):
            faults += [*violations(page), *too_heavy(page), *cut_off(page)]
    return faults


def too_heavy(page: Page) -> list[str]:
    weight = page.evaluate(WEIGHT)
    assert weight > 1000  # a scale that shows nothing would find nothing too heavy
    return [f"{page.url} weighs {weight} bytes"] if weight > HEAVIEST else []


def cut_off(page: Page) -> list[str]:
    """List what does not fit with text twice as large, on a desk and on the smallest screen (WCAG 1.4.4, 1.4.10)."""
    faults = []
    for width in (DESKTOP["width"], SMALLEST):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        faults += [f"{page.url} at {width} px: {fault}" for fault in page.evaluate(CUT_OFF)]
    page.set_viewport_size(DESKTOP)
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
