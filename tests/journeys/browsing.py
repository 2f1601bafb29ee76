"""What journeys and screenshots share: which browser, and how large."""

import os
import shutil

from playwright.sync_api import ViewportSize

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


def chromium() -> str | None:
    """Find an installed Chromium; CHROMIUM names another executable."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
