"""Money meets booking: the step that makes a paid booking a sale, once, whatever happens around it."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from billing.errors import ChargeDiffers, PaymentRefused
from billing.gateways import Bill, Charge, ChargeState, gateway_named
from billing.models import Payment
from billing.services import invoices, issues, ledger, refunds
from billing.states import IssueKind, PaymentStatus
from booking.bills import invoice_of
from booking.errors import BookingOver, UnknownBooking
from booking.models import BookedSeat, Booking, BookingStatusLog, SeatLock, Ticket
from booking.services import ending, news
from booking.states import Actor, BookingStatus, TicketKind
from cinema.core import jobs
from scheduling.models import Show
from scheduling.states import ShowStatus

logger = logging.getLogger(__name__)


def pay(*, payment_id: int, now: datetime) -> Booking:
    """Ask the gateway for the money of one attempt and act on its answer.

    :raises PaymentRefused: when the gateway says no; the booking stays open for another attempt.
    """
    payment = Payment.objects.get(pk=payment_id)
    charge = gateway_named(payment.gateway).charge(_bill(payment))
    return act_on(payment=payment, charge=charge, now=now)


def look(*, payment_id: int, now: datetime) -> Booking:
    """Ask the gateway what became of an attempt that is not settled, and act on its answer; the return page does.

    :raises PaymentRefused: as `pay`.
    """
    payment = Payment.objects.get(pk=payment_id)
    charge = None if payment.is_settled else gateway_named(payment.gateway).find(key=payment.transaction_code)
    if charge is None:
        return Booking.objects.get(booking_reference=payment.booking_reference)
    return act_on(payment=payment, charge=charge, now=now)


def act_on(*, payment: Payment, charge: Charge, now: datetime) -> Booking:
    """Apply what a gateway said about an attempt: settle it, refuse it, or leave it pending.

    :raises PaymentRefused: when the gateway said no.
    """
    if charge.state is ChargeState.SETTLED:
        return settle(payment_id=payment.pk, charge=charge, now=now)
    if charge.state is ChargeState.REFUSED:
        refuse(payment_id=payment.pk, charge=charge, now=now)
        raise PaymentRefused(failure=charge.failure)
    unpaid = Payment.objects.filter(pk=payment.pk, payment_status=PaymentStatus.PENDING)
    unpaid.update(redirect_url=charge.redirect_url, gateway_payment_id=charge.id)
    return Booking.objects.get(booking_reference=payment.booking_reference)


def settle(*, payment_id: int, charge: Charge, now: datetime) -> Booking:
    """Record that the money came: the booking is confirmed, or, when it is too late for that, ended and refunded.

    The first money confirms, whichever attempt it comes from; any more goes back. Repeating it changes nothing.

    :raises ChargeDiffers: when the gateway took another amount than was asked for; nothing is recorded but the issue.
    """
    try:
        booking = _record_money(payment_id=payment_id, charge=charge, now=now)
    except ChargeDiffers:
        _report_difference(payment_id, charge, now)
        raise
    if booking.booking_status != BookingStatus.PENDING:
        return booking
    return ending.end_booking(
        booking_id=booking.pk, percent=100, actor=Actor.SYSTEM, reason="Paid too late to be confirmed", now=now
    )


@transaction.atomic(durable=True)
def _record_money(*, payment_id: int, charge: Charge, now: datetime) -> Booking:
    locked = _lock(_booking_of(payment_id))
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)
    if payment.is_settled:
        return locked.booking
    if charge.amount is not None and charge.amount != payment.amount:
        raise ChargeDiffers
    _complete(payment, charge, now)
    ledger.record_payment(payment=payment, venue_id=locked.show.screen.venue_id, now=now)
    if locked.booking.booking_status != BookingStatus.PENDING:
        _return_late(payment, locked.booking, now)
    elif locked.may_be_confirmed(now):
        locked.booking.payment = payment
        _confirm(locked, Actor.PAYMENT_SERVICE, now)
    return locked.booking


def _complete(payment: Payment, charge: Charge, now: datetime) -> None:
    payment.payment_status = PaymentStatus.COMPLETED
    payment.payment_method = charge.method
    payment.gateway_payment_id = charge.id
    payment.settled_at = now
    payment.failure = ""
    payment.save(update_fields=["payment_status", "payment_method", "gateway_payment_id", "settled_at", "failure"])


def _return_late(payment: Payment, booking: Booking, now: datetime) -> None:
    is_over = booking.booking_status == BookingStatus.CANCELLED
    reason = "The booking had ended before the money came" if is_over else "The booking was paid already"
    logger.warning("payment %s goes back: %s", payment.transaction_code, reason)
    refunds.owe(payment=payment, amount=payment.amount, key=f"{payment.transaction_code}/late", reason=reason, now=now)
    if is_over and booking.confirmed_at is None:  # whichever attempt it is from, nobody has paid for anything
        booking.refund_amount = payment.amount
        booking.save(update_fields=["refund_amount"])


def _report_difference(payment_id: int, charge: Charge, now: datetime) -> None:
    payment = Payment.objects.get(pk=payment_id)
    issues.find(
        kind=IssueKind.AMOUNT_DIFFERS,
        subject=payment.transaction_code,
        gateway=payment.gateway,
        payment=payment,
        facts={"asked": str(payment.amount), "taken": str(charge.amount), "charge": charge.id},
        now=now,
    )


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


@transaction.atomic(durable=True)
def refuse(*, payment_id: int, charge: Charge, now: datetime) -> None:
    """Record that an attempt failed; its booking stays open for another one until its time to pay is over."""
    refused = Payment.objects.filter(pk=payment_id, payment_status=PaymentStatus.PENDING).update(
        payment_status=PaymentStatus.FAILED,
        failure=charge.failure[:200],
        gateway_payment_id=charge.id,
        redirect_url="",
    )
    if refused:
        news.payment_failed(Payment.objects.get(pk=payment_id), now=now)


def _bill(payment: Payment) -> Bill:
    booking = Booking.objects.select_related("show__movie", "show__screen__venue").get(
        booking_reference=payment.booking_reference
    )
    back = reverse("wait_for_payment", args=[booking.booking_reference])
    return Bill(
        key=payment.transaction_code,
        amount=payment.amount,
        currency=booking.show.screen.venue.currency,
        description=f"{booking.show.movie.title}, booking {booking.booking_reference}",
        return_url=settings.SITE_URL.rstrip("/") + back,
        pay_until=booking.pay_until,
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
    booking.save(update_fields=["booking_status", "confirmed_at", "payment"])
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
    jobs.enqueue_on_commit(jobs.ISSUE_TICKETS, booking_id=booking.pk)
    booking.show = locked.show
    news.confirmed(booking, now=now)
    document = invoice_of(booking, locked.show)
    # Last, for everybody who settles at this venue waits from here to the commit.
    invoices.issue(
        venue=locked.show.screen.venue, booking_reference=booking.booking_reference, document=document, now=now
    )
