"""What bookings keep for a person: moved when a guest comes to have an account.

This module is the `accounts.keepers.Keeper` of the bookings.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import Notification, User
from accounts.services import guests
from billing.models import Payment
from booking import live
from booking.claims import SeatLockQuerySet
from booking.models import Booking, Feedback, SeatLock, Ticket


@transaction.atomic(durable=True)
def hand_over_holds(*, giver: User, taker: User, now: datetime) -> None:
    """Let what a guest holds be held by somebody else; of a show where that is more than one may have, it is released."""
    held = SeatLock.objects.live(now=now).filter(user=giver)
    for show_id in held.order_by("show_id").values_list("show_id", flat=True).distinct():
        _hand_over_show(show_id, held.filter(show_id=show_id), taker, now)


def _hand_over_show(show_id: int, held: SeatLockQuerySet, taker: User, now: datetime) -> None:
    SeatLock.objects.lock_party(show_id=show_id, user_id=taker.pk)
    locks = list(held.order_by("seat_id").select_for_update(of=("self",)))
    has = SeatLock.objects.taken(now=now).filter(show_id=show_id, user=taker).count()
    if has + len(locks) > settings.SEATS_PER_CUSTOMER:
        held.release()
        live.announce_on_commit(show_id)
    else:
        SeatLock.objects.filter(pk__in=[lock.pk for lock in locks]).update(user=taker)


def join_guests(*, email: str, taker: User) -> int:
    """Let everything of the guests who gave an address belong to its account, in the caller's transaction."""
    giver_ids = guests.named(email)
    hand_over(giver_ids=giver_ids, taker=taker)
    return len(giver_ids)


def hand_over(*, giver_ids: Sequence[int], taker: User) -> None:
    """Move bookings and what hangs on them, in the order of docs/locking.md: claims, bookings, payments."""
    claims = SeatLock.objects.filter(user_id__in=giver_ids).order_by("seat_id").select_for_update(of=("self",))
    SeatLock.objects.filter(pk__in=[claim.pk for claim in claims]).update(user=taker)
    bookings = list(Booking.objects.filter(user_id__in=giver_ids).order_by("id").locked().values_list("pk", flat=True))
    Booking.objects.filter(pk__in=bookings).update(user=taker)
    for model in (Payment, Ticket, Feedback, Notification):
        model._default_manager.filter(user_id__in=giver_ids).update(user=taker)
