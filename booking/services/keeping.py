"""What bookings keep for a person: moved when a guest comes to have an account, shown on demand, let go of at the end.

This module is the `accounts.keepers.Keeper` of the bookings.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F

from accounts.keepers import Rows
from accounts.models import Notification, User
from accounts.services import guests
from billing.models import Payment
from booking import live
from booking.claims import SeatLockQuerySet
from booking.errors import PaymentUnderWay
from booking.models import BookedFood, BookedSeat, Booking, Feedback, IdempotencyKey, SeatLock, Ticket
from booking.states import BookingStatus, LockStatus, TicketKind

CHUNK = 500  # rows read at a time
_MONEY = ("discount_share", "taxable", "cgst", "sgst")
_BOOKING = (
    "booking_reference",
    "booking_status",
    "booking_time",
    "confirmed_at",
    "cancelled_at",
    "amount",
    "discount_amount",
    "refund_amount",
)


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


def exported(*, user: User) -> Iterator[tuple[str, Rows]]:
    """Name everything that a person ordered, paid and said, the oldest first."""
    own = Booking.objects.filter(user=user).order_by("id")
    yield (
        "bookings",
        own.values(*_BOOKING, movie=F("show__movie__title"), starts_at=F("show__starts_at")).iterator(CHUNK),
    )
    for name, model, thing in (("seats", BookedSeat, "seat__seat_number"), ("food", BookedFood, "food__item_name")):
        lines = model._default_manager.filter(booking__user=user).order_by("id")
        yield name, lines.values("booking__booking_reference", thing, "released_at", *_MONEY).iterator(CHUNK)
    paid = Payment.objects.filter(user=user).order_by("id")
    yield "payments", paid.values("booking_reference", "amount", "payment_status", "created_at").iterator(CHUNK)
    said = Feedback.objects.filter(user=user).order_by("id")
    yield "feedback", said.values("booking__booking_reference", "rating", "comment", "feedback_date", "reply")
    held = SeatLock.objects.filter(user=user, status=LockStatus.LOCKED).order_by("id")
    yield "seats_held", held.values("show_id", "seat__seat_number", "locked_at", "expires_at")
    files = Ticket.objects.filter(user=user).order_by("created_at")
    yield "tickets", files.values("id", "kind", "title", "filename", "created_at", "admitted_at").iterator(CHUNK)


def require_finished(*, user: User) -> None:
    """Keep somebody whose money is on its way until it has arrived.

    :raises PaymentUnderWay: while a booking waits for its payment.
    """
    if Booking.objects.filter(user=user, booking_status=BookingStatus.PENDING).exists():
        raise PaymentUnderWay


def let_go(*, user: User, now: datetime) -> None:
    """Free what a person holds and forget what they said and brought; bookings and money stay, by law, without a name.

    The file of a ticket of ours shows the name: it goes, and is made again without it if anybody asks.
    """
    held = SeatLock.objects.live(now=now).filter(user=user)
    live.announce_on_commit(*held.order_by("show_id").values_list("show_id", flat=True).distinct())
    held.release()
    IdempotencyKey.objects.filter(user=user).delete()
    Feedback.objects.filter(user=user).update(comment="")
    files = list(Ticket.objects.filter(user=user).exclude(file="").values_list("file", flat=True))
    Ticket.objects.filter(user=user, kind=TicketKind.UPLOADED).delete()
    Ticket.objects.filter(user=user).update(file="", size=0)
    transaction.on_commit(partial(_delete_files, files), robust=True)


def _delete_files(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)
