"""A customer's evening: from what is on to the ticket, in a real browser."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from booking.models import Booking
from tests.journeys.browsing import DESKTOP, PHONE
from tests.journeys.conftest import log_in

pytestmark = pytest.mark.browser

WAYS = [
    pytest.param({"viewport": DESKTOP}, id="desktop"),
    pytest.param({"viewport": PHONE, "has_touch": True, "is_mobile": True}, id="phone"),
    pytest.param({"viewport": DESKTOP, "java_script_enabled": False}, id="without JavaScript"),
    pytest.param({"viewport": PHONE, "java_script_enabled": False}, id="phone without JavaScript"),
]


def to_the_seats(page: Page, title: str) -> None:
    page.get_by_role("link", name=title).click()
    page.get_by_role("main").get_by_role("link", name="7:00 pm").click()


def hold(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Hold these seats").click()


class TestPurchase:
    @pytest.mark.parametrize("way", WAYS)
    def test_goes_from_what_is_on_to_the_ticket(self, open_page, cinema, customer, way):
        page = open_page("/", **way)
        to_the_seats(page, cinema.movie.title)
        hold(page, "Row C, seat 4, gold, ₹250, available", "Row C, seat 5, gold, ₹250, available")
        page.get_by_label("Cola, how many").fill("2")
        page.get_by_role("button", name="Go on to pay").click()
        page.get_by_role("complementary").get_by_role("link", name="Log in").click()
        log_in(page, customer.email)
        page.get_by_role("textbox", name="Promo code").fill("movie10")
        page.get_by_role("button", name="Apply").click()
        page.get_by_role("button", name="Pay ₹").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Enjoy the film")
        expect(page.get_by_role("img", name="QR code of the ticket")).to_be_visible()
        booking = Booking.objects.get()
        assert (booking.user, booking.booking_status) == (customer, "CONFIRMED")
        assert booking.amount == Decimal("719.98")  # 2 seats: 450 and 18 %; 2 colas: 179.98 and 5 %
        assert sorted(str(line.seat) for line in booking.seats.select_related("seat")) == ["C4", "C5"]

    def test_begins_with_a_new_account(self, open_page, cinema):
        page = open_page(f"/seatmap/{cinema.pk}")
        hold(page, "Row A, seat 1,")
        page.get_by_role("button", name="Go on to pay").click()
        page.get_by_role("link", name="Make an account").click()
        page.get_by_label("Name").fill("Asha")
        page.get_by_label("E-mail").fill("asha@example.com")
        page.get_by_label("Password").fill("popcorn-at-nine")
        page.get_by_role("button", name="Make the account").click()
        page.get_by_role("button", name="Pay ₹").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Enjoy the film")
        assert User.objects.get(is_guest=False).email == "asha@example.com"

    def test_can_be_made_by_keyboard_alone(self, open_page, cinema, customer):
        page = open_page(f"/account/login?next=/seatmap/{cinema.pk}")
        page.get_by_label("E-mail").focus()
        page.keyboard.type(customer.email)
        page.keyboard.press("Tab")
        page.keyboard.type("front-row-and-centre")
        page.keyboard.press("Enter")
        page.get_by_role("checkbox", name="Row B, seat 3,").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Something to eat?")
        page.get_by_role("button", name="Go on to pay").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Pay ₹").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Enjoy the film")

    def test_explains_a_seat_that_somebody_else_took(self, open_page, cinema, customer, stranger):
        first, second = open_page("/account/login"), open_page("/account/login")
        for page, user in ((first, customer), (second, stranger)):
            log_in(page, user.email)
            page.goto(f"/seatmap/{cinema.pk}")
        hold(first, "Row A, seat 1,")
        hold(second, "Row A, seat 1,", "Row A, seat 2,")
        expect(second.get_by_role("alert")).to_contain_text("Somebody else was faster: A1.")
        expect(second.get_by_role("checkbox", checked=True)).to_have_count(1)
        expect(
            second.get_by_role("checkbox", name="Row A, seat 1, silver, ₹150.50, held by somebody else")
        ).to_be_disabled()

    def test_is_not_repeated_by_going_back_and_reloading(self, open_page, cinema, customer):
        page = open_page("/account/login")
        log_in(page, customer.email)
        page.goto(f"/seatmap/{cinema.pk}")
        hold(page, "Row A, seat 1,")
        page.get_by_role("button", name="Go on to pay").click()
        page.get_by_role("button", name="Pay ₹").click()
        ticket = page.url
        page.go_back()
        page.reload()
        expect(page).to_have_url(ticket)
        assert Booking.objects.count() == 1

    def test_is_undone_by_cancelling(self, open_page, cinema, customer):
        page = open_page("/account/login")
        log_in(page, customer.email)
        page.goto(f"/seatmap/{cinema.pk}")
        hold(page, "Row A, seat 1,")
        page.get_by_role("button", name="Go on to pay").click()
        page.get_by_role("button", name="Pay ₹").click()
        page.get_by_role("link", name="Cancel this booking").click()
        page.get_by_role("button", name="Cancel and get ₹142.08 back").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("This booking is cancelled")
        page.goto(f"/seatmap/{cinema.pk}")
        expect(page.get_by_role("checkbox", name="Row A, seat 1, silver, ₹150.50, available")).to_be_enabled()


class TestCancellingOneSeat:
    def test_shows_what_comes_back_and_keeps_the_other(self, open_page, cinema, customer):
        page = open_page("/account/login")
        log_in(page, customer.email)
        page.goto(f"/seatmap/{cinema.pk}")
        hold(page, "Row A, seat 1,", "Row A, seat 2,")
        page.get_by_role("button", name="Go on to pay").click()
        page.get_by_role("button", name="Pay ₹").click()
        page.get_by_role("link", name="Cancel this booking").click()
        page.get_by_role("checkbox", name="Seat A1").check()
        page.get_by_role("button", name="See what comes back").click()
        page.get_by_role("button", name="Cancel and get ₹142.08 back").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Enjoy the film")
        expect(page.locator(".ticket__seats")).to_have_text("A2")


class TestSeatPicker:
    def test_says_what_is_ticked_and_keeps_to_the_limit(self, open_page, cinema):
        page = open_page(f"/seatmap/{cinema.pk}")
        page.get_by_role("checkbox", name="Row A, seat 1,").check()
        page.get_by_role("checkbox", name="Row C, seat 2,").check()
        expect(page.locator("[data-said]")).to_have_text("2 seats: A1, C2 ₹472.60 including ₹72.10 GST")
        for number in range(2, 10):
            page.get_by_role("checkbox", name=f"Row A, seat {number},").check()
        page.get_by_role("checkbox", name="Row B, seat 1,").click()
        expect(page.locator("[data-said]")).to_have_text("Up to 10 seats can be booked at once.")
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(10)

    @pytest.mark.parametrize("path", ["/", "/seatmap/{show}", "/account/login", "/now/movies/{movie}"])
    def test_never_makes_the_page_itself_scroll_sideways(self, open_page, cinema, path):
        page = open_page(path.format(show=cinema.pk, movie=cinema.movie_id), viewport={"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


class TestHoldTimer:
    def test_counts_down_on_the_servers_clock(self, open_page, cinema, customer):
        page = open_page("/account/login")
        log_in(page, customer.email)
        page.clock.install()
        page.goto(f"/seatmap/{cinema.pk}")
        hold(page, "Row A, seat 1,")
        expect(page.locator("[data-hold-until]")).to_contain_text("for 10:00")
        page.clock.run_for(61_000)
        expect(page.locator("[data-hold-until]")).to_contain_text("for 8:5")
        page.clock.run_for(600_000)
        expect(page.locator("[data-hold-until]")).to_contain_text("the time is over")
