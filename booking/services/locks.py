"""Holding seats for a while."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from booking import live
from booking.errors import EmptyOrder, LockExpired, LockExtended
from booking.models import SeatLock
from booking.services import gaps
from booking.services.refusals import why_not
from cinema.core.errors import Malformed


def lock_seats(
    *,
    show_id: int,
    seat_ids: Sequence[int],
    by: User,
    now: datetime,
    expires_at: datetime | None = None,
    judged: bool = False,
) -> list[SeatLock]:
    """Hold all the seats for one customer, or none, until ten minutes after the first of them (or earlier if asked).

    `judged` says that the choice keeps the rule against single gaps, which otherwise is asked where the venue wants it.

    :raises EmptyOrder: without a seat.
    :raises UnknownShow: if there is no such show, or it is a draft.
    :raises ShowNotSelling: if sales are closed, even since the page was loaded.
    :raises UnknownSeat: if a seat is not on this show's screen, or is out of service.
    :raises TooManySeats: if the customer would have more seats of the show than the limit.
    :raises SeatUnavailable: if any seat is held by someone else or sold.
    :raises SeatLeftAlone: if a single seat would be left without need, at a venue that minds that over the API.
    """
    if not seat_ids:
        raise EmptyOrder
    until = now + settings.SEAT_LOCK_LIFETIME
    if expires_at is not None:
        _require_future(expires_at, now)
        until = min(until, expires_at)
    claimed = _claim(show_id, seat_ids, by, until, now, judged=judged)
    if not claimed and not judged:  # the slow path: only a refusal asks which rule it broke
        gaps.require_nobody_alone(show_id=show_id, added=seat_ids, by=by, now=now)
        claimed = _claim(show_id, seat_ids, by, until, now, judged=True)
    if not claimed:
        raise why_not(show_id=show_id, seat_ids=seat_ids, user_id=by.pk, now=now)
    live.announce_on_commit(show_id)
    return claimed


def swap_seats(*, show_id: int, seat_ids: Sequence[int], by: User, now: datetime) -> list[SeatLock]:
    """Hold exactly these seats of a show for one customer, instead of what they held of it; a refusal changes nothing.

    The time runs on: new seats share the end of the hold, and the extension that it had.

    :raises EmptyOrder, UnknownShow, ShowNotSelling, UnknownSeat, SeatUnavailable: as `lock_seats`.
    :raises TooManySeats: if the customer would have more seats of the show than the limit, with those that are bought.
    """
    if not seat_ids:
        raise EmptyOrder
    held = SeatLock.objects.swap(
        show_id=show_id,
        seat_ids=seat_ids,
        user_id=by.pk,
        until=now + settings.SEAT_LOCK_LIFETIME,
        limit=settings.SEATS_PER_CUSTOMER,
        now=now,
    )
    if not held:
        raise why_not(show_id=show_id, seat_ids=seat_ids, user_id=by.pk, now=now, instead_of_held=True)
    live.announce_on_commit(show_id)
    return held


@transaction.atomic(durable=True)
def release(*, show_id: int, by: User, now: datetime, seat_ids: Sequence[int] | None = None) -> int:
    """Give back what a customer holds of a show, all of it or the seats named; answers how many were held."""
    held = SeatLock.objects.live(now=now).filter(show_id=show_id, user=by)
    live.announce_on_commit(show_id)
    return (held if seat_ids is None else held.filter(seat_id__in=seat_ids)).release()


@transaction.atomic(durable=True)
def release_lock(*, lock_id: int, owner_id: int, now: datetime) -> None:
    """Give one lock back; a stale id releases nothing.

    :raises LockExpired: when the lock has lapsed, was released or booked.
    """
    own = SeatLock.objects.live(now=now).filter(pk=lock_id, user_id=owner_id)
    shows = list(own.values_list("show_id", flat=True))
    if not own.release():
        raise LockExpired
    live.announce_on_commit(*shows)


@transaction.atomic(durable=True)
def extend(
    *, show_id: int, owner_id: int, now: datetime, until: datetime | None = None, lock_id: int | None = None
) -> list[SeatLock]:
    """Prolong what a customer holds of a show, once: by the lifetime of a lock, to twenty minutes in all at most.

    An `until` that is sooner is honoured, also when it shortens the hold, which may be done again and again.

    :raises LockExpired: when nothing is held (any more), or not under the `lock_id` that was named.
    :raises LockExtended: when it was extended before.
    """
    held = SeatLock.objects.live(now=now).filter(show_id=show_id, user_id=owner_id)
    locks = list(held.order_by("seat_id").select_for_update(of=("self",)))
    if not locks or lock_id not in (None, *(lock.pk for lock in locks)):
        raise LockExpired
    latest = min(lock.locked_at for lock in locks) + settings.SEAT_LOCK_LONGEST
    wanted = now + settings.SEAT_LOCK_LIFETIME
    if until is not None:
        _require_future(until, now)
        wanted = min(wanted, until)
    ends = min(wanted, latest)
    prolongs = ends > min(lock.expires_at for lock in locks)
    if prolongs and any(lock.is_extended for lock in locks):
        raise LockExtended
    for lock in locks:
        lock.expires_at, lock.is_extended = ends, lock.is_extended or prolongs
    SeatLock.objects.bulk_update(locks, ["expires_at", "is_extended"])
    live.announce_on_commit(show_id)
    return locks


def _claim(
    show_id: int, seat_ids: Sequence[int], by: User, until: datetime, now: datetime, *, judged: bool
) -> list[SeatLock]:
    return SeatLock.objects.claim(
        show_id=show_id,
        seat_ids=seat_ids,
        user_id=by.pk,
        until=until,
        limit=settings.SEATS_PER_CUSTOMER,
        now=now,
        judged=judged,
    )


def _require_future(instant: datetime, now: datetime) -> None:
    if instant <= now:
        raise Malformed((("body", "expires_at"), "Must be in the future.", "datetime_past"))
