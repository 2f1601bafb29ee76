"""What every walk has at hand: a browser, the site, the stage and the camera."""

from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from cinema.core.demo import PASSWORD
from tests.journeys.browsing import DESKTOP
from tests.journeys.pictures.camera import Camera
from tests.journeys.pictures.stage import EMAIL, Stage

PATIENCE = 15_000  # milliseconds


@dataclass(frozen=True, slots=True)
class Tour:
    browser: Browser
    site: str
    camera: Camera
    stage: Stage

    def open(self, path: str = "/", *, scripts: bool = True) -> Page:
        """Open a page in a browser of its own."""
        context = self.browser.new_context(base_url=self.site, viewport=DESKTOP, java_script_enabled=scripts)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(path)
        return page

    def open_as_customer(self, path: str = "/", *, email: str = EMAIL, password: str = PASSWORD) -> Page:
        """Log in, then open a page."""
        page = self.open(f"/account/login?next={path}")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("main").get_by_role("button", name="Log in").click()
        page.wait_for_url(f"**{path}")
        return page

    def unfold(self, html: str, name: str) -> None:
        """Take a file or a mail: no page of ours, so our policy for pages does not reach it."""
        page = self.browser.new_context(viewport=DESKTOP).new_page()
        page.set_content(html)
        self.camera.take(page, name)
        page.context.close()

    def see(self, path: str, name: str) -> Page:
        """Take a page that needs nothing but its address, as a visitor."""
        page = self.open(path)
        self.camera.take(page, name)
        return page

    def look(self, page: Page, path: str, name: str) -> None:
        """Take a page that needs nothing but its address, in a browser that is open."""
        page.goto(path)
        self.camera.take(page, name)


def press(page: Page, name: str) -> None:
    """Press a button of the page's content."""
    page.get_by_role("main").get_by_role("button", name=name).first.click()


def tick(page: Page, *seat_ids: int) -> None:
    """Tick seats of the plan."""
    for seat_id in seat_ids:
        page.locator(f"input[name=seats][value='{seat_id}']").check()
