"""Money meets booking: the step that makes a paid booking a sale, once, whatever happens around it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Notification
from billing.errors import PaymentRefused
from billing.gateways import Charge, ChargeState, gateway_named
from billing.models import Payment
from billing.services import invoices, ledger, refunds
from billing.states import PaymentStatus
from booking.bills import invoice_of
from booking.errors import BookingOver, UnknownBooking
from booking.models import BookedSeat, Booking, BookingStatusLog, SeatLock, Ticket
from booking.services import ending, mailing
from booking.states import Actor, BookingStatus, MailKind, TicketKind
from cinema.core import jobs
from scheduling.models import Show
from scheduling.states import ShowStatus


def pay(*, payment_id: int, now: datetime) -> Booking:
    """Ask the gateway for the money of one attempt and act on its answer.

    :raises PaymentRefused: when the gateway says no; the booking has been cancelled.
    """
    payment = Payment.objects.get(pk=payment_id)
    charge = gateway_named(payment.gateway).charge(key=payment.transaction_code, amount=payment.amount, currency="INR")
    return act_on(payment=payment, charge=charge, now=now)


def act_on(*, payment: Payment, charge: Charge, now: datetime) -> Booking:
    """Apply what a gateway said about an attempt: settle it, refuse it, or leave it pending.

    :raises PaymentRefused: when the gateway said no; the booking has been cancelled.
    """
    if charge.state is ChargeState.SETTLED:
        return settle(payment_id=payment.pk, charge=charge, now=now)
    if charge.state is ChargeState.REFUSED:
        refuse(payment_id=payment.pk, charge=charge, now=now)
        raise PaymentRefused(failure=charge.failure)
    return Booking.objects.get(booking_reference=payment.booking_reference)


def settle(*, payment_id: int, charge: Charge, now: datetime) -> Booking:
    """Record that the money came: the booking is confirmed, or, when it is too late for that, ended and refunded.

    Repeating it changes nothing.
    """
    booking = _record_money(payment_id=payment_id, charge=charge, now=now)
    if booking.booking_status != BookingStatus.PENDING:
        return booking
    return ending.end_booking(
        booking_id=booking.pk, percent=100, actor=Actor.SYSTEM, reason="Paid too late to be confirmed", now=now
    )


@transaction.atomic(durable=True)
def _record_money(*, payment_id: int, charge: Charge, now: datetime) -> Booking:
    booking_id = _booking_of(payment_id)
    locked = _lock(booking_id)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)
    if payment.is_settled:
        return locked.booking
    # The customer was told that a FAILED attempt failed: money that comes for it all the same never confirms.
    was_awaited = payment.payment_status == PaymentStatus.PENDING and locked.booking.payment_id == payment_id
    _complete(payment, charge, now)
    ledger.record_payment(payment=payment, venue_id=locked.show.screen.venue_id, now=now)
    if locked.booking.booking_status != BookingStatus.PENDING:
        _return_late(payment, locked.booking, now)
    elif was_awaited and locked.may_be_confirmed(now):
        _confirm(locked, Actor.PAYMENT_SERVICE, now)
    return locked.booking


def _complete(payment: Payment, charge: Charge, now: datetime) -> None:
    payment.payment_status = PaymentStatus.COMPLETED
    payment.payment_method = charge.method
    payment.gateway_payment_id = charge.id
    payment.settled_at = now
    payment.save(update_fields=["payment_status", "payment_method", "gateway_payment_id", "settled_at"])


def _return_late(payment: Payment, booking: Booking, now: datetime) -> None:
    reason = "The booking had ended before the money came"
    refunds.owe(payment=payment, amount=payment.amount, key=f"{payment.transaction_code}/late", reason=reason, now=now)
    if booking.payment_id == payment.pk and booking.booking_status == BookingStatus.CANCELLED:
        booking.refund_amount = payment.amount
        booking.save(update_fields=["refund_amount"])


@transaction.atomic(durable=True)
def confirm_free(*, booking_id: int, now: datetime) -> Booking:
    """Confirm a booking that costs nothing.

    :raises BookingOver: when the show was cancelled meanwhile, or the window has lapsed.
    """
    locked = _lock(booking_id)
    if locked.booking.booking_status == BookingStatus.CONFIRMED:
        return locked.booking
    if locked.booking.amount or not locked.may_be_confirmed(now):
        raise BookingOver
    _confirm(locked, Actor.SYSTEM, now)
    return locked.booking


def refuse(*, payment_id: int, charge: Charge, now: datetime) -> Booking:
    """Record that an attempt failed, and end its booking."""
    Payment.objects.filter(pk=payment_id, payment_status=PaymentStatus.PENDING).update(
        payment_status=PaymentStatus.FAILED, failure=charge.failure[:200], gateway_payment_id=charge.id
    )
    return ending.end_booking(
        booking_id=_booking_of(payment_id),
        percent=100,
        actor=Actor.PAYMENT_SERVICE,
        reason="Payment refused",
        now=now,
        only_pending=True,
    )


@dataclass(frozen=True, slots=True)
class _Locked:
    booking: Booking
    show: Show
    claims: int
    seats: int

    def may_be_confirmed(self, now: datetime) -> bool:
        return (
            self.booking.booking_status == BookingStatus.PENDING
            and self.show.status != ShowStatus.CANCELLED
            and now < self.booking.pay_until
            and self.claims == self.seats
        )


def _booking_of(payment_id: int) -> int:
    reference = Payment.objects.values("booking_reference").filter(pk=payment_id)
    booking_id = Booking.objects.values_list("pk", flat=True).filter(booking_reference__in=reference).first()
    if booking_id is None:
        raise UnknownBooking
    return booking_id


def _lock(booking_id: int) -> _Locked:
    """Lock in the order of docs/locking.md: the show, its claims by seat, the booking; read the show only then."""
    show_id = Booking.objects.values_list("show_id", flat=True).get(pk=booking_id)
    Show.objects.guarded_shared(show_id)
    claims = SeatLock.objects.sold_to(booking_id).order_by("seat_id").select_for_update(of=("self",))
    held = len(claims.values_list("pk"))
    booking = Booking.objects.locked().get(pk=booking_id)
    show = Show.objects.select_related("screen__venue", "movie").get(pk=show_id)
    return _Locked(booking, show, held, BookedSeat.objects.filter(booking_id=booking_id, released_at=None).count())


def _confirm(locked: _Locked, actor: Actor, now: datetime) -> None:
    booking = locked.booking
    booking.booking_status, booking.confirmed_at = BookingStatus.CONFIRMED, now
    booking.save(update_fields=["booking_status", "confirmed_at"])
    BookingStatusLog.objects.create(
        booking=booking,
        from_status=BookingStatus.PENDING,
        to_status=BookingStatus.CONFIRMED,
        changed_at=now,
        changed_by=actor,
        reason="Paid" if booking.amount else "Nothing to pay",
    )
    Ticket.objects.create(
        user_id=booking.user_id,
        booking=booking,
        kind=TicketKind.ISSUED,
        title=locked.show.movie.title,
        filename=f"{booking.booking_reference}.pdf",
        content_type="application/pdf",
        created_at=now,
    )
    Notification.objects.create(
        user_id=booking.user_id,
        booking_id=booking.pk,
        notification_type="BOOKING_CONFIRMED",
        message=f"Booking {booking.booking_reference} for {locked.show.movie.title} is confirmed.",
        created_at=now,
    )
    jobs.enqueue_on_commit(jobs.ISSUE_TICKETS, booking_id=booking.pk)
    mailing.owe(booking=booking, kind=MailKind.CONFIRMED, now=now)
    document = invoice_of(booking, locked.show)
    # Last, for everybody who settles at this venue waits from here to the commit.
    invoices.issue(
        venue=locked.show.screen.venue, booking_reference=booking.booking_reference, document=document, now=now
    )
