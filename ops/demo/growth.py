"""As much again, as often as asked: past weeks of the demo venue, and of further venues once a year is full."""

from datetime import date, datetime
from string import ascii_uppercase

from django.db import transaction
from django.db.models import Min

from ops.demo import people, sales
from ops.demo.load import CROWD, PAST, open_venue, schedule
from ops.demo.progress import Progress
from scheduling.models import Show
from venues.models import Venue

WEEKS_OF_A_VENUE = 52
WEEKS_AT_ONCE = 8  # about 20,000 bookings in one transaction
FURTHER_SITES = ("Andheri", "Thane", "Powai", "Dadar", "Colaba", "Borivali", "Chembur", "Vashi", "Mulund", "Juhu")


def grow(*, weeks: int, now: datetime, progress: Progress) -> int:
    """Add past weeks with their sales and customers, each about as much as the demo data itself has; answer the bookings."""
    batches = [min(WEEKS_AT_ONCE, weeks - done) for done in range(0, weeks, WEEKS_AT_ONCE)]
    progress.start(len(batches) + 1)
    sold = 0
    for batch in batches:
        left = batch
        while left:
            added, bookings = _add(at_most=left, now=now)
            left, sold = left - added, sold + bookings
        progress.step(f"{sold} bookings more")
    sales.refresh_statistics()
    progress.step("statistics")
    return sold


@transaction.atomic(durable=True)
def _add(*, at_most: int, now: datetime) -> tuple[int, int]:
    venue, until, free = _next_weeks(now)
    weeks = min(at_most, free)
    shows = schedule(venue=venue, first=until - PAST * weeks, until=until, now=now)
    crowd = people.make_crowd(CROWD * weeks, now)
    return weeks, sales.sell(shows=shows, customers=crowd, now=now)


def _next_weeks(now: datetime) -> tuple[Venue, date, int]:
    """Find a demo venue with room in its past: before which day, and for how many weeks."""
    for venue in Venue.objects.filter(name__startswith="Marquee ").order_by("id"):
        today = now.astimezone(venue.zone).date()
        first = Show.objects.filter(screen__venue=venue).aggregate(first=Min("show_date"))["first"] or today
        free = WEEKS_OF_A_VENUE - (today - first).days // PAST.days
        if free > 0:
            return venue, min(first, today), free
    return _another_venue(), now.astimezone(venue.zone).date(), WEEKS_OF_A_VENUE


def _another_venue() -> Venue:
    number = Venue.objects.count()
    site = FURTHER_SITES[(number - 1) % len(FURTHER_SITES)]
    again = (number - 1) // len(FURTHER_SITES)
    letters = ascii_uppercase[number // 26 % 26] + ascii_uppercase[number % 26]
    return open_venue(
        name=f"Marquee {site}{f' {again + 1}' if again else ''}", code=f"M{letters}", address="Station Road"
    )
