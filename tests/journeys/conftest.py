"""A real browser against a real server."""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scheduling.models import Show
from tests.conftest import eventually
from tests.factories.accounts import PASSWORD
from tests.factories.billing import DiscountFactory
from tests.factories.concessions import FoodCategoryFactory, FoodItemFactory
from tests.journeys.browsing import DESKTOP, chromium

PATIENCE = 10_000  # milliseconds
expect.set_options(timeout=PATIENCE)


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
    assert eventually(nobody_asks)
    assert complaints == []


def nobody_asks() -> bool:
    """Tell whether the server has answered what a closed page still asked: emptying the tables under it would deadlock."""
    time.sleep(0.05)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        return cursor.fetchone()[0] == 0


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
