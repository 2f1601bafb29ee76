"""Payments, gateways and bookings are compared: what a crash or a lost message left is finished, the rest is written down."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, models
from django.db.models import Exists, OuterRef, Q

from billing.errors import PaymentRefused
from billing.gateways import Charge, ChargeState, gateway_named
from billing.models import Payment, PaymentEvent, Refund
from billing.services import issues, refunds
from billing.states import IssueKind, PaymentStatus, RefundStatus
from booking.models import Booking
from booking.services import cancelling, ending, messages, settling, sweeping
from booking.states import BookingStatus
from cinema.core.errors import DomainError
from scheduling.states import ShowStatus

logger = logging.getLogger(__name__)

BATCH = 500  # rows read at once; every row has its turn
SETTLING_TAKES = timedelta(minutes=1)
STUCK_AFTER = timedelta(hours=1)  # from then on a person should look
DOUBTED_FOR = timedelta(hours=1)  # for so long a gateway is asked again about what it had refused


@dataclass(slots=True)
class Mended:
    """What one reconciliation did, and how much of what it found is for a person."""

    handled: int = 0
    settled: int = 0
    refused: int = 0
    ended: int = 0
    refunded: int = 0
    listed: int = 0


def reconcile(*, now: datetime) -> Mended:
    """Compare everything that is open with the gateways and the bookings, and finish it.

    After it, no payment older than its window is PENDING unless its gateway cannot be asked, and every captured one has
    its booking or its refund. What nobody but a person can mend is a PaymentIssue.
    """
    mended = Mended()
    _handle_messages(mended, now)
    _ask_about_payments(mended, now)
    mended.ended = sweeping.end_unpaid(now=now) + _end_paid_but_open(now) + _end_of_cancelled_shows(now)
    _find_unpaid(mended, now)
    _send_refunds(mended, now)
    return mended


def _handle_messages(mended: Mended, now: datetime) -> None:
    """Messages that were kept and could not be acted on then."""
    left = PaymentEvent.objects.filter(handled_at=None, received_at__lte=now - SETTLING_TAKES)
    for kept in left.order_by("id").iterator(chunk_size=BATCH):
        try:
            event = gateway_named(kept.gateway).understand(identity=kept.event_id, message=kept.payload)
            messages.handle(kept=kept, event=event, now=now)
        except DomainError as error:
            logger.warning("message %s not understood: %s", kept, error.code)
            continue
        mended.handled += 1


def _ask_about_payments(mended: Mended, now: datetime) -> None:
    pending = Payment.objects.unsettled(before=now - SETTLING_TAKES)
    doubtful = Payment.objects.filter(
        payment_status=PaymentStatus.FAILED,
        created_at__lt=now - SETTLING_TAKES,
        created_at__gt=now - settings.PAYMENT_WINDOW - DOUBTED_FOR,
    )
    for payment in (pending | doubtful).order_by("id").iterator(chunk_size=BATCH):
        try:
            _ask_about(payment, mended, now)
        except PaymentRefused:
            mended.refused += 1
            _is_stuck_no_more(payment, "The gateway refused it", now)
        except (DomainError, DatabaseError) as error:  # one provider that is away must not keep the others waiting
            logger.warning("payment %s not reconciled: %s", payment.pk, getattr(error, "code", "database"))
            _report_stuck(payment, mended, now)


def _ask_about(payment: Payment, mended: Mended, now: datetime) -> None:
    charge = _what_became_of(payment, now)
    had_failed = payment.payment_status == PaymentStatus.FAILED
    if charge is None or (had_failed and charge.state is not ChargeState.SETTLED):
        return
    settling.act_on(payment=payment, charge=charge, now=now)
    if charge.state is ChargeState.SETTLED:
        mended.settled += 1
        _is_stuck_no_more(payment, "The gateway settled it", now)
    else:
        _report_stuck(payment, mended, now)


def _what_became_of(payment: Payment, now: datetime) -> Charge | None:
    gateway = gateway_named(payment.gateway)
    ours = Booking.objects.filter(booking_reference=payment.booking_reference)
    is_wanted = ours.filter(booking_status=BookingStatus.PENDING, pay_until__gt=now - SETTLING_TAKES).exists()
    if is_wanted or payment.payment_status == PaymentStatus.FAILED:
        return gateway.find(key=payment.transaction_code)
    charge = gateway.give_up(key=payment.transaction_code)
    if charge is None and now >= payment.created_at + settings.PAYMENT_WINDOW + SETTLING_TAKES:
        return Charge(ChargeState.REFUSED, failure="The gateway never heard of it.")
    return charge


def _report_stuck(payment: Payment, mended: Mended, now: datetime) -> None:
    if payment.payment_status != PaymentStatus.PENDING or now < payment.created_at + STUCK_AFTER:
        return
    issues.find(
        kind=IssueKind.PAYMENT_STUCK,
        subject=payment.transaction_code,
        gateway=payment.gateway,
        payment=payment,
        facts={"amount": str(payment.amount), "since": payment.created_at.isoformat()},
        now=now,
    )
    mended.listed += 1


def _is_stuck_no_more(payment: Payment, how: str, now: datetime) -> None:
    issues.resolve(kind=IssueKind.PAYMENT_STUCK, subject=payment.transaction_code, how=how, now=now)


def _end_paid_but_open(now: datetime) -> int:
    """Money was recorded and the process died before the booking, too late to be confirmed, was ended."""
    paid = Payment.objects.settled().filter(booking_reference=OuterRef("booking_reference"))
    stuck = Booking.objects.filter(Exists(paid), booking_status=BookingStatus.PENDING)
    return ending.end_each(booking_ids=_ids(stuck), reason="Paid too late to be confirmed", now=now)


def _end_of_cancelled_shows(now: datetime) -> int:
    left = Booking.objects.filter(show__status=ShowStatus.CANCELLED).exclude(booking_status=BookingStatus.CANCELLED)
    shows = left.order_by("show_id").values_list("show_id", flat=True).distinct()
    return sum(cancelling.end_bookings_of(show_id=show_id, now=now) for show_id in list(shows))


def _find_unpaid(mended: Mended, now: datetime) -> None:
    """A ticket without its money: nothing of ours makes one, so somebody should know."""
    settled = Q(payment__payment_status__in=[PaymentStatus.COMPLETED, PaymentStatus.REFUNDED])
    recent = Booking.objects.filter(booking_status=BookingStatus.CONFIRMED, show__starts_at__gt=now, amount__gt=0)
    for booking in recent.exclude(settled).select_related("payment").order_by("id").iterator(chunk_size=BATCH):
        payment = booking.payment
        facts = {"amount": str(booking.amount), "payment": payment.payment_status if payment else ""}
        gateway = payment.gateway if payment else ""
        subject = booking.booking_reference
        issues.find(
            kind=IssueKind.BOOKING_UNPAID, subject=subject, gateway=gateway, payment=payment, facts=facts, now=now
        )
        mended.listed += 1


def _ids(rows: models.QuerySet[Any]) -> Iterator[int]:
    return iter(rows.order_by("id").values_list("pk", flat=True).iterator(chunk_size=BATCH))


def _send_refunds(mended: Mended, now: datetime) -> None:
    for refund_id in _ids(Refund.objects.due(now=now)):
        try:
            refund = refunds.send(refund_id=refund_id, now=now)
        except (DomainError, DatabaseError) as error:
            logger.warning("refund %s not sent: %s", refund_id, getattr(error, "code", "database"))
            continue
        mended.refunded += refund.refund_status == RefundStatus.COMPLETED
