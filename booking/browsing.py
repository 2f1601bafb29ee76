"""What the pages of the programme add to it: how full a show is, and what visitors said about a movie."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.core.cache import cache
from django.db.models import Avg, Count, Q
from redis.exceptions import RedisError

from booking.models import Feedback, SeatLock
from booking.states import BookingStatus, LockStatus
from scheduling.models import Show
from venues.models import Seat

logger = logging.getLogger(__name__)

FEW = 12  # free seats of a hall, or
FEW_PERCENT = 10  # of its seats, whichever is less
REVIEWS_SHOWN = 6
REVIEWS_KEPT = 300  # seconds: reviews come after the show, nobody waits for a number that is five minutes old


class Fill(StrEnum):
    """What is worth saying about the seats that are left."""

    FEW = "few"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Review:
    """What one visitor said, by first name."""

    name: str
    rating: int
    comment: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Reviews:
    """What visitors who were there said about a movie: the newest words, and the mean of all stars (1 to 5)."""

    count: int
    mean: Decimal | None
    newest: tuple[Review, ...]


def fills(shows: Collection[Show], *, now: datetime) -> dict[int, Fill]:
    """Tell by id which shows are nearly or wholly sold out, in two queries for any number of shows."""
    halls = {show.screen_id for show in shows}
    seats = Seat.objects.sellable().filter(screen_id__in=halls).values("screen_id").annotate(number=Count("id"))
    capacity = {row["screen_id"]: row["number"] for row in seats}
    held = Q(status=LockStatus.BOOKED) | Q(status=LockStatus.LOCKED, expires_at__gt=now)
    claims = SeatLock.objects.filter(held, show_id__in=[show.pk for show in shows]).values("show_id")
    taken = {row["show_id"]: row["number"] for row in claims.annotate(number=Count("id"))}
    told = {show.pk: _fill(capacity.get(show.screen_id, 0), taken.get(show.pk, 0)) for show in shows}
    return {show_id: fill for show_id, fill in told.items() if fill is not None}


def _fill(capacity: int, taken: int) -> Fill | None:
    free = capacity - taken
    if not capacity or free > min(FEW, capacity * FEW_PERCENT // 100):
        return None
    return Fill.FEW if free > 0 else Fill.NONE


def reviews(*, movie_id: int, now: datetime) -> Reviews:
    """Read what visitors of finished shows said about a movie; remembered for a while, read anew without the cache."""
    key = _reviews_key(movie_id)
    try:
        found = cache.get(key)
        if found is None:
            found = _read(movie_id, now)
            cache.set(key, found, timeout=REVIEWS_KEPT)
    except (RedisError, ConnectionError):  # nobody goes without a page for want of a cache
        return _read(movie_id, now)
    return found


def forget_reviews(movie_id: int) -> None:
    """Let the next reader of a movie's reviews ask the database; without the cache everybody does."""
    try:
        cache.delete(_reviews_key(movie_id))
    except (RedisError, ConnectionError) as error:
        logger.warning("reviews of movie %s stay remembered for a while: %s", movie_id, type(error).__name__)


def _reviews_key(movie_id: int) -> str:
    return f"reviews:{movie_id}"


def _read(movie_id: int, now: datetime) -> Reviews:
    verified = Feedback.objects.shown().filter(
        booking__show__movie_id=movie_id,
        booking__show__ends_at__lte=now,
        booking__booking_status=BookingStatus.CONFIRMED,
    )
    sums = verified.aggregate(count=Count("id"), mean=Avg("rating"))
    newest = verified.exclude(comment="").select_related("user").order_by("-feedback_date", "-id")[:REVIEWS_SHOWN]
    return Reviews(
        count=sums["count"],
        mean=None if sums["mean"] is None else round(Decimal(sums["mean"]), 1),
        newest=tuple(Review(_first_name(one.user.name), one.rating, one.comment, one.feedback_date) for one in newest),
    )


def _first_name(name: str) -> str:
    return name.split(" ")[0] if name.strip() else ""
