"""What the scheduling app must know to make forecasts: how many seats were sold, by movie, day and part of the day."""

from collections import Counter
from datetime import date

from django.db.models import Count, Q

from booking.models import SeatLock
from booking.states import LockStatus
from scheduling.forecast import Cell
from scheduling.models import Show, part_of_day_at
from scheduling.states import PartOfDay, ShowStatus
from venues.models import Screen, Venue


def of_venue(venue_id: int, since: date, until: date) -> list[Cell]:
    """Count the seats sold of a venue's shows from a day until, and without, another, in four queries."""
    venue = Venue.objects.get(pk=venue_id)
    held = Show.objects.public().exclude(status=ShowStatus.CANCELLED)
    shows = held.filter(screen__venue=venue_id, show_date__gte=since, show_date__lt=until)
    claims = SeatLock.objects.filter(show__in=shows.values("pk"), status=LockStatus.BOOKED)
    sold = dict(claims.order_by().values_list("show_id").annotate(count=Count("id")))
    standing = Count("seats", filter=Q(seats__retired_at=None, seats__is_available=True))
    seats = dict(Screen.objects.filter(venue=venue_id).annotate(count=standing).values_list("pk", "count"))
    admissions: Counter[tuple[int, date, PartOfDay]] = Counter()
    offered: Counter[tuple[int, date, PartOfDay]] = Counter()
    for show in shows.only("movie_id", "screen_id", "show_date", "starts_at"):
        place = (show.movie_id, show.show_date, part_of_day_at(show.starts_at.astimezone(venue.zone)))
        admissions[place] += sold.get(show.pk, 0)
        offered[place] += seats[show.screen_id]
    return [Cell(*place, admissions[place], offered[place]) for place in sorted(admissions, key=_in_order)]


def _in_order(place: tuple[int, date, PartOfDay]) -> tuple[date, int, str]:
    movie_id, day, part = place
    return day, movie_id, part.value
