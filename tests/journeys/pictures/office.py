"""Take a picture of every page of the back office, on a desk and a tablet, by day and by night, from a site of its own.

`make screenshots ARGS=office`. What there is comes from the navigation, which holds every
table and page, and from the links and actions that each row offers: a new page is pictured by itself. What needs more steps than
one stands in `office_tasks`.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Page, ViewportSize

from cinema.core.demo import LOG_INS, PASSWORD
from ops.office.navigation import GROUPS, Table
from tests.journeys.browsing import DESKTOP
from tests.journeys.pictures import office_stage, office_tasks
from tests.journeys.pictures.tour import Tour

TABLET: ViewportSize = {"width": 820, "height": 1180}
ROWS_CHOSEN = 2
VIEWS = [(device, scheme) for device in ("tablet", "desk") for scheme in ("light", "dark")]
VIEWPORTS = {"tablet": TABLET, "desk": DESKTOP}
PATIENCE = 10_000  # milliseconds
TALLEST = 4000  # pixels; what is longer repeats itself
# The row that is looked at is the first of its list, unless another says more.
TELLING = {
    "booking.booking": "?booking_status__exact=CONFIRMED",
    "booking.seatlock": "?status__exact=LOCKED",
    "scheduling.show": "?status__exact=UPCOMING",
    "ops.backup": "?status__exact=completed",
}


def every_page(page: Page) -> Iterator[str]:
    """Go through the back office as an admin would; yield the name of each page that is worth a picture."""
    yield from enter(page)
    yield from pages(page)
    for label in tables():
        yield from table(page, label)
    yield from office_tasks.walk(page)


def tables() -> list[str]:
    """Name the tables of the back office, in the order of the navigation."""
    return [entry.model.lower() for group in GROUPS for entry in group.entries if isinstance(entry, Table)]


def enter(page: Page) -> Iterator[str]:
    """From the log-in to the password, and to where nothing is."""
    page.goto("/admin/")
    yield "in-log-in"
    for password, name in (("wrong", "in-refused"), (PASSWORD, "in-index")):
        page.get_by_label("Email").fill(LOG_INS[-1])
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        yield name
    page.goto("/admin/password_change/")
    page.get_by_label("Old password").fill("wrong")
    page.locator("#id_new_password1").fill("short")
    page.locator("#id_new_password2").fill("shorter")
    page.locator("#content-main [type=submit]").click()
    yield "in-password"
    for name in ("booking/booking/0/change", "nowhere", "reports/nothing"):
        page.goto(f"/admin/{name}/")
        yield f"in-nothing-at-{slug(name)}"


def pages(page: Page) -> Iterator[str]:
    """Open what the navigation leads to beside tables, and every report."""
    page.goto("/admin/")
    lists = {f"/admin/{label.replace('.', '/')}/" for label in tables()}
    ways = paths(page, ".office-index section[id] li > a:first-child")
    for path in [path for path in ways if path not in lists]:
        page.goto(path)
        yield f"page-{slug(path.removeprefix('/admin/'))}"
    page.goto("/admin/reports/")
    for path in paths(page, ".report-list a"):
        page.goto(f"{path}?period=week")
        yield f"report-{slug(path.removeprefix('/admin/'))}"
    for name, days in (("empty", "first=2001-01-01&last=2001-01-02"), ("refused", "first=2001-01-02&last=2001-01-01")):
        page.goto(f"/admin/reports/takings/?{days}")
        yield f"report-{name}"


def table(page: Page, label: str) -> Iterator[str]:
    """Open the list of a table, the form for a new row, one row with all that hangs on it, and each action's question."""
    start, name = f"/admin/{label.replace('.', '/')}/", slug(label)
    page.goto(start)
    yield f"{name}-list"
    yield from new(page, start, name)
    page.goto(start + TELLING.get(label, ""))
    if not page.locator("#result_list tbody tr").count():
        page.goto(start)
    listed = page.url
    rows = paths(page, "#result_list tbody a[href*='/change/']")
    if not rows:
        sys.stdout.write(f"{label}: no row to look at\n")
        return
    yield from row(page, rows[0], name)
    yield from actions(page, listed, name)


def new(page: Page, start: str, name: str) -> Iterator[str]:
    """Fill in nothing, and be told what is missing."""
    answer = page.goto(f"{start}add/")
    if not answer or not answer.ok:
        return
    yield f"{name}-add"
    save = page.locator("input[name=_save]")
    if save.count():
        page.evaluate("document.querySelectorAll('#content-main form').forEach(form => { form.noValidate = true })")
        save.click()
        yield f"{name}-add-nothing"


def row(page: Page, path: str, name: str) -> Iterator[str]:
    """Open a row, its ways on, its history, and the question whether to delete it."""
    page.goto(path)
    yield f"{name}-change"
    for way in paths(page, ".object-tools a, #content p > a.button"):
        if way.startswith("/admin/") and "auditentry" not in way:
            page.goto(way)
            yield f"{name}-to-{slug(way.removesuffix('/').rpartition('/')[2])}"
    for part in ("history", "delete"):
        answer = page.goto(path.replace("/change/", f"/{part}/"))
        if answer and answer.ok:
            yield f"{name}-{part}"


def actions(page: Page, listed: str, name: str) -> Iterator[str]:
    """Choose two rows and ask for each action: most ask first, and are left at that."""
    page.goto(listed)
    found = page.locator("select[name=action] option").evaluate_all("all => all.map(one => one.value)")
    for action in filter(None, found):
        page.goto(listed)
        boxes = page.locator("input.action-select")
        for number in range(min(ROWS_CHOSEN, boxes.count())):
            boxes.nth(number).check()
        page.locator("select[name=action]").select_option(action)
        page.locator(".actions button[name=index]").click()
        yield f"{name}-ask-{slug(action)}"


def paths(page: Page, selector: str) -> list[str]:
    """Tell where links lead, each once."""
    found = page.locator(selector).evaluate_all("links => links.map(link => link.pathname)")
    return list(dict.fromkeys(found))


def slug(said: str) -> str:
    """Make a part of a file's name."""
    return re.sub(r"\W+", "-", said.lower()).strip("-")


def walk(tour: Tour) -> None:
    """Go once; take each page on both devices, by day and by night."""
    office_stage.build(timezone.now())
    page = tour.browser.new_context(base_url=tour.site, viewport=DESKTOP, locale="en-IN").new_page()
    page.set_default_timeout(PATIENCE)
    for number, name in enumerate(every_page(page)):
        for device, scheme in VIEWS:
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
            picture(page, tour.camera.folder / f"office-{number:03}-{name}-{device}-{scheme}.png", VIEWPORTS[device])


def picture(page: Page, path: Path, viewport: ViewportSize) -> None:
    """Take the whole page, as far as it does not repeat itself."""
    page.set_viewport_size(viewport)
    tall = max(viewport["height"], min(TALLEST, page.evaluate("document.documentElement.scrollHeight")))
    page.screenshot(path=path, full_page=True, clip={"x": 0, "y": 0, "width": viewport["width"], "height": tall})
