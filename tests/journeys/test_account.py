"""One's own account in a real browser: what was told, who is in, what we know, and leaving."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from booking.models import Booking
from tests.factories.accounts import NotificationFactory
from tests.journeys.browsing import PHONE
from tests.journeys.conftest import log_in

pytestmark = pytest.mark.browser

WAYS = [
    pytest.param({}, id="desktop"),
    pytest.param({"viewport": PHONE, "java_script_enabled": False}, id="phone without JavaScript"),
]


@pytest.fixture
def opened(open_page, cinema, customer):
    """Open the account in a browser of its own, logged in."""

    def open_account(**way) -> Page:
        page = open_page("/account/login?next=/account", **way)
        log_in(page, customer.email)
        expect(page.get_by_role("heading", level=1)).to_have_text("My account")
        return page

    return open_account


class TestMyAccount:
    @pytest.mark.parametrize("way", WAYS)
    def test_tells_what_is_new_until_it_is_read(self, opened, customer, way):
        NotificationFactory(user=customer, message="Your booking is confirmed.")
        page = opened(**way)
        expect(page.get_by_role("banner")).to_contain_text("unread: 1")
        page.get_by_role("main").get_by_role("link", name="Inbox").click()
        page.get_by_role("button", name="Mark as read").click()
        expect(page.get_by_role("banner").get_by_text("unread:")).not_to_be_visible()

    def test_ends_the_other_sessions(self, opened):
        here, elsewhere = opened(), opened()
        here.get_by_role("main").get_by_role("link", name="Devices").click()
        expect(here.get_by_text("This device")).to_have_count(1)
        here.get_by_role("button", name="Log out everywhere but here").click()
        expect(here.get_by_role("main").get_by_role("status")).to_contain_text(
            "You are logged out everywhere but here."
        )
        elsewhere.reload()
        expect(elsewhere).to_have_url(re.compile("/account/login"))

    def test_hands_out_the_data_as_often_as_the_button_is_pressed(self, opened, customer):
        page = opened()
        for _ in range(2):
            with page.expect_download() as started:
                page.get_by_role("button", name="Download my data").click()
            assert json.loads(Path(started.value.path()).read_text())["profile"]["email"] == customer.email

    @pytest.mark.parametrize("way", WAYS)
    def test_can_be_deleted(self, opened, customer, way):
        page = opened(**way)
        page.get_by_role("link", name="Delete my account").click()
        page.get_by_label("Your password").fill("not-mine-at-all")
        page.get_by_role("button", name="Delete my account for good").click()
        expect(page.get_by_role("alert")).to_contain_text("The current password is wrong.")
        page.get_by_label("Your password").fill("front-row-and-centre")
        page.get_by_role("button", name="Delete my account for good").click()
        expect(page.get_by_text("Your account is deleted.")).to_be_visible()
        assert User.objects.get(pk=customer.pk).name == "Former customer"


class TestTicket:
    def test_is_kept_on_the_device_and_opens_without_a_network(self, opened, cinema, browser, tmp_path):
        page = opened()
        page.goto(f"/seatmap/{cinema.pk}")
        page.get_by_role("checkbox", name="Row A, seat 1,").check()
        page.get_by_role("button", name="Hold these seats").click()
        page.get_by_role("button", name="Go on to pay").click()
        page.get_by_role("textbox", name="Promo code").fill("MOVIE10")
        page.get_by_role("button", name="Apply").click()
        expect(page.get_by_text("saves you ₹15.05")).to_be_visible()
        page.get_by_role("button", name="Remove").click()
        expect(page.get_by_text("saves you")).to_have_count(0)
        page.get_by_role("button", name="Pay ₹").click()
        with page.expect_download() as started:
            page.get_by_role("link", name="Keep it on this device").click()
        kept = tmp_path / "ticket.html"
        started.value.save_as(kept)
        away = browser.new_context(offline=True, viewport=PHONE)
        ticket = away.new_page()
        ticket.goto(kept.as_uri())
        code = ticket.get_by_role("img", name="QR code").bounding_box()
        away.close()
        assert code
        assert code["width"] > 300
        assert Booking.objects.count() == 1
