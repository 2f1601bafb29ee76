"""Takes one page on a desk and on a phone, by day and by night, and weighs it."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page, ViewportSize

from tests.journeys.browsing import DESKTOP, PHONE

PAPER: ViewportSize = {"width": 794, "height": 1123}  # A4 at 96 dots per inch
# What came over the line before it was unpacked would be less; pictures do not count.
WEIGHT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter((one) => !/\\.(svg|png|jpe?g|webp|ico)$|\\/posters\\//.test(new URL(one.name).pathname))
    .reduce((sum, one) => sum + one.decodedBodySize, 0)"""


class Strayed(Exception):
    """A picture would show another page than the table says."""


class Camera:
    """Keeps the pictures of one walk after the other in a folder."""

    def __init__(self, folder: Path, table: Mapping[str, str]) -> None:
        self.folder, self.table = folder, table
        self.taken: set[str] = set()
        self.weights: dict[str, int] = {}  # bytes

    def take(self, page: Page, name: str, *, whole: bool = True) -> None:
        """Take a page as it stands, in every size and light.

        :raises Strayed: when it is not the page of the table.
        """
        self._require_route(page, name)
        self.weights[name] = page.evaluate(WEIGHT)
        for device, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
            page.set_viewport_size(viewport)
            page.evaluate("scrollTo(0, 0)")
            for scheme in ("dark", "light"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                if whole:  # a window as high as the page: what sticks to its edge stands where the page ends
                    height = page.evaluate("document.documentElement.scrollHeight")
                    page.set_viewport_size({"width": viewport["width"], "height": height})
                page.screenshot(path=self._path(name, f"{device}-{scheme}"))
        page.set_viewport_size(DESKTOP)

    def take_printed(self, page: Page, name: str) -> None:
        """Take a page as it would come out of a printer."""
        self._require_route(page, name)
        page.set_viewport_size(PAPER)
        page.emulate_media(media="print", color_scheme="light")
        page.screenshot(path=self._path(name, "paper"), full_page=True)
        page.emulate_media(media="screen")
        page.set_viewport_size(DESKTOP)

    @property
    def missing(self) -> list[str]:
        return [name for name in self.table if name not in self.taken]

    def _require_route(self, page: Page, name: str) -> None:
        path = urlsplit(page.url).path
        try:
            found = resolve(path).url_name
        except Resolver404:
            found = ""
        if self.table[name] not in ("", found):
            heading = page.get_by_role("heading", level=1).all_inner_texts()
            raise Strayed(f"{name} should show {self.table[name]}, and is at {path} ({found}): {heading}")
        self.taken.add(name)

    def _path(self, name: str, look: str) -> Path:
        number = list(self.table).index(name) + 1
        return self.folder / f"{number:03}-{name}-{look}.png"
