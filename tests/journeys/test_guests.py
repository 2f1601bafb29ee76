"""Buying without an account: the ticket, the way back to it, and the account that comes later."""

import re

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import PasswordReset, User
from accounts.services import passwords
from booking.models import Booking
from booking.services import mailing
from booking.states import MailKind
from tests.journeys.browsing import PHONE

pytestmark = pytest.mark.browser

WAYS = [
    pytest.param({}, id="desktop"),
    pytest.param({"viewport": PHONE, "java_script_enabled": False}, id="phone without JavaScript"),
]


def buy(page: Page, seat: str) -> Booking:
    """Buy one seat as a guest, from the seat map that is shown."""
    page.get_by_role("checkbox", name=seat).check()
    page.get_by_role("button", name="Hold these seats").click()
    page.get_by_role("button", name="Go on to pay").click()
    page.get_by_label("E-mail").fill("asha@example.com")
    page.get_by_label("Phone").fill("98200 00001")
    page.get_by_role("button", name="Go on to pay").click()
    page.get_by_role("button", name="Pay ₹").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Enjoy the film")
    return Booking.objects.latest("id")


def mailed_link(pattern: str) -> str:
    """Read the link of the latest mail, without the site."""
    found = re.search(rf"https?://\S+?({pattern}\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


class TestAGuest:
    @pytest.mark.parametrize("way", WAYS)
    def test_buys_finds_the_order_again_and_cancels_it(self, open_page, cinema, way, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        booking = buy(open_page(f"/seatmap/{cinema.pk}", **way), "Row A, seat 1,")
        mailing.send(booking_id=booking.pk, kind=MailKind.CONFIRMED, now=timezone.now())
        later = open_page(mailed_link("/account/order"), **way)
        expect(later).to_have_url(re.compile(rf"/account/bookings/{booking.booking_reference}$"))
        later.get_by_role("link", name="Cancel this booking").click()
        later.get_by_role("button", name="Cancel and get").click()
        expect(later.get_by_role("heading", level=1)).to_have_text("This booking is cancelled")

    def test_becomes_an_account_with_everything_bought(self, open_page, cinema):
        page = open_page(f"/seatmap/{cinema.pk}")
        booking = buy(page, "Row A, seat 1,")
        page.get_by_role("button", name="Make an account of it").click()
        passwords.mail_reset(reset_id=PasswordReset.objects.get().pk, now=timezone.now())
        elsewhere = open_page(mailed_link("/account/reset"))
        elsewhere.get_by_label("New password").fill("velvet-curtain-rises")
        elsewhere.get_by_role("button", name="Change the password").click()
        elsewhere.get_by_label("E-mail").fill("asha@example.com")
        elsewhere.get_by_label("Password").fill("velvet-curtain-rises")
        elsewhere.get_by_role("main").get_by_role("button", name="Log in").click()
        elsewhere.goto("/account/bookings")
        expect(elsewhere.get_by_role("main")).to_contain_text(booking.booking_reference)
        booking.refresh_from_db()
        assert booking.user == User.objects.get(email="asha@example.com")

    def test_who_goes_back_and_reloads_pays_once(self, open_page, cinema):
        page = open_page(f"/seatmap/{cinema.pk}")
        buy(page, "Row A, seat 1,")
        ticket = page.url
        for _ in range(3):
            page.go_back()
            page.reload()
        expect(page).to_have_url(re.compile(r"/(account/bookings|seatmap|book)/"))
        page.goto(f"/book/{cinema.pk}/pay")
        expect(page).to_have_url(ticket)
        assert Booking.objects.count() == 1
