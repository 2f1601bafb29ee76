"""No page has a serious fault that axe can find, by day or by night, on a desk or on a phone."""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.factories.accounts import NotificationFactory
from tests.factories.booking import SeatLockFactory
from tests.journeys.browsing import DESKTOP, PHONE
from tests.journeys.conftest import log_in
from venues.models import Seat

AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """List what axe calls serious or critical: rule, and where."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    return [f"{page.url} {one['id']}: {node['html'][:160]}" for one in serious for node in one["nodes"]]


def test_axe_is_the_file_we_wrote_down():
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() in (AXE.parent / "VENDOR.md").read_text()


class Inspector:
    """Walks through pages and writes down what axe finds on each."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults = violations(page)

    def look(self, path: str) -> None:
        self.page.goto(path)
        self.faults += violations(self.page)

    def press(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name).click()
        self.faults += violations(self.page)


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    return request.param


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def viewport(request):
    return request.param


@pytest.mark.browser
class TestPages:
    def test_of_a_visitor_have_no_serious_fault(self, open_page, cinema, stranger, scheme, viewport):
        held = Seat.objects.get(screen=cinema.screen, seat_number="B5")
        SeatLockFactory(show=cinema, seat=held, user=stranger)
        Seat.objects.filter(screen=cinema.screen, seat_number="B6").update(is_available=False)
        walk = Inspector(open_page("/", color_scheme=scheme, viewport=viewport, reduced_motion="reduce"))
        walk.look("/?day=2001-01-01")
        walk.look(f"/now/movies/{cinema.movie_id}")
        walk.look(f"/seatmap/{cinema.pk}")
        walk.look(f"/seatmap/{cinema.pk}?view=list")
        walk.press("Take the best seats")
        walk.look(f"/seatmap/{cinema.pk}?user_id={stranger.pk}")
        walk.look("/account/login")
        walk.look("/account/forgot")
        walk.look("/account/reset?token=anything")
        walk.press("Change the password")
        walk.look("/account/signup")
        walk.press("Make the account")
        assert walk.faults == []

    def test_of_a_customer_have_no_serious_fault(self, open_page, cinema, customer, scheme, viewport):
        page = open_page("/account/login", color_scheme=scheme, viewport=viewport, reduced_motion="reduce")
        log_in(page, customer.email)
        walk = Inspector(page)
        walk.look("/account/bookings")
        walk.look(f"/seatmap/{cinema.pk}")
        walk.press("Hold these seats")
        page.get_by_role("checkbox", name="Row A, seat 1,").check()
        walk.press("Hold these seats")
        walk.press("Go on to pay")
        page.get_by_role("textbox", name="Promo code").fill("NOPE")
        walk.press("Apply")
        walk.press("Pay ₹")
        walk.look(f"{page.url}/cancel")
        walk.press("Cancel and get")
        walk.look("/account/bookings")
        NotificationFactory(user=customer)
        for name in ("", "/inbox", "/notifications", "/profile", "/password", "/sessions", "/delete"):
            walk.look(f"/account{name}")
        walk.press("Delete my account for good")
        assert walk.faults == []

    def test_of_a_guest_have_no_serious_fault(self, open_page, cinema, scheme, viewport):
        page = open_page(f"/seatmap/{cinema.pk}", color_scheme=scheme, viewport=viewport, reduced_motion="reduce")
        walk = Inspector(page)
        page.get_by_role("checkbox", name="Row A, seat 1,").check()
        walk.press("Hold these seats")
        walk.press("Go on to pay")
        walk.press("Go on to pay")
        page.get_by_label("E-mail").fill("asha@example.com")
        page.get_by_label("Phone").fill("98200 00001")
        walk.press("Go on to pay")
        walk.press("Pay ₹")
        walk.press("Make an account of it")
        assert walk.faults == []
