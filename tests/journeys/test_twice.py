"""Impatient, distracted and forgetful customers: whatever they press again, nobody pays twice and everybody learns where they are."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from billing.models import Invoice, Payment
from booking.models import Booking, SeatLock
from booking.services import locks
from tests.booking.stories import seats_of
from tests.journeys.conftest import log_in
from tests.journeys.test_purchase import hold

pytestmark = pytest.mark.browser

WAYS = [pytest.param({}, id="with JavaScript"), pytest.param({"java_script_enabled": False}, id="without JavaScript")]
SEATS = ("Row A, seat 1,", "Row A, seat 2,")
GONE = "You hold no seats of this show (any more). Please choose again."


def expect_heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def expect_one_sale(*, attempts: int = 1) -> None:
    booking = Booking.objects.get()
    assert booking.booking_status == "CONFIRMED"
    assert Payment.objects.count() == attempts
    assert Payment.objects.filter(payment_status="COMPLETED").get().amount == booking.amount
    assert Invoice.objects.get().booking_reference == booking.booking_reference


def expect_no_sale() -> None:
    assert (Booking.objects.count(), Payment.objects.count(), Invoice.objects.count()) == (0, 0, 0)


@pytest.fixture
def buyer(open_page, cinema, customer):
    """Open a browser in which somebody is logged in, and go to one of the steps."""

    def go(step: str = "pay", **way) -> Page:
        page = open_page("/account/login", **way)
        log_in(page, customer.email)
        page.goto(f"/seatmap/{cinema.pk}")
        if step == "seats":
            return page
        hold(page, *SEATS)
        expect_heading(page, "Something to eat?")
        if step == "pay":
            page.get_by_role("button", name="Go on to pay").click()
            expect_heading(page, "Check and pay")
        return page

    return go


class TestClickingTwice:
    @pytest.mark.parametrize("way", WAYS)
    def test_pays_once(self, buyer, way):
        page = buyer(**way)
        page.get_by_role("button", name="Pay ₹").dblclick()
        expect_heading(page, "Enjoy the film")
        expect_one_sale()

    @pytest.mark.parametrize("way", WAYS)
    def test_holds_the_seats_once_and_puts_the_food_down_once(self, buyer, way):
        page = buyer("seats", **way)
        for name in SEATS:
            page.get_by_role("checkbox", name=name).check()
        page.get_by_role("button", name="Hold these seats").dblclick()
        expect_heading(page, "Something to eat?")
        page.get_by_label("Cola, how many").fill("2")
        page.get_by_role("button", name="Go on to pay").dblclick()
        expect_heading(page, "Check and pay")
        expect(page.get_by_role("rowheader", name="Cola × 2")).to_have_count(1)
        assert SeatLock.objects.count() == 2

    @pytest.mark.parametrize("way", WAYS)
    def test_on_another_try_begins_one_payment(self, buyer, settings, live_server, way):
        settings.SITE_URL, settings.SANDBOX_BEHAVIOUR = live_server.url, "redirect"
        page = buyer(**way)
        page.get_by_role("button", name="Pay ₹").click()
        page.get_by_role("link", name="Go on to the sandbox").click()
        page.get_by_role("button", name="Decline").click()
        expect_heading(page, "The payment did not go through")
        page.get_by_role("button", name="Try again").dblclick()
        expect_heading(page, "Pay for your seats")
        page.get_by_role("link", name="Go on to the sandbox").click()
        page.get_by_role("button", name="Approve").dblclick()
        expect_heading(page, "Enjoy the film")
        expect_one_sale(attempts=2)


class TestTwoTabs:
    def test_that_both_pay_show_the_one_ticket(self, buyer):
        first = buyer()
        second = first.context.new_page()
        second.goto(first.url)
        for tab in (first, second):
            tab.get_by_role("button", name="Pay ₹").click()
            expect_heading(tab, "Enjoy the film")
        assert first.url == second.url
        expect_one_sale()

    def test_lead_on_to_the_ticket_from_any_step(self, buyer, cinema):
        tabs = [buyer()]
        for path in (f"/book/{cinema.pk}/food", f"/book/{cinema.pk}/pay", f"/seatmap/{cinema.pk}"):
            tabs.append(tabs[0].context.new_page())
            tabs[-1].goto(path)
        tabs[0].get_by_role("button", name="Pay ₹").click()
        expect_heading(tabs[0], "Enjoy the film")
        tabs[1].get_by_role("button", name="Go on to pay").click()
        tabs[3].get_by_role("button", name="Go on with these seats").click()
        tabs[2].get_by_role("textbox", name="Promo code").fill("MOVIE10")
        tabs[2].get_by_role("button", name="Apply").click()
        for tab in tabs[1:]:
            expect_heading(tab, "Enjoy the film")
            expect(tab.get_by_text("These seats are yours already.")).to_be_visible()
        expect_one_sale()

    def test_pay_only_for_the_seats_they_show(self, buyer, cinema):
        first = buyer()
        second = first.context.new_page()
        second.goto(f"/seatmap/{cinema.pk}")
        for name in SEATS:
            second.get_by_role("checkbox", name=name).press("Space")
        for name in ("Row C, seat 1,", "Row C, seat 2,"):
            second.get_by_role("checkbox", name=name).check()
        second.get_by_role("button", name="Go on with these seats").click()
        expect_heading(second, "Something to eat?")
        first.get_by_role("textbox", name="Promo code").fill("MOVIE10")
        first.get_by_role("button", name="Apply").click()
        expect(first.get_by_role("rowheader", name="Seat C1")).to_be_visible()
        expect(first.get_by_role("rowheader", name="Seat A1")).to_have_count(0)
        first.get_by_role("button", name="Pay ₹").click()
        expect_heading(first, "Enjoy the film")
        expect(first.locator(".ticket__seats")).to_have_text("C1, C2")
        expect_one_sale()


class TestGoingBackAndReloading:
    @pytest.mark.parametrize("way", WAYS)
    def test_keeps_what_was_chosen_at_every_step(self, buyer, way):
        page = buyer("food", **way)
        page.get_by_label("Cola, how many").fill("2")
        page.get_by_role("button", name="Go on to pay").click()
        page.get_by_role("textbox", name="Promo code").fill("MOVIE10")
        page.get_by_role("button", name="Apply").click()
        total = page.get_by_role("button", name="Pay ₹").inner_text()
        page.reload()
        assert page.get_by_role("button", name="Pay ₹").inner_text() == total
        page.get_by_role("link", name="Back to food").click()
        page.reload()
        expect(page.get_by_label("Cola, how many")).to_have_value("2")
        page.get_by_role("link", name="Change seats").click()
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
        page.go_back()
        page.go_back()
        expect_heading(page, "Check and pay")
        assert page.get_by_role("button", name="Pay ₹").inner_text() == total
        page.get_by_role("button", name="Pay ₹").click()
        expect_heading(page, "Enjoy the film")
        expect_one_sale()

    def test_after_paying_always_ends_at_the_ticket(self, buyer):
        page = buyer()
        page.get_by_role("button", name="Pay ₹").click()
        expect_heading(page, "Enjoy the film")
        ticket = page.url
        page.reload()
        for _step in ("pay", "food"):
            page.go_back()
            expect(page).to_have_url(ticket)
        expect_one_sale()

    def test_while_the_payment_is_under_way_leads_to_it(self, buyer, cinema, settings):
        settings.SANDBOX_BEHAVIOUR = "delay"
        page = buyer()
        page.get_by_role("button", name="Pay ₹").click()
        expect_heading(page, "Waiting for the payment")
        page.reload()
        page.goto(f"/book/{cinema.pk}/pay")
        expect_heading(page, "Waiting for the payment")
        page.get_by_role("link", name="Go on to the payment").click()
        expect(page.get_by_text("We have not heard of the payment yet.", exact=False)).to_be_visible()
        assert (Booking.objects.count(), Payment.objects.count()) == (1, 1)


class TestALapsedLock:
    """The time ran out while the customer looked elsewhere, and somebody else has the seats now."""

    @pytest.fixture
    def lose_the_seats(self, cinema, stranger):
        def lose() -> None:
            past = timezone.now() - timedelta(minutes=1)
            SeatLock.objects.update(locked_at=past - timedelta(minutes=10), expires_at=past)
            seats = seats_of(cinema, "A1", "A2")
            locks.lock_seats(show_id=cinema.pk, seat_ids=seats, by=stranger, now=timezone.now(), judged=True)

        return lose

    def expect_another_choice(self, page: Page, why: str) -> None:
        expect_heading(page, "Choose your seats")
        expect(page.get_by_text(why, exact=False).first).to_be_visible()
        expect(
            page.get_by_role("checkbox", name="Row A, seat 1, silver, ₹150.50, held by somebody else")
        ).to_be_disabled()
        expect_no_sale()

    def test_leads_back_to_the_seats_from_the_food(self, buyer, lose_the_seats):
        page = buyer("food")
        lose_the_seats()
        page.get_by_role("button", name="Go on to pay").click()
        self.expect_another_choice(page, GONE)

    def test_leads_back_to_the_seats_from_the_promo_code(self, buyer, lose_the_seats):
        page = buyer()
        lose_the_seats()
        page.get_by_role("textbox", name="Promo code").fill("MOVIE10")
        page.get_by_role("button", name="Apply").click()
        self.expect_another_choice(page, GONE)

    def test_leads_back_to_the_seats_from_a_guests_details(self, open_page, cinema, lose_the_seats):
        page = open_page(f"/seatmap/{cinema.pk}")
        hold(page, *SEATS)
        page.get_by_role("button", name="Go on to pay").click()
        page.get_by_label("E-mail").fill("asha@example.com")
        page.get_by_label("Phone").fill("98200 00001")
        lose_the_seats()
        page.get_by_role("button", name="Go on to pay").click()
        self.expect_another_choice(page, GONE)

    @pytest.mark.parametrize("way", WAYS)
    def test_is_explained_on_paying_and_takes_no_money(self, buyer, lose_the_seats, way):
        page = buyer(**way)
        lose_the_seats()
        page.get_by_role("button", name="Pay ₹").click()
        self.expect_another_choice(page, "Somebody else was faster: A1, A2.")
        page.get_by_role("button", name="instead").click()
        expect_heading(page, "Something to eat?")

    def test_sells_all_the_same_while_nobody_else_came(self, buyer):
        page = buyer()
        past = timezone.now() - timedelta(minutes=1)
        SeatLock.objects.update(locked_at=past - timedelta(minutes=10), expires_at=past)
        page.get_by_role("button", name="Pay ₹").click()
        expect_heading(page, "Enjoy the film")
        expect_one_sale()
