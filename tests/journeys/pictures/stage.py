"""What must have happened before a picture can be taken, beyond the demo data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from booking.models import Booking, SeatLock
from booking.orders import Order
from booking.services import checkout, locks
from catalog.models import Movie
from scheduling.models import Show
from scheduling.states import ShowStatus
from venues.models import Screen, Seat

EMAIL = "customer@example.com"
AHEAD = timedelta(days=2)  # nobody has bought much of it yet


@dataclass(frozen=True, slots=True)
class Stage:
    customer: User
    stranger: User
    shows: Sequence[Show]  # one for each purchase, in the largest hall
    gone: Show
    cancelled: Show
    bare: Show  # of a screen without a plan
    unplayed: Movie


def build() -> Stage:
    """Add to the demo data what it does not have."""
    now = timezone.now()
    upcoming = Show.objects.public().selling(now=now).filter(starts_at__gt=now + AHEAD)
    hall = Screen.objects.annotate(places=Count("seats")).order_by("-places")[0]
    shows = list(upcoming.filter(screen=hall).select_related("movie", "screen__venue").order_by("starts_at")[:20])
    bare = Screen.objects.create(venue=hall.venue, screen_name="Studio", screen_type="Standard")
    return Stage(
        customer=User.objects.get(email=EMAIL),
        stranger=User.objects.filter(email__startswith="visitor").order_by("id")[0],
        shows=shows,
        gone=Show.objects.public().filter(starts_at__lt=now, screen=hall).latest("starts_at"),
        cancelled=_altered(shows.pop(), status=ShowStatus.CANCELLED),
        bare=_altered(shows.pop(), screen=bare),
        unplayed=Movie.objects.create(
            title="The Night Watchman’s Long Way Home", slug="the-night-watchmans-long-way-home", duration=98
        ),
    )


def _altered(show: Show, **facts: object) -> Show:
    Show.objects.filter(pk=show.pk).update(**facts)
    show.refresh_from_db()
    return show


def free_seats(show: Show, wanted: int, *, beside_the_wall: bool = False) -> list[Seat]:
    """Find so many free seats beside each other, or the first ones of a row whose beginning is free."""
    taken = set(SeatLock.objects.filter(show=show).exclude(status="EXPIRED").values_list("seat_id", flat=True))
    rows: dict[int, list[Seat]] = {}
    for seat in show.screen.seats.filter(kind="STANDARD", is_available=True).order_by("row_number", "col_number"):
        rows.setdefault(seat.row_number, []).append(seat)
    for row in rows.values():
        starts = [0] if beside_the_wall else range(len(row) // 3, len(row) - wanted + 1)
        for start in starts:
            found = row[start : start + wanted]
            if not taken & {seat.pk for seat in found} and found[-1].col_number - found[0].col_number == wanted - 1:
                return found
    raise LookupError(f"no {wanted} free seats beside each other in show {show.pk}")


def take_away(show: Show, seats: Sequence[Seat], *, by: User) -> None:
    """Let somebody else hold seats."""
    locks.lock_seats(show_id=show.pk, seat_ids=[seat.pk for seat in seats], by=by, now=timezone.now())


def order(show: Show, *, by: User) -> Booking:
    """Order two seats and not pay yet."""
    wanted = Order(show.pk, tuple(seat.pk for seat in free_seats(show, 2)))
    return checkout.place(order=wanted, by=by, now=timezone.now())


def end_soon(show: Show) -> None:
    """Let all holds of a show end in a minute and a half."""
    soon: datetime = timezone.now() + timedelta(seconds=95)
    SeatLock.objects.filter(show=show, status="LOCKED").update(expires_at=soon, locked_at=soon - timedelta(minutes=10))
