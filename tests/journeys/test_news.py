"""News in an open page, and the way out of a mail, in a real browser."""

import pytest
from playwright.sync_api import expect

from accounts.models import MutedNotice
from accounts.services import preferences
from accounts.states import NoticeType
from tests.factories.accounts import NotificationFactory
from tests.journeys.conftest import log_in

pytestmark = pytest.mark.browser

LOOK_AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"  # as when somebody comes back to the tab


class TestNews:
    def test_appear_in_a_page_that_is_open(self, open_page, cinema, customer):
        page = open_page("/account/login?next=/account/profile")
        log_in(page, customer.email)
        page.wait_for_url("**/account/profile")  # until then the script that looks is not there
        badge = page.locator("[data-unread-badge]")
        expect(badge).to_be_hidden()
        NotificationFactory(user=customer, message="Your film begins soon.")
        page.evaluate(LOOK_AGAIN)
        expect(badge).to_have_text("unread: 1")
        expect(page.locator("[data-news]")).to_contain_text("Your film begins soon.")
        page.get_by_role("link", name="Open the inbox").click()
        page.get_by_role("button", name="Mark all as read").click()
        expect(badge).to_be_hidden()

    def test_of_one_kind_end_with_one_click_without_javascript(self, open_page, cinema, customer):
        link = preferences.unsubscribe_link(user_id=customer.pk, notice_type=NoticeType.SHOW_REMINDER)
        page = open_page(link[link.index("/account") :], java_script_enabled=False)
        page.get_by_role("button", name="No more of these mails").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Done")
        assert MutedNotice.objects.get().user == customer
