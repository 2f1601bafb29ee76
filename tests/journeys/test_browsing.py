"""Looking for something to see, in a real browser: as one types, and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def another(cinema):
    """A second movie on the same evening."""
    return ShowFactory(movie=MovieFactory(title="Dangal"), starts_at=cinema.starts_at).movie


class TestSearch:
    def test_shows_what_fits_as_one_types(self, open_page, cinema, another):
        page = open_page("/")
        found = page.get_by_role("main").get_by_role("article")
        expect(found).to_have_count(2)
        page.get_by_role("searchbox").press_sequentially("dang")
        expect(found).to_have_count(1)
        expect(found.get_by_role("heading", name="Dangal")).to_be_visible()
        expect(page.get_by_role("searchbox")).to_be_focused()
        expect(page.locator("[data-browse-status]")).to_have_text("1 movie")
        expect(page).to_have_url(re.compile(r"\bq=dang\b"))
        page.reload()
        expect(found).to_have_count(1)
        page.get_by_role("searchbox").fill("")
        expect(found).to_have_count(2)

    def test_by_enter_works_without_javascript(self, open_page, cinema, another):
        page = open_page("/", java_script_enabled=False)
        page.get_by_role("searchbox").fill("dangal")
        page.get_by_role("searchbox").press("Enter")
        expect(page).to_have_url(re.compile(r"\bq=dangal\b"))
        expect(page.get_by_role("main").get_by_role("article")).to_have_count(1)
        expect(page.get_by_role("searchbox")).to_have_value("dangal")

    def test_that_finds_nothing_says_what_to_do(self, open_page, cinema):
        page = open_page("/")
        page.get_by_role("searchbox").fill("no such film")
        expect(page.get_by_role("heading", name="Nothing on this day fits")).to_be_visible()
        page.get_by_role("link", name="Clear all filters").click()
        expect(page.get_by_role("main").get_by_role("article")).to_have_count(1)


class TestPaper:
    def test_is_white_from_a_dark_screen(self, open_page, cinema):
        page = open_page("/")

        def colours(**media):
            page.emulate_media(**media)
            script = "names => names.map(name => getComputedStyle(document.documentElement).getPropertyValue(name))"
            return page.evaluate(script, ["--surface", "--ink", "--line"])

        by_day, by_night = colours(media="screen", color_scheme="light"), colours(media="screen", color_scheme="dark")
        assert colours(media="print", color_scheme="dark") == by_day != by_night
