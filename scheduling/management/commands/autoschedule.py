"""`manage.py autoschedule`: what the night's job does, by hand, with a picture of it."""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cinema.core.errors import DomainError
from scheduling.models import ScheduleTemplate
from scheduling.picture import account, picture
from scheduling.services import filling
from scheduling.services.filling import Manner
from scheduling.services.weighed import Follower
from venues.models import Venue

MOST_DAYS = 56


class Command(BaseCommand):
    help = (
        "Fill the days ahead of a venue from its template (back office: Schedule templates). What is there stays; all "
        "shows are written or none. Without --from, the days that the template has not filled yet."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--venue", metavar="CODE", help="its three letters; default: the default venue")
        parser.add_argument("--from", dest="first", metavar="YYYY-MM-DD", help="plan these days whatever was filled")
        parser.add_argument("--days", type=int, default=7, help=f"with --from: how many, at most {MOST_DAYS}")
        parser.add_argument(
            "--improve", type=int, metavar="MINUTES", help="have the solver look for a better plan, so long at most"
        )
        parser.add_argument("--dry-run", action="store_true", help="draw the plan and write nothing")

    def handle(self, *, venue: str | None, first: str | None, days: int, **options: Any) -> None:
        now = timezone.now()
        try:
            template = filling.template_of(_venue(venue).pk)
            asked = _days(first, days) if first else filling.next_days(template, now)
            if not asked:
                self.stdout.write(f"Filled until {template.filled_until}: nothing to do.")
                return
            self._fill(template, asked, now, dry_run=options["dry_run"], minutes=options["improve"] or 0)
        except DomainError as refusal:
            raise CommandError(refusal.detail)

    def _fill(
        self, template: ScheduleTemplate, days: list[date], now: datetime, *, dry_run: bool, minutes: int
    ) -> None:
        follower = Follower(told=self._teller(f"Weighing {len(days)} days of {template.venue}"))
        plan = filling.draw_up if dry_run else filling.fill
        filled = plan(
            template=template, days=days, by=None, now=now, manner=Manner(patience=60.0 * minutes, follower=follower)
        )
        for line in (*picture(filled.case, filled.placed), "", *account(filled.case, filled.report)):
            self.stdout.write(line)
        kind = "drafts" if template.as_drafts else "shows on sale"
        said = f"{len(filled.placed)} {kind} written." if filled.written else "Dry run: nothing was written."
        self.stdout.write(said)

    def _teller(self, task: str) -> Callable[[int, int], None]:
        """Say day by day how far the weighing is: over one line of a terminal, in lines anywhere else."""
        start, end = ("\r", "") if self.stderr.isatty() else ("", "\n")
        self.stderr.write(f"{task} …", ending=end)

        def told(done: int, days: int) -> None:
            self.stderr.write(f"{start}{task}: {done} of {days} done", ending="\n" if done == days else end)

        return told


def _venue(code: str | None) -> Venue:
    venues = Venue.objects.filter(code=code.upper()) if code else Venue.objects.order_by("-is_default", "id")
    venue = venues.first()
    if venue is None:
        raise CommandError(f"There is no venue {code}." if code else "There is no venue.")
    return venue


def _days(first: str, count: int) -> list[date]:
    if not 1 <= count <= MOST_DAYS:
        raise CommandError(f"--days is 1 to {MOST_DAYS}.")
    try:
        day = date.fromisoformat(first)
    except ValueError:
        raise CommandError(f"{first!r} is not a day: write it like 2026-12-24.")
    return [day + timedelta(days=number) for number in range(count)]
