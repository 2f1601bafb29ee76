"""What was bought: tickets, cancelling, and saying how it was."""

import re

from django.utils import timezone
from playwright.sync_api import Page

from booking.models import Booking, Feedback
from booking.states import BookingStatus
from tests.journeys.pictures.purchase import approve
from tests.journeys.pictures.tour import Tour, press


def walk(tour: Tour) -> None:
    """Cancel a seat, then all; look at what is over."""
    page = tour.open_as_customer(f"/seatmap/{tour.stage.shows[7].pk}")
    cancel(tour, page)
    look_back(tour, page)
    tour.look(page, "/account/bookings", "bookings")


def cancel(tour: Tour, page: Page) -> None:
    """Cancel one seat of three, then the others."""
    page.get_by_label("How many").select_option("3")
    for button in ("Take the best seats", "Go on with these seats", "Go on to pay", "Pay ₹"):
        press(page, button)
    approve(page)
    page.get_by_role("link", name="Cancel this booking").click()
    tour.camera.take(page, "cancel")
    page.get_by_role("main").get_by_role("checkbox").first.check()
    press(page, "See what comes back")
    tour.camera.take(page, "cancel-lines")
    press(page, "Cancel and get")
    tour.camera.take(page, "ticket-partly-cancelled")
    page.get_by_role("link", name="Cancel this booking").click()
    page.get_by_role("main").get_by_role("button", name=re.compile("^Cancel (and get|without)")).click()
    tour.camera.take(page, "ticket-cancelled")


def look_back(tour: Tour, page: Page) -> None:
    """Open a ticket whose show is over, try to cancel it, and say how the show was."""
    mine = Booking.objects.filter(user=tour.stage.customer, booking_status=BookingStatus.CONFIRMED)
    booking = mine.filter(show__ends_at__lt=timezone.now()).order_by("id")[0]
    Feedback.objects.filter(booking=booking).delete()
    path = f"/account/bookings/{booking.booking_reference}"
    tour.look(page, path, "ticket-past")
    tour.look(page, f"{path}/cancel", "cancel-too-late")
    tour.look(page, f"{path}/feedback", "feedback")
    press(page, "Tell us")
    tour.camera.take(page, "feedback-problem")
