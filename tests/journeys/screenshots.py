"""Take a picture of every page, on a desk and on a phone, by day and by night, from a running site with demo data.

`make screenshots` (after `make run` in another terminal) fills screenshots/; look at each before you ship a change.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.browsing import DESKTOP, PHONE, chromium

FOLDER = Path("screenshots")
EMAIL, PASSWORD = "customer@example.com", "marquee-demo"


def walk(page: Page) -> Iterator[str]:
    """Go through the site as a customer would; yield the name of each page that is worth a picture."""
    yield from choose(page)
    yield from buy(page)
    yield from look_back(page)


def choose(page: Page) -> Iterator[str]:
    """From what is on to the log-in."""
    main = page.get_by_role("main")
    page.goto("/")
    yield "01-home"
    page.get_by_role("navigation", name="Days").get_by_role("link").nth(1).click()
    main.get_by_role("article").first.get_by_role("link").first.click()
    yield "02-movie"
    main.get_by_role("link", name="from ₹").last.click()
    free = main.get_by_role("checkbox", disabled=False)
    middle = free.count() // 2
    free.nth(middle).check()
    free.nth(middle + 1).check()
    yield "03-seats"
    page.get_by_role("button", name="Hold these seats").click()
    main.get_by_role("spinbutton").first.fill("2")
    yield "04-food"
    page.get_by_role("button", name="Go on to pay").click()
    yield "05-details"
    page.get_by_role("complementary").get_by_role("link", name="Log in").click()
    yield "06-log-in"


def buy(page: Page) -> Iterator[str]:
    """From the log-in to the ticket."""
    main = page.get_by_role("main")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    main.get_by_role("button", name="Log in").click()
    page.get_by_role("textbox", name="Promo code").fill("NOPE")
    page.get_by_role("button", name="Apply").click()
    yield "07-pay"
    page.get_by_role("button", name="Pay ₹").click()
    yield "08-ticket"


def look_back(page: Page) -> Iterator[str]:
    """Cancel, look at what was, get lost, and start anew."""
    page.get_by_role("link", name="Cancel this booking").click()
    yield "09-cancel"
    page.get_by_role("button", name=re.compile("^Cancel (and get|without)")).click()
    yield "10-cancelled"
    page.goto("/account/bookings")
    yield "11-bookings"
    for name in (
        "account",
        "account/inbox",
        "account/notifications",
        "account/profile",
        "account/password",
        "account/sessions",
        "account/delete",
    ):
        page.goto(f"/{name}")
        yield f"12-{name.replace('/', '-')}"
    page.goto("/nowhere")
    yield "12-not-found"
    page.get_by_role("button", name="Log out").click()
    page.goto("/account/signup")
    page.get_by_role("button", name="Make the account").click()
    yield "13-sign-up"


def take(browser: Browser, site: str) -> None:
    """Walk once per viewport and colour scheme."""
    for device, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
        for scheme in ("light", "dark"):
            context = browser.new_context(
                base_url=site, viewport=viewport, color_scheme=scheme, reduced_motion="reduce"
            )
            page = context.new_page()
            for name in walk(page):
                page.screenshot(path=FOLDER / f"{name}-{device}-{scheme}.png", full_page=name != "03-seats")
            context.close()


def main() -> None:
    found = chromium()
    if not found:
        sys.exit("No Chromium here: apt-get install chromium, or set CHROMIUM.")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        take(playwright.chromium.launch(executable_path=found), f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}/\n")


if __name__ == "__main__":
    main()
