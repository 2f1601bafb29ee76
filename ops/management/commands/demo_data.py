"""`manage.py demo_data`: a cinema to look around in."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from cinema.core.demo import LOG_INS, PASSWORD
from ops.demo.growth import grow
from ops.demo.load import VENUE_CODE, load
from ops.demo.progress import Progress
from venues.models import Venue


class Command(BaseCommand):
    help = (
        "Load the demo cinema: three screens, twelve movies, two weeks of shows, prices, food, four log-ins, and a week "
        "of past sales. It loads into an empty database only and changes nothing when there is data already, so that "
        "running it twice is safe. With --scale N it makes N times as much: each time more adds a past week of one "
        "venue with its customers and sales (about 2,500 bookings). On a database that has the demo data, --scale N "
        "adds that much N times. Each step is committed: one that was interrupted can be continued by --scale."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=int, metavar="N", help="N times as much; adds to demo data that is there")

    def handle(self, *, scale: int | None, **options: Any) -> None:
        if not settings.DEMO_DATA_ALLOWED:
            raise CommandError("Not here: demo data brings log-ins whose password everybody knows.")
        if scale is not None and scale < 1:
            raise CommandError("--scale takes a number from 1 up.")
        now, progress = timezone.now(), Progress(self.stderr)
        weeks = scale or 0
        if Venue.objects.exists() or User.objects.exists():
            _require_growing(scale)
        else:
            load(now=now, progress=progress)
            self.stdout.write(f"Log in as {', '.join(LOG_INS)} with the password {PASSWORD}.")
            weeks -= 1
        if weeks > 0:
            sold = grow(weeks=weeks, now=now, progress=progress)
            self.stdout.write(f"Added {weeks} more weeks with {sold} bookings.")


def _require_growing(scale: int | None) -> None:
    if scale is None:
        raise CommandError("The database is not empty: nothing was changed. --scale N adds to demo data.")
    if not (Venue.objects.filter(code=VENUE_CODE).exists() and User.objects.filter(email=LOG_INS[0]).exists()):
        raise CommandError("This database holds a cinema of its own: nothing was changed.")
