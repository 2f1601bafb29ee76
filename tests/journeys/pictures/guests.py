"""Buying without an account, coming back by the link of the mail, and making an account of it."""

from playwright.sync_api import Page

from booking.links import OrderKey, order_link
from booking.models import Booking
from tests.journeys.pictures.purchase import approve
from tests.journeys.pictures.tour import Tour, press


def walk(tour: Tour) -> None:
    """Buy as a guest, and find the order again as four different people."""
    page = tour.open(f"/seatmap/{tour.stage.shows[8].pk}")
    link = buy(tour, page)
    tour.camera.take(page, "guest-ticket")
    press(page, "Make an account of it")
    tour.camera.take(page, "guest-keeps-bookings")
    tour.see(link, "guest-order")
    member = tour.open_as_customer("/account")
    tour.look(member, link, "guest-order-while-logged-in")
    choosing = tour.open(f"/seatmap/{tour.stage.shows[8].pk}")
    press(choosing, "Take the best seats")
    tour.look(choosing, link, "guest-order-while-choosing")
    tour.see(f"{link}x", "guest-link-refused")


def buy(tour: Tour, page: Page) -> str:
    """Buy two seats without an account; answer the link that the mail will carry."""
    for button in ("Take the best seats", "Go on with these seats", "Go on to pay"):
        press(page, button)
    tour.camera.take(page, "details")
    press(page, "Go on to pay")
    tour.camera.take(page, "details-problem")
    page.get_by_label("E-mail").fill("zoya.mistry@example.com")
    page.get_by_label("Phone").fill("98200 54321")
    press(page, "Go on to pay")
    tour.camera.take(page, "guest-pay")
    press(page, "Pay ₹")
    approve(page)
    booking = Booking.objects.select_related("user__guest").latest("id")
    return order_link(OrderKey(booking.booking_reference, booking.user.guest.link_key))
