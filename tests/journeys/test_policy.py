"""What other people wrote works under our content security policy: the back office, and the viewers of the API."""

import pytest
from playwright.sync_api import expect

from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.browser


class TestContentSecurityPolicy:
    """A browser writes on its console what the policy forbids; `open_page` fails on that."""

    def test_lets_the_docs_list_the_operations(self, open_page):
        page = open_page("/docs")
        expect(page.get_by_role("button", name="get /movies/", exact=False).first).to_be_visible()

    def test_lets_the_reference_be_read_without_its_makers_logo(self, transactional_db, browser, live_server):
        page, complaints = browser.new_page(), []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(f"{live_server.url}/redoc")
        expect(page.get_by_role("heading", name="Marquee", exact=False).first).to_be_visible()
        page.close()
        assert [text for text in complaints if "cdn.redoc.ly" not in text] == []  # nothing is loaded from elsewhere

    def test_lets_staff_work_in_the_back_office(self, open_page, cinema, admin):
        page = open_page("/admin/")
        page.get_by_label("Email").fill(admin.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("link", name="Movies").first.click()
        page.get_by_role("link", name=cinema.movie.title).click()
        expect(page.get_by_label("Title")).to_have_value(cinema.movie.title)
