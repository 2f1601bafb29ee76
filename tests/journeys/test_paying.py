"""A booking paid through each gateway, in a real browser: the webhook comes before, after and instead of the return page."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from billing.models import Invoice, Payment, PaymentEvent, Refund
from billing.services import sandbox
from booking.models import Booking
from booking.services import attempts
from tests.journeys.conftest import log_in
from tests.journeys.test_purchase import hold

pytestmark = pytest.mark.browser

WITHOUT_SCRIPTS = {"java_script_enabled": False}
WAYS = [pytest.param({}, id="with JavaScript"), pytest.param(WITHOUT_SCRIPTS, id="without JavaScript")]


@pytest.fixture
def order_seats(open_page, cinema, customer, live_server, settings):
    """Open a browser, choose two seats and press the button that pays."""
    settings.SITE_URL = live_server.url

    def order(**way) -> Page:
        page = open_page("/account/login", **way)
        log_in(page, customer.email)
        page.goto(f"/seatmap/{cinema.pk}")
        hold(page, "Row A, seat 1,", "Row A, seat 2,")
        page.get_by_role("button", name="Go on to pay").click()
        page.get_by_role("button", name="Pay ₹").click()
        return page

    return order


def expect_ticket(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Enjoy the film")
    expect(page.get_by_role("img", name="QR code of the ticket")).to_be_visible()
    booking = Booking.objects.get()
    assert booking.booking_status == "CONFIRMED"
    assert Payment.objects.filter(payment_status="COMPLETED").get().pk == booking.payment_id
    assert Invoice.objects.filter(booking_reference=booking.booking_reference).count() == 1


@pytest.fixture
def at_razorpay(order_seats, razorpay, live_server):
    """Order, and follow the link to Razorpay's page."""
    razorpay.shop = live_server.url

    def go(**way) -> Page:
        page = order_seats(**way)
        expect(page.get_by_role("heading", level=1)).to_have_text("Pay for your seats")
        page.get_by_role("link", name="Go on to Razorpay").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Pay INR 355.20")
        return page

    return go


class TestRazorpay:
    @pytest.mark.parametrize("way", WAYS)
    def test_with_the_webhook_before_the_return_page(self, at_razorpay, razorpay, way):
        page = at_razorpay(**way)
        page.get_by_role("button", name="Pay by UPI").click()
        expect_ticket(page)
        assert razorpay.delivered == [200]
        assert PaymentEvent.objects.get().outcome == "booking CONFIRMED"

    @pytest.mark.parametrize("way", WAYS)
    def test_with_the_webhook_after_the_return_page(self, at_razorpay, razorpay, way):
        razorpay.webhooks = "never"
        page = at_razorpay(**way)
        page.get_by_role("button", name="Pay by card").click()
        expect_ticket(page)
        (link,) = razorpay.links.values()
        for _ in range(2):
            assert razorpay.deliver(razorpay.link_message(link)) == 200
        page.reload()
        expect_ticket(page)
        assert Payment.objects.get().payment_method == "CARD"

    def test_with_the_webhook_instead_of_the_return_page(self, at_razorpay, razorpay):
        razorpay.returns = False
        page = at_razorpay()
        page.get_by_role("button", name="Pay by UPI").click()
        expect(page.get_by_role("status")).to_have_text("Payment successful.")
        booking = Booking.objects.get()
        assert booking.booking_status == "CONFIRMED"
        page.goto(f"/account/bookings/{booking.booking_reference}/payment")
        expect_ticket(page)

    def test_in_another_tab_turns_the_waiting_page_into_the_ticket(self, order_seats, razorpay, live_server):
        razorpay.shop = live_server.url
        page = order_seats()
        expect(page.get_by_role("status")).to_contain_text("This page looks again by itself")
        (link,) = razorpay.links.values()
        razorpay.deliver(razorpay.link_message(razorpay.pay(link["id"])))
        expect_ticket(page)

    def test_that_fails_first_is_paid_on_the_same_page(self, at_razorpay):
        page = at_razorpay()
        page.get_by_role("button", name="Let the payment fail").click()
        expect(page.get_by_role("status")).to_have_text("Payment failed. Please try again.")
        page.get_by_role("button", name="Pay by UPI").click()
        expect_ticket(page)

    def test_whose_page_was_closed_is_begun_anew(self, at_razorpay, razorpay):
        page = at_razorpay()
        (link,) = razorpay.links.values()
        link["status"] = "expired"
        page.goto(f"/account/bookings/{Booking.objects.get().booking_reference}/payment")
        # The page asks the gateway again when it is its turn: every few seconds.
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_have_text("The payment did not go through", timeout=20_000)
        expect(page.get_by_role("alert")).to_contain_text("your seats are still yours")
        page.get_by_role("button", name="Try again").click()
        page.get_by_role("link", name="Go on to Razorpay").click()
        page.get_by_role("button", name="Pay by UPI").click()
        expect_ticket(page)
        assert Payment.objects.count() == 2

    def test_with_a_forged_return_address_shows_no_ticket(self, order_seats, razorpay):
        page = order_seats()
        claims = "razorpay_payment_id=pay_1&razorpay_payment_link_status=paid&razorpay_signature=" + "0" * 64
        page.goto(f"{page.url}?{claims}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Pay for your seats")
        assert Booking.objects.get().booking_status == "PENDING"


class TestSandbox:
    @pytest.fixture
    def at_sandbox(self, order_seats, settings):
        settings.SANDBOX_BEHAVIOUR = "redirect"

        def go(**way) -> Page:
            page = order_seats(**way)
            page.get_by_role("link", name="Go on to the sandbox").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Sandbox payment")
            return page

        return go

    def test_settles_at_once(self, order_seats):
        expect_ticket(order_seats())

    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize("webhook", ["before I go back", "never", "before I go back, and twice"])
    def test_with_the_webhook(self, at_sandbox, way, webhook):
        page = at_sandbox(**way)
        page.get_by_role("radio", name=webhook, exact=True).check()
        page.get_by_role("button", name="Approve").click()
        expect_ticket(page)
        assert PaymentEvent.objects.count() == (0 if webhook == "never" else 1)

    def test_with_the_webhook_after_the_return_page(self, at_sandbox):
        page = at_sandbox()
        page.get_by_role("radio", name="never").check()
        page.get_by_role("button", name="Approve").click()
        expect_ticket(page)
        sandbox.tell(charge_id=sandbox.charge_of(Payment.objects.get().transaction_code).pk)
        page.reload()
        expect_ticket(page)

    def test_with_the_webhook_instead_of_the_return_page(self, at_sandbox):
        page = at_sandbox()
        page.get_by_role("checkbox", name="Do not go back").check()
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("status")).to_have_text("This payment was approved.")
        assert Booking.objects.get().booking_status == "CONFIRMED"

    def test_that_is_declined_is_tried_again(self, at_sandbox):
        page = at_sandbox()
        page.get_by_role("button", name="Decline").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The payment did not go through")
        page.get_by_role("button", name="Try again").click()
        page.get_by_role("link", name="Go on to the sandbox").click()
        page.get_by_role("button", name="Approve").click()
        expect_ticket(page)

    def test_that_was_paid_twice_gives_the_second_money_back(self, at_sandbox, customer):
        page = at_sandbox()
        first, booking = page.url, Booking.objects.get()
        attempts.pay_again(booking_id=booking.pk, by=customer, now=timezone.now())
        for code in Payment.objects.order_by("-attempt").values_list("transaction_code", flat=True):
            page.goto(first.rpartition("/")[0] + f"/{code}")
            page.get_by_role("button", name="Approve").click()
            expect_ticket(page) if code.endswith("-2") else expect(
                page.get_by_role("heading", level=1)
            ).to_be_visible()
        booking.refresh_from_db()
        assert booking.booking_status == "CONFIRMED"
        assert Refund.objects.get().payment.transaction_code.endswith("-1")

    def test_that_is_delayed_waits_and_then_shows_the_ticket(self, order_seats, settings):
        settings.SANDBOX_BEHAVIOUR = "delay"
        page = order_seats()
        expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for the payment")
        sandbox.settle_late(charge_id=sandbox.charge_of(Payment.objects.get().transaction_code).pk)
        expect_ticket(page)


class TestCash:
    def test_is_paid_at_the_box_office(self, order_seats, open_page, admin, settings):
        settings.PAYMENT_GATEWAY = "cash"
        page = order_seats()
        expect(page.get_by_role("heading", level=1)).to_have_text("Pay at the box office")
        office = open_page("/admin/login/")
        office.get_by_label("Email").or_(office.get_by_label("E-mail")).fill(admin.email)
        office.get_by_label("Password").fill("front-row-and-centre")
        office.get_by_role("button", name="Log in").click()
        office.goto(reverse("admin:booking_booking_changelist"))
        office.get_by_role("checkbox", name="Select this object").first.check()
        office.get_by_role("combobox", name="Action").select_option("take_cash")
        office.get_by_role("button", name="Run").or_(office.get_by_role("button", name="Go")).click()
        expect(office.get_by_role("term")).to_have_text(Booking.objects.get().booking_reference)
        expect(office.get_by_role("definition")).to_contain_text("was paid in cash")
        office.get_by_role("button", name="Record cash taken").click()
        expect_ticket(page)
        assert Payment.objects.get().payment_method == "CASH"
