"""A real browser against a real server."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from scheduling.models import Show
from tests.factories.accounts import PASSWORD
from tests.factories.billing import DiscountFactory
from tests.factories.concessions import FoodCategoryFactory, FoodItemFactory
from tests.journeys.browsing import DESKTOP, chromium

PATIENCE = 10_000  # milliseconds


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys."""
    found = chromium()
    if not found:
        pytest.skip("no Chromium here: apt-get install chromium, or set CHROMIUM")
    # Playwright's synchronous API runs an event loop in this thread, which Django takes for an asynchronous caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(transactional_db: None, browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Open a page of the site in a browser of its own; what goes wrong inside it fails the test."""
    contexts, complaints = [], []

    def complain(message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def open_it(path: str = "/", **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **{"viewport": DESKTOP, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", complain)
        page.goto(path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def cinema(transactional_db: None, selling_show: Show) -> Show:
    """A show on sale, with food and a promo code."""
    drinks = FoodCategoryFactory(category_name="Drinks")
    FoodItemFactory(category=drinks, item_name="Cola")
    DiscountFactory(promo_code="MOVIE10")
    return selling_show


def log_in(page: Page, email: str) -> None:
    """Fill in the log-in that is shown."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").click()
