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

    def test_lets_the_reference_be_read(self, open_page):
        page = open_page("/redoc")
        expect(page.get_by_role("heading", name="Marquee", exact=False).first).to_be_visible()

    def test_lets_staff_work_in_the_back_office(self, open_page, cinema, admin):
        page = open_page("/admin/")
        page.get_by_label("Email").fill(admin.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("link", name="Movies").first.click()
        page.get_by_role("link", name=cinema.movie.title).click()
        expect(page.get_by_label("Title")).to_have_value(cinema.movie.title)
