"""Choosing seats in a real browser: by mouse, by keys, without JavaScript, on a phone, and against somebody faster."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from booking.models import SeatLock
from booking.services import locks
from tests.booking.stories import seats_of
from tests.factories.venues import block_of_seats
from tests.journeys.browsing import DESKTOP, PHONE
from tests.journeys.conftest import log_in
from venues.models import Seat, SeatCategory

pytestmark = pytest.mark.browser

WAYS = [
    pytest.param({"viewport": DESKTOP}, id="desktop"),
    pytest.param({"viewport": PHONE, "has_touch": True, "is_mobile": True}, id="phone"),
    pytest.param({"viewport": DESKTOP, "java_script_enabled": False}, id="without JavaScript"),
]


def held() -> list[str]:
    return sorted(str(lock.seat) for lock in SeatLock.objects.live(now=timezone.now()).select_related("seat"))


def seat(page: Page, name: str):
    return page.get_by_role("checkbox", name=name)


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.closest('.seat')?.textContent ?? document.activeElement.textContent")


class TestBestSeats:
    @pytest.mark.parametrize("way", WAYS)
    def test_are_one_click_away(self, open_page, cinema, way):
        page = open_page(f"/seatmap/{cinema.pk}", **way)
        page.get_by_label("How many").select_option("3")
        page.get_by_role("button", name="Take the best seats").click()
        expect(page.get_by_text("are held for you", exact=False).first).to_be_visible()
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(3)
        assert held() == ["B4", "B5", "B6"]
        page.get_by_role("button", name="Go on with these seats").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Something to eat?")


class TestTheRuleAgainstSingleGaps:
    @pytest.mark.parametrize("way", WAYS)
    def test_is_followed_by_one_click(self, open_page, cinema, way):
        page = open_page(f"/seatmap/{cinema.pk}", **way)
        for name in ("Row A, seat 2,", "Row A, seat 3,"):
            seat(page, name).check()
        page.get_by_role("button", name="Hold these seats").click()
        expect(page.get_by_role("alert")).to_contain_text("Seat A1 would be left alone; take A1–A2 instead.")
        page.get_by_role("button", name="Take A1–A2 instead").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Something to eat?")
        assert held() == ["A1", "A2"]


class TestKeys:
    def test_go_from_seat_to_seat_within_one_tab_stop(self, open_page, cinema, stranger):
        locks.lock_seats(
            show_id=cinema.pk, seat_ids=seats_of(cinema, "B7"), by=stranger, now=timezone.now(), judged=True
        )
        page = open_page(f"/seatmap/{cinema.pk}")
        expect(page.locator("input[name=seats][tabindex='0']")).to_have_count(1)
        page.locator("[data-scroller]").focus()
        page.keyboard.press("Tab")
        assert focused(page).startswith("Row C, seat 6,")
        for key, name in (
            ("ArrowUp", "Row B, seat 6,"),
            ("ArrowRight", "Row B, seat 8,"),  # over the one that is taken
            ("Home", "Row B, seat 1,"),
            ("ArrowLeft", "Row B, seat 1,"),
            ("End", "Row B, seat 10,"),
            ("PageUp", "Row A, seat 10,"),
            ("PageDown", "Row C, seat 10,"),
            ("ArrowDown", "Row C, seat 10,"),
        ):
            page.keyboard.press(key)
            assert focused(page).startswith(name), key
        page.keyboard.press("Space")
        expect(seat(page, "Row C, seat 10,")).to_be_checked()
        page.keyboard.press("Tab")
        assert "Hold these seats" in focused(page)

    def test_reach_every_seat_of_the_list(self, open_page, cinema):
        page = open_page(f"/seatmap/{cinema.pk}")
        page.get_by_role("link", name="From a list").click()
        expect(page).to_have_url(f"{page.url.split('/seatmap')[0]}/seatmap/{cinema.pk}?view=list&party=2#seats")
        expect(page.get_by_role("checkbox", name="Row B, seat 3,")).to_be_hidden()
        page.locator("summary", has_text="Row B").press("Enter")
        page.keyboard.press("Tab")
        assert focused(page).startswith("Row B, seat 1,")
        page.keyboard.press("Tab")
        assert focused(page).startswith("Row B, seat 2,")
        page.keyboard.press("Space")
        page.get_by_role("link", name="On the plan").click()
        expect(seat(page, "Row B, seat 2,")).to_be_checked()


class TestLive:
    def test_shows_what_others_take_and_give_back(self, open_page, cinema, stranger):
        page = open_page(f"/seatmap/{cinema.pk}")
        taken = seats_of(cinema, "A1", "A2")
        locks.lock_seats(show_id=cinema.pk, seat_ids=taken, by=stranger, now=timezone.now())
        expect(seat(page, "Row A, seat 1, silver, ₹150.50, held by somebody else")).to_be_disabled()
        locks.release(show_id=cinema.pk, by=stranger, now=timezone.now())
        expect(seat(page, "Row A, seat 1, silver, ₹150.50, available")).to_be_enabled()

    def test_explains_a_lost_seat_and_finds_others_close_by(self, open_page, cinema, stranger):
        page = open_page(f"/seatmap/{cinema.pk}")
        for name in ("Row C, seat 1,", "Row C, seat 2,"):
            seat(page, name).check()
        locks.lock_seats(show_id=cinema.pk, seat_ids=seats_of(cinema, "C2"), by=stranger, now=timezone.now())
        expect(page.get_by_text("Somebody else was faster: C2.")).to_be_visible()
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
        page.get_by_role("button", name="Find others close by").click()
        expect(page.get_by_role("button", name="Go on with these seats")).to_be_visible()
        assert held() == ["C2", "C3", "C4"]

    def test_leaves_to_visitors_what_they_hold(self, open_page, cinema, stranger):
        page = open_page(f"/seatmap/{cinema.pk}")
        page.get_by_role("button", name="Take the best seats").click()
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
        locks.lock_seats(show_id=cinema.pk, seat_ids=seats_of(cinema, "A1"), by=stranger, now=timezone.now())
        expect(seat(page, "Row A, seat 1, silver, ₹150.50, held by somebody else")).to_be_disabled()
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)

    def test_rests_while_nobody_looks_and_asks_at_once_when_somebody_does(self, open_page, cinema):
        page = open_page(f"/seatmap/{cinema.pk}")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "/now/shows/" in request.url else None)
        page.evaluate("""() => {
            Object.defineProperty(document, 'hidden', {configurable: true, get: () => true});
            document.dispatchEvent(new Event('visibilitychange'));
        }""")
        page.wait_for_timeout(4000)
        assert asked == []
        with page.expect_request("**/now/shows/**"):
            page.evaluate("""() => {
                Object.defineProperty(document, 'hidden', {configurable: true, get: () => false});
                document.dispatchEvent(new Event('visibilitychange'));
            }""")


class TestTheHold:
    def test_warns_and_can_be_prolonged_once(self, open_page, cinema, customer):
        page = open_page("/account/login")
        log_in(page, customer.email)
        page.goto(f"/seatmap/{cinema.pk}")
        page.get_by_role("button", name="Take the best seats").click()
        expect(page.locator("[data-hold-until]")).to_contain_text("for 9:")
        soon = timezone.now() + timedelta(seconds=100)
        SeatLock.objects.update(expires_at=soon, locked_at=soon - timedelta(minutes=10))
        page.reload()
        expect(page.locator("[data-hold-spoken]")).to_contain_text("You can ask for more time, once.")
        page.get_by_role("button", name="More time").click()
        expect(page.locator("[data-hold-until]")).to_contain_text("for 9:")
        expect(page.get_by_role("button", name="More time")).to_have_count(0)

    def test_says_when_it_is_over(self, open_page, cinema, customer):
        page = open_page("/account/login")
        log_in(page, customer.email)
        page.goto(f"/seatmap/{cinema.pk}")
        page.clock.install()
        page.get_by_role("button", name="Take the best seats").click()
        expect(page.locator("[data-hold-until]")).to_contain_text("for ")
        page.clock.run_for(601_000)
        expect(page.locator("[data-hold-until]")).to_contain_text("the time is over")


class TestThePlan:
    def test_is_made_larger_and_smaller_but_never_too_small_to_hit(self, open_page, cinema):
        page = open_page(f"/seatmap/{cinema.pk}", viewport=PHONE)
        size = "document.querySelector('.seat-row .seat').getBoundingClientRect().width"
        page.get_by_role("button", name="Smaller").click()
        expect(page.get_by_role("button", name="Smaller")).to_be_disabled()
        assert page.evaluate(size) == 24
        page.get_by_role("button", name="Larger").click()
        assert page.evaluate(size) == 32

    def test_of_400_seats_weighs_little_and_is_quick(self, open_page, cinema):
        """The largest hall on a phone: the weight is asserted, and that a tick is answered within one frame or two."""
        Seat.objects.filter(screen=cinema.screen).delete()
        gold = SeatCategory.objects.get(category_name="Gold")
        block_of_seats(gold, rows=range(1, 21), cols=20)
        weights: list[int] = []
        page = open_page("/account/login", viewport=PHONE, has_touch=True, is_mobile=True)
        page.on("response", lambda answer: weights.append(len(answer.body())) if answer.ok else None)
        page.goto(f"/seatmap/{cinema.pk}")
        expect(page.locator("input[name=seats]")).to_have_count(400)
        assert sum(weights) < 150_000  # uncompressed, with style sheets and modules
        page.get_by_role("checkbox", name="Row M, seat 10,").tap()
        expect(page.locator("[data-seat-summary]")).to_contain_text("1 seat: M10")

    @pytest.mark.parametrize("text", ["200%"])
    def test_holds_text_twice_as_large(self, open_page, cinema, text):
        page = open_page(f"/seatmap/{cinema.pk}", viewport=PHONE)
        page.evaluate(f"document.documentElement.style.fontSize = '{text}'")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        expect(page.get_by_role("button", name="Hold these seats")).to_be_visible()
