"""The steps of a clerk's and a manager's day in the back office, for `office`: forms filled in, answers given."""

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import FilePayload, Page

from booking.qr import qr_text

MOVIES = {
    "good": "title,duration\nThe Long Night,142\nSecond Show,96\n",
    "wrong": "title,duration,release_date\nThe Long Night,long,2026-13-01\n,96,2026-11-01\n",
}


def walk(page: Page) -> Iterator[str]:
    """Plan, furnish, price, bring tables in, keep safe, sell, and let in; yield what is worth a picture."""
    yield from plan(page)
    yield from copy_shows(page)
    yield from furnish(page)
    yield from price(page)
    yield from bring_in(page)
    yield from keep_safe(page)
    yield from sell(page)
    yield from let_in(page)


def plan(page: Page) -> Iterator[str]:
    """Plan a show into free time, and where there is none."""
    page.goto("/admin/scheduling/show/add/")
    movie, screen = (page.locator(f"[name={name}]") for name in ("movie", "screen"))
    movie.select_option(index=1)
    screen.select_option(index=1)
    page.locator("[name=show_date]").fill(f"{date.today() + timedelta(days=2)}")  # noqa: DTZ011  # any day to come
    page.get_by_role("button", name="Show the free time").click()
    yield "task-plan-free"
    start = page.get_by_role("link", name="Start at").first
    if start.count():
        start.click()
        yield "task-plan-filled"
    page.locator("[name=show_time]").fill("19:30")
    page.get_by_role("button", name="Plan the show").click()
    yield "task-plan-answer"


def copy_shows(page: Page) -> Iterator[str]:
    """Copy a week, and a day onto where it stands."""
    page.goto("/admin/week/")
    page.get_by_role("link", name="Week after").click()
    yield "task-week-after"
    page.get_by_role("button", name="Copy last week here, as drafts").click()
    yield "task-week-copied"
    copy = page.locator("form:has(button:text-is('Copy'))").first
    if copy.count():
        day = str(copy.locator("[name=from_day]").get_attribute("value"))
        copy.locator("[name=to_day]").fill(day)
        copy.get_by_role("button").click()
        yield "task-day-refused"


def furnish(page: Page) -> Iterator[str]:
    """Draw a hall by the generator and by a spreadsheet, and write neither."""
    page.goto("/admin/venues/screen/")
    page.locator("#result_list tbody th a").first.click()
    page.locator(".object-tools a[href$='/hall/']").click()
    yield "task-hall"
    page.get_by_label("Aisles").fill("4, 10")
    page.get_by_label("Price zones").fill("Silver 150 A-E\nGold 240 F-J\nSofas 400 K sofa")
    page.get_by_label("Exceptions").fill("A1-A2 wheelchair\nA3 companion")
    page.get_by_role("button", name="Draw it").first.click()
    yield "task-hall-drawn"
    page.get_by_label("Price zones").fill("Silver A-")
    page.get_by_role("button", name="Draw it").first.click()
    yield "task-hall-unclear"
    seats = b"A1 | Silver,A2 | Silver,,A3 | Silver | wheelchair\nB1 | Gold,B2 | Gold,,B3 | Gold | recliner\n"
    page.get_by_label("Spreadsheet:").set_input_files({"name": "hall.csv", "mimeType": "text/csv", "buffer": seats})
    page.get_by_label("Prices of zones").fill("Silver 150\nGold 240")
    page.get_by_role("button", name="Draw it").last.click()
    yield "task-hall-imported"


def price(page: Page) -> Iterator[str]:
    """See what 30 more in the evening come to."""
    page.goto("/admin/scheduling/show/?status__exact=UPCOMING")
    if not page.locator("input.action-select").count():
        page.goto("/admin/scheduling/show/")
    for number in range(3):
        page.locator("input.action-select").nth(number).check()
    page.locator("select[name=action]").select_option("change_prices")
    page.locator(".actions button[name=index]").click()
    yield "task-prices"
    page.get_by_label("Amount").fill("30")
    page.get_by_role("button", name="Show what it comes to").click()
    yield "task-prices-preview"


def bring_in(page: Page) -> Iterator[str]:
    """Bring in a table that fits, and one that does not; write neither."""
    for name, table in MOVIES.items():
        page.goto("/admin/tables/")
        brought = FilePayload(name=f"{name}.csv", mimeType="text/csv", buffer=table.encode())
        page.get_by_label("Movies to bring in").set_input_files(brought)
        page.locator("section[aria-labelledby=table-movies]").get_by_role(
            "button", name="See what it would do"
        ).click()
        yield f"task-table-{name}"
    page.goto("/admin/tmdb/?q=monsoon")
    yield "task-tmdb"


def keep_safe(page: Page) -> Iterator[str]:
    """Make a backup and a drill, and mistype the name of what should be put back."""
    for table, button in (("backup", "Back up now"), ("drill", "Run a drill now")):
        page.goto(f"/admin/ops/{table}/")
        page.get_by_role("button", name=button).click()
        yield f"task-{table}-begun"
    page.goto("/admin/ops/backup/?status__exact=completed")
    done = page.locator("#result_list tbody th a")
    if done.count():
        done.first.click()
        page.get_by_role("link", name="Restore this backup").click()
        page.get_by_label("Type the name").fill("something else")
        page.get_by_role("button", name="Restore").click()
        yield "task-restore-mistyped"


def sell(page: Page) -> Iterator[str]:
    """Sell two seats for cash and print the ticket."""
    page.goto("/admin/counter/")
    page.get_by_role("button", name="Sell seats for").first.click()
    main = page.get_by_role("main")
    yield "task-sell-seats"
    page.get_by_role("button", name="Take the best seats").click()
    yield "task-sell-held"
    page.get_by_role("button", name="Go on with these seats").click()
    yield "task-sell-food"
    page.get_by_role("button", name="Go on to pay").click()
    yield "task-sell-pay"
    main.get_by_role("button", name="in cash").click()
    yield "task-sell-ticket"
    page.emulate_media(media="print")
    yield "task-sell-ticket-printed"
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Next customer").click()
    yield "task-sell-next"


def let_in(page: Page) -> Iterator[str]:
    """Scan what is no ticket, then the one that was just sold, twice; and see it undone."""
    page.goto("/admin/booking/ticket/")
    newest = str(page.locator("#result_list tbody a[href*='/change/']").first.get_attribute("href")).split("/")[4]
    sold: Any = SimpleNamespace(id=uuid.UUID(newest))
    page.goto("/admin/door/")
    for said, code in (("forged", "rubbish"), ("first", qr_text(sold)), ("again", qr_text(sold))):
        page.get_by_label("Code of the ticket").fill(code)
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        yield f"task-door-{said}"
