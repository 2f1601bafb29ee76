"""What lapses by the clock is tidied up: locks, and bookings that were not paid in time."""

from datetime import datetime

from django.db import transaction

from booking.models import Booking, SeatLock
from booking.services import ending
from booking.states import LockStatus

BATCH = 500


def release_lapsed(*, now: datetime) -> int:
    """Tidy lapsed locks and end unpaid bookings whose window is over; answers how many seats and bookings.

    :raises BookingsNotEnded: when some could not be ended; all others were.
    """
    return _tidy_locks(now) + end_unpaid(now=now)


def _tidy_locks(now: datetime) -> int:
    tidied = 0
    while batch := _tidy_batch(now):
        tidied += batch
    return tidied


@transaction.atomic(durable=True)
def _tidy_batch(now: datetime) -> int:
    # Nobody is told: a lapsed lock keeps no seat from anybody, tidied or not.
    lapsed = SeatLock.objects.lapsed(now=now).select_for_update(skip_locked=True, of=("self",))
    ids = list(lapsed.values_list("id", flat=True)[:BATCH])
    return SeatLock.objects.lapsed(now=now).filter(id__in=ids).update(status=LockStatus.EXPIRED)


def end_unpaid(*, now: datetime) -> int:
    """End every booking whose time to pay is over; answers how many.

    :raises BookingsNotEnded: when some could not be ended; all others were.
    """
    ids = Booking.objects.lapsed(now=now).order_by("id").values_list("pk", flat=True).iterator(chunk_size=BATCH)
    return ending.end_each(booking_ids=ids, reason="Not paid in time", now=now, only_pending=True)
