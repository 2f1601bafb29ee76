"""From held seats to the ticket: food, details, promo codes, and payments that go well, badly or nowhere."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page

from billing.models import Payment
from booking.models import Booking
from ops.demo.prices import SALES_CODE
from tests.journeys.pictures.stage import order
from tests.journeys.pictures.tour import Tour, press


def walk(tour: Tour) -> None:
    """Buy seats and food, with a payment that fails first."""
    page = tour.open_as_customer(f"/seatmap/{tour.stage.shows[5].pk}")
    eat(tour, page)
    save(tour, page)
    pay(tour, page)
    wait(tour, page)


def eat(tour: Tour, page: Page) -> None:
    """Hold two seats and order food."""
    press(page, "Take the best seats")
    press(page, "Go on with these seats")
    amounts = page.get_by_role("main").get_by_role("spinbutton")
    amounts.first.fill("2")
    tour.camera.take(page, "food")
    amounts.nth(2).fill("99")
    press(page, "Go on to pay")
    tour.camera.take(page, "food-problem")
    amounts.nth(2).fill("1")
    press(page, "Go on to pay")


def save(tour: Tour, page: Page) -> None:
    """Try promo codes."""
    tour.camera.take(page, "pay")
    for code, name in (("NOPE", "promo-refused"), (SALES_CODE, "promo-applied")):
        page.get_by_role("textbox", name="Promo code").fill(code)
        press(page, "Apply")
        tour.camera.take(page, name)


def pay(tour: Tour, page: Page) -> None:
    """Go to the gateway, be declined, and try again."""
    press(page, "Pay ₹")
    tour.camera.take(page, "payment-leads-away")
    page.get_by_role("link", name="Go on to the sandbox").click()
    tour.camera.take(page, "sandbox")
    address = page.url
    press(page, "Decline")
    tour.camera.take(page, "payment-failed")
    tour.look(page, address, "sandbox-declined")
    page.go_back()
    press(page, "Try again")
    approve(page)
    tour.camera.take(page, "ticket")
    tour.camera.take_printed(page, "ticket-printed")
    tour.unfold(page.request.get(f"{page.url}/ticket.html").text(), "ticket-kept")


def wait(tour: Tour, page: Page) -> None:
    """Wait for money that is on its way, late, or to be brought to the counter."""
    booking = order(tour.stage.shows[6], by=tour.stage.customer)
    path = f"/account/bookings/{booking.booking_reference}"
    tour.look(page, path, "ticket-waiting")
    tour.look(page, f"{path}/payment", "payment-waits")
    Payment.objects.filter(booking_reference=booking.booking_reference).update(gateway="cash")
    tour.look(page, f"{path}/payment", "payment-at-counter")
    Payment.objects.filter(booking_reference=booking.booking_reference).update(gateway="sandbox")
    over = timezone.now() - timedelta(minutes=1)
    Booking.objects.filter(pk=booking.pk).update(booking_time=over - timedelta(minutes=15), pay_until=over)
    tour.look(page, f"{path}/payment", "payment-late")


def approve(page: Page) -> None:
    """Go on to the sandbox and pay."""
    page.get_by_role("link", name="Go on to the sandbox").click()
    press(page, "Approve")
    page.get_by_role("heading", name="Enjoy the film").wait_for()
