"""The one way a booking ends: seats, stock and promo code go back, money is owed, and it is written down."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import DatabaseError, transaction

from accounts.models import Notification
from billing.models import Discount, Payment
from billing.services import discounts, invoices, refunds
from billing.tax import Taxed
from booking import live
from booking.bills import credit_of
from booking.models import BookedFood, BookedSeat, Booking, BookingStatusLog, Line, SeatLock
from booking.services import mailing
from booking.states import Actor, BookingStatus, MailKind
from booking.totals import policy_percent, refund_parts
from cinema.core.errors import DomainError
from cinema.core.money import total
from concessions.services import stock
from scheduling.models import Show

logger = logging.getLogger(__name__)


@transaction.atomic(durable=True)
def end_booking(
    *, booking_id: int, percent: int | None, actor: Actor, reason: str, now: datetime, only_pending: bool = False
) -> Booking:
    """End a booking and give back a percentage of what was paid (None: as its refund policy says).

    A booking that never was confirmed gets everything back. One that has ended already is left as it is.
    """
    quantities = _lock_what_it_holds(booking_id)
    booking = Booking.objects.locked().select_related("show__movie", "show__screen__venue").get(pk=booking_id)
    was = BookingStatus(booking.booking_status)
    if was == BookingStatus.CANCELLED or (only_pending and was != BookingStatus.PENDING):
        return booking
    share = _share(booking, percent, now)
    parts = refund_parts(booking, share)
    refund = total(taxed.total for _, taxed in parts)
    _release(booking, quantities, now)
    booking.booking_status, booking.cancelled_at = BookingStatus.CANCELLED, now
    booking.refund_amount = _owe(booking, refund, reason, now)
    booking.save(update_fields=["booking_status", "cancelled_at", "refund_amount"])
    BookingStatusLog.objects.create(
        booking=booking,
        from_status=was,
        to_status=BookingStatus.CANCELLED,
        changed_at=now,
        changed_by=actor,
        reason=reason,
    )
    _tell(booking, was, now)
    if was == BookingStatus.CONFIRMED:
        _credit(booking, parts, reason, now)
    return booking


def end_each(*, booking_ids: Iterable[int], reason: str, now: datetime, only_pending: bool = False) -> int:
    """End bookings with a full refund, one transaction each; one that cannot be ended leaves the others alone.

    Answers how many were ended. Whatever failed is logged and found again by the next sweep.
    """
    ended = 0
    for booking_id in booking_ids:
        try:
            end_booking(
                booking_id=booking_id,
                percent=100,
                actor=Actor.SYSTEM,
                reason=reason,
                now=now,
                only_pending=only_pending,
            )
            ended += 1
        except (DomainError, DatabaseError):
            logger.exception("booking %s could not be ended", booking_id)
    return ended


def _share(booking: Booking, percent: int | None, now: datetime) -> int:
    if booking.booking_status == BookingStatus.PENDING:
        return 100
    return policy_percent(booking, now) if percent is None else percent


def _lock_what_it_holds(booking_id: int) -> dict[int, int]:
    """Lock in the order of docs/locking.md: show, claims by seat, stock by item, promo code; answer the food."""
    facts = Booking.objects.values("show_id", "discount_id").get(pk=booking_id)
    foods = BookedFood.objects.filter(booking_id=booking_id, released_at=None)
    quantities = dict(foods.values_list("food_id", "quantity"))
    Show.objects.guarded_shared(facts["show_id"])
    claims = SeatLock.objects.sold_to(booking_id).order_by("seat_id").select_for_update(of=("self",))
    list(claims.values_list("pk"))
    if quantities:
        stock.lock_counted(food_ids=list(quantities))
    if facts["discount_id"]:
        list(Discount.objects.filter(pk=facts["discount_id"]).select_for_update(no_key=True).values_list("pk"))
    return quantities


def _release(booking: Booking, quantities: dict[int, int], now: datetime) -> None:
    SeatLock.objects.sold_to(booking.pk).release()
    live.announce_on_commit(booking.show_id)
    BookedSeat.objects.filter(booking=booking, released_at=None).update(released_at=now)
    BookedFood.objects.filter(booking=booking, released_at=None).update(released_at=now)
    stock.put_back(quantities=quantities)
    if booking.discount_id and booking.confirmed_at is None:
        discounts.give_use_back(discount_id=booking.discount_id)


def _owe(booking: Booking, refund: Decimal, reason: str, now: datetime) -> Decimal:
    """Owe the refund out of the booking's own payment, and what is left of any other that came in for it."""
    owed = Decimal(0)
    paid = Payment.objects.settled().filter(booking_reference=booking.booking_reference)
    for payment in paid.order_by("id").select_for_update(of=("self",)):
        amount = refund if payment.pk == booking.payment_id else payment.amount - payment.refund_owed
        refunds.owe(payment=payment, amount=amount, key=f"{payment.transaction_code}/end", reason=reason, now=now)
        if payment.pk == booking.payment_id:
            owed = amount
    return owed


def _credit(booking: Booking, parts: Sequence[tuple[Line, Taxed]], reason: str, now: datetime) -> None:
    """Issue the credit note; last, for everybody who settles or cancels at this venue waits from here to the commit."""
    invoices.credit(
        venue=booking.show.screen.venue,
        booking_reference=booking.booking_reference,
        document=credit_of(parts, booking.show),
        key=f"{booking.booking_reference}/end",
        reason=reason,
        now=now,
    )


def _tell(booking: Booking, was: BookingStatus, now: datetime) -> None:
    if was != BookingStatus.CONFIRMED:
        return
    Notification.objects.create(
        user_id=booking.user_id,
        booking_id=booking.pk,
        notification_type="BOOKING_CANCELLED",
        message=f"Booking {booking.booking_reference} for {booking.show.movie.title} is cancelled; "
        f"{booking.refund_amount} comes back to you.",
        created_at=now,
    )
    mailing.owe(booking=booking, kind=MailKind.CANCELLED, now=now)
