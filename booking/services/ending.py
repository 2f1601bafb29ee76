"""The one way a booking ends, whole or in part: seats, stock and promo code go back, money is owed, all is written down."""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import OperationalError, transaction

from billing.models import Discount, Payment
from billing.services import discounts, invoices, refunds
from booking import live
from booking.bills import credit_of
from booking.errors import BookingNotPaid, BookingsNotEnded, PartyInside
from booking.models import (
    BookedFee,
    BookedFood,
    BookedSeat,
    Booking,
    BookingStatusLog,
    Cancellation,
    Line,
    SeatLock,
    Ticket,
)
from booking.returns import (
    Returning,
    earlier,
    going_with,
    lines_of,
    named_lines,
    policy_percent,
    returning,
)
from booking.services import news
from booking.states import Actor, BookingStatus
from cinema.core import jobs
from cinema.core.errors import Busy
from concessions.services import stock
from scheduling.models import Show

logger = logging.getLogger(__name__)


@transaction.atomic(durable=True)
def end_booking(
    *, booking_id: int, percent: int | None, actor: Actor, reason: str, now: datetime, only_pending: bool = False
) -> Booking:
    """End a booking and give back a percentage of what was paid (None: as its refund policy says).

    A booking that never was confirmed gets everything back. One that has ended already is left as it is.

    :raises PartyInside: when the policy is to decide and the party was let in.
    """
    booking, lines = _locked(booking_id)
    was = BookingStatus(booking.booking_status)
    if was == BookingStatus.CANCELLED or (only_pending and was != BookingStatus.PENDING):
        return booking
    step = Step(actor, reason, now)
    booking.booking_status, booking.cancelled_at = BookingStatus.CANCELLED, now
    if was == BookingStatus.PENDING:
        _drop_order(booking, lines, step)
        return booking
    if percent is None:
        _require_outside(booking)
    live = [line for line in lines if line.released_at is None]
    share = policy_percent(booking, now) if percent is None else percent
    _cancel(booking, returning(booking, lines, cancelled=live, percent=share, by_house=percent is not None), step)
    return booking


@transaction.atomic(durable=True)
def end_lines(
    *, booking_id: int, seat_ids: Collection[int], food_ids: Collection[int], actor: Actor, reason: str, now: datetime
) -> Cancellation:
    """Cancel seats and food of a sale as its refund policy says; with the last of them the booking ends.

    When all of them were cancelled before, nothing changes and the last decision about them is the answer.

    :raises BookingNotPaid: when the booking never was a sale.
    :raises PartyInside: when the party was let in.
    :raises UnknownLine: when a seat or a food is not in it, or none is named.
    """
    booking, lines = _locked(booking_id)
    if booking.confirmed_at is None:
        raise BookingNotPaid
    named = named_lines(lines, seat_ids=seat_ids, food_ids=food_ids)
    if all(line.released_at for line in named):
        return earlier(booking, named)
    _require_outside(booking)
    going = going_with(lines, named)
    if len(going) == sum(line.released_at is None for line in lines):
        booking.booking_status, booking.cancelled_at = BookingStatus.CANCELLED, now
    back = returning(booking, lines, cancelled=going, percent=policy_percent(booking, now), by_house=False)
    return _cancel(booking, back, Step(actor, reason, now))


def _require_outside(booking: Booking) -> None:
    if Ticket.objects.filter(booking=booking, admitted_at__isnull=False).exists():
        raise PartyInside


def end_each(*, booking_ids: Iterable[int], reason: str, now: datetime, only_pending: bool = False) -> int:
    """End bookings with a full refund, one transaction each; one that cannot be ended leaves the others alone.

    Answers how many were ended. Whatever failed is logged and found again by the next sweep.

    :raises BookingsNotEnded: after the last, when one failed by more than a database that was busy for a moment.
    """
    ended = failed = 0
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
        except Exception as fault:  # of whatever kind: it is this booking's, and the others must not wait for it
            logger.exception("booking %s could not be ended", booking_id)
            failed += not isinstance(fault, (Busy, OperationalError))
    if failed:
        raise BookingsNotEnded(ended=ended, failed=failed)
    return ended


@dataclass(frozen=True, slots=True)
class Step:
    """Who takes a step, why and when."""

    actor: Actor
    reason: str
    now: datetime


def _locked(booking_id: int) -> tuple[Booking, list[Line]]:
    _lock_what_it_holds(booking_id)
    booking = Booking.objects.locked().select_related("show__movie", "show__screen__venue").get(pk=booking_id)
    return booking, lines_of(booking)


def _drop_order(booking: Booking, lines: Sequence[Line], step: Step) -> None:
    """End what never became a sale: whatever came in for it goes back whole, and it used no promo code."""
    _release(booking, lines, step.now)
    booking.refund_amount = min(_owe(booking, booking.amount, "end", step), booking.amount)
    _write_down(booking, BookingStatus.PENDING, step)
    if booking.discount_id:
        discounts.give_use_back(discount_id=booking.discount_id)


def _lock_what_it_holds(booking_id: int) -> None:
    """Lock in the order of docs/locking.md: show, claims by seat, stock by item, promo code."""
    facts = Booking.objects.values("show_id", "discount_id").get(pk=booking_id)
    foods = BookedFood.objects.filter(booking_id=booking_id, released_at=None).values_list("food_id", flat=True)
    food_ids = list(foods)
    Show.objects.guarded_shared(facts["show_id"])
    claims = SeatLock.objects.sold_to(booking_id).order_by("seat_id").select_for_update(of=("self",))
    list(claims.values_list("pk"))
    if food_ids:
        stock.lock_counted(food_ids=food_ids)
    if facts["discount_id"]:
        list(Discount.objects.filter(pk=facts["discount_id"]).select_for_update(no_key=True).values_list("pk"))


def _cancel(booking: Booking, back: Returning, step: Step) -> Cancellation:
    """Write one decision down: what each line gives back is on the line, the seats and the food are free again."""
    cancellation = Cancellation.objects.create(
        booking=booking,
        percent=back.percent,
        amount=back.amount,
        rounding=back.rounding,
        made_at=step.now,
        made_by=step.actor,
        reason=step.reason,
    )
    for line, part in back.lines:
        line.cancellation = cancellation
        line.refunded_taxable, line.refunded_cgst, line.refunded_sgst = part.taxable, part.cgst, part.sgst
    _release(booking, [line for line, _ in back.lines], step.now)
    is_end = booking.booking_status == BookingStatus.CANCELLED
    key = "end" if is_end else f"part-{cancellation.pk}"
    _owe(booking, back.amount, key, step)
    booking.refund_amount += back.amount
    _write_down(booking, BookingStatus.CONFIRMED, step)
    if is_end:
        news.cancelled(booking, now=step.now)
    else:
        _tell_of_part(booking, cancellation)
    _credit(booking, back, key, step)
    return cancellation


def _release(booking: Booking, lines: Collection[Line], now: datetime) -> None:
    seats = [line for line in lines if isinstance(line, BookedSeat)]
    foods = [line for line in lines if isinstance(line, BookedFood)]
    SeatLock.objects.sold_to(booking.pk).filter(seat_id__in=[line.seat_id for line in seats]).release()
    live.announce_on_commit(booking.show_id)
    for line in lines:
        line.released_at = now
    BookedSeat.objects.bulk_update(seats, _RELEASED)
    BookedFood.objects.bulk_update(foods, _RELEASED)
    BookedFee.objects.bulk_update([line for line in lines if isinstance(line, BookedFee)], _RELEASED)
    stock.put_back(quantities={line.food_id: line.quantity for line in foods})


_RELEASED = ["released_at", "cancellation", "refunded_taxable", "refunded_cgst", "refunded_sgst"]


def _owe(booking: Booking, refund: Decimal, key: str, step: Step) -> Decimal:
    """Owe the refund out of the booking's own payment; when it ends, also what is left of any other that came for it.

    Answers what that is in all.
    """
    owed = Decimal(0)
    is_end = booking.booking_status == BookingStatus.CANCELLED
    paid = Payment.objects.settled().filter(booking_reference=booking.booking_reference)
    for payment in paid.order_by("id").select_for_update(of=("self",)):
        is_own = payment.pk == booking.payment_id
        if not is_own and not is_end:
            continue
        amount = refund if is_own else payment.amount - payment.refund_owed
        refunds.owe(
            payment=payment, amount=amount, key=f"{payment.transaction_code}/{key}", reason=step.reason, now=step.now
        )
        owed += amount
    return owed


def _write_down(booking: Booking, was: BookingStatus, step: Step) -> None:
    booking.save(update_fields=["booking_status", "cancelled_at", "refund_amount"])
    BookingStatusLog.objects.create(
        booking=booking,
        from_status=was,
        to_status=booking.booking_status,
        changed_at=step.now,
        changed_by=step.actor,
        reason=step.reason,
    )


def _credit(booking: Booking, back: Returning, key: str, step: Step) -> None:
    """Issue the credit note; last, for everybody who settles or cancels at this venue waits from here to the commit."""
    invoices.credit(
        venue=booking.show.screen.venue,
        booking_reference=booking.booking_reference,
        document=credit_of(back, booking.show),
        key=f"{booking.booking_reference}/{key}",
        reason=step.reason,
        now=step.now,
    )


def _tell_of_part(booking: Booking, cancellation: Cancellation) -> None:
    """Say that less is left of the booking, and have its ticket drawn anew."""
    Ticket.objects.filter(booking=booking).update(size=0)
    jobs.enqueue_on_commit(jobs.ISSUE_TICKETS, booking_id=booking.pk)
    news.cancelled_in_part(booking, cancellation)
