"""Take a picture of every page, on a desk and on a phone, by day and by night, from a site of its own with demo data.

`make screenshots` fills screenshots/, ARGS="seats guests" only with these walks, ARGS=office with that
of the staff; look at each before you ship a change.
"""

import os
import sys
import tempfile
from pathlib import Path

import django

# Before the settings are read: mails stay in this process, where the walk reads them.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinema.settings.local")
os.environ["EMAIL_BACKEND"] = "django.core.mail.backends.locmem.EmailBackend"
MEDIA = tempfile.TemporaryDirectory(prefix="marquee-screenshots-")  # gone when this process is
os.environ["MEDIA_ROOT"] = MEDIA.name
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's synchronous API runs an event loop in this thread
django.setup()

from django.conf import settings  # noqa: E402  # needs django.setup() first
from django.core.management import call_command  # noqa: E402  # needs django.setup() first
from playwright.sync_api import Browser, sync_playwright  # noqa: E402  # after its switch above

from accounts.models import User  # noqa: E402  # needs django.setup() first
from bench.server import serving  # noqa: E402  # beside what needs django.setup() first
from tests.journeys.browsing import chromium  # noqa: E402  # beside what needs django.setup() first
from tests.journeys.pictures import (  # noqa: E402  # needs django.setup() first
    account,
    guests,
    letters,
    office,
    programme,
    purchase,
    refusals,
    seats,
    stage,
    visits,
)
from tests.journeys.pictures.camera import Camera  # noqa: E402  # needs django.setup() first
from tests.journeys.pictures.table import CUSTOMERS  # noqa: E402  # beside what needs django.setup() first
from tests.journeys.pictures.tour import Tour  # noqa: E402  # needs django.setup() first

FOLDER = Path("screenshots")
# In this order: letters are about what the walks before them bought, and end with the account that wants no more.
WALKS = {
    "programme": programme.walk,
    "seats": seats.walk,
    "purchase": purchase.walk,
    "visits": visits.walk,
    "guests": guests.walk,
    "letters": letters.walk,
    "account": account.walk,
    "refusals": refusals.walk,
}


def main(chosen: list[str]) -> None:
    """Fill an empty database, serve it, and walk."""
    found = chromium()
    if not found:
        sys.exit("No Chromium here: apt-get install chromium, or set CHROMIUM.")
    call_command("migrate", verbosity=0)
    if not User.objects.exists():
        call_command("demo_data")
    FOLDER.mkdir(exist_ok=True)
    os.environ["SANDBOX_BEHAVIOUR"] = "redirect"  # of the site, not of this process
    with serving() as port, sync_playwright() as playwright:
        settings.SITE_URL = f"http://127.0.0.1:{port}"
        take(playwright.chromium.launch(executable_path=found), settings.SITE_URL, chosen or list(WALKS))


def take(browser: Browser, site: str, chosen: list[str]) -> None:
    """Walk, and say what was taken, what is missing, and which page is the heaviest."""
    camera = Camera(FOLDER, CUSTOMERS)
    tour = Tour(browser, site, camera, stage.build())
    for name in chosen:
        sys.stdout.write(f"{name} …\n")
        sys.stdout.flush()
        {**WALKS, "office": office.walk}[name](tour)
    heaviest = sorted(camera.weights, key=lambda name: camera.weights[name])[-3:]
    weights = ", ".join(f"{name} {camera.weights[name] / 1000:.0f} kB" for name in reversed(heaviest))
    sys.stdout.write(
        f"{len(camera.taken)} pages in {FOLDER}/; the heaviest, unpacked and without pictures: {weights}\n"
    )
    if camera.missing and chosen == list(WALKS):
        sys.exit(f"No picture of: {', '.join(camera.missing)}")


if __name__ == "__main__":
    main(sys.argv[1:])
