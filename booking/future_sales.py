"""What the back office must know before it changes a hall: which of its seats are spoken for."""

from collections.abc import Collection
from datetime import datetime

from booking.models import SeatLock
from cinema.core import formats
from venues.sales import FutureSale


def of_seats(seat_ids: Collection[int], now: datetime) -> list[FutureSale]:
    """List the seats that are sold or held for shows that are not over."""
    claims = (
        SeatLock.objects.taken(now=now)
        .filter(seat_id__in=seat_ids, show__ends_at__gt=now)
        .select_related("show__movie", "show__screen__venue")
        .order_by("show__starts_at", "seat_id")
    )
    return [
        FutureSale(claim.seat_id, f"{claim.show.movie.title}, {start:%-d %B %Y} {formats.time_of_day(start)}")
        for claim, start in ((claim, claim.show.local_start()) for claim in claims)
    ]
