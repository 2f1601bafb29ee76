"""Doors that stay shut: what was not found, is not allowed, or is not to be had now."""

import uuid
from collections.abc import Callable
from contextlib import suppress

from django.template.loader import render_to_string
from django.utils import timezone
from playwright.sync_api import Page, Route

from cinema.core import maintenance, throttling
from cinema.core.api.errors import DatabaseBusy
from cinema.core.pages import TITLES
from tests.journeys.pictures.tour import Tour, press


def walk(tour: Tour) -> None:
    """Be refused in every way."""
    page = tour.see("/nowhere", "error-404")
    tour.look(page, "/book/1/release", "error-405")
    page.goto("/account/login")
    page.get_by_label("E-mail").fill("somebody@example.com")
    page.get_by_label("Password").fill("popcorn")
    page.context.clear_cookies()
    press(page, "Log in")
    tour.camera.take(page, "error-403")
    with suppress(throttling.TooManyTries):
        while True:
            throttling.count("open_order", address="127.0.0.1", now=timezone.now())
    tour.look(page, "/account/order?key=x", "error-429")
    break_down(tour, page)
    tour.look(tour.open_as_customer("/account"), "/account/bookings/BKNG-22222222", "error-404-booking")
    with maintenance.closed():
        tour.look(page, "/", "closed")


def break_down(tour: Tour, page: Page) -> None:
    """Show the pages of faults that nobody can cause from outside."""
    busy = {"status": 503, "title": TITLES[503], "message": DatabaseBusy.message}
    for status, html in (
        (500, render_to_string("500.html", {"error_id": uuid.uuid4().hex})),
        (503, render_to_string("error.html", busy)),
    ):
        page.unroute("**/broken")
        page.route("**/broken", _answering(html))
        tour.look(page, "/broken", f"error-{status}")


def _answering(html: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(content_type="text/html", body=html)
