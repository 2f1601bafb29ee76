"""What lapses by the clock is tidied up, and what a crash left between two steps is finished."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from billing.errors import PaymentRefused
from billing.gateways import Charge, ChargeState, gateway_named
from billing.models import Payment, Refund
from billing.services import refunds
from billing.states import RefundStatus
from booking.models import Booking, SeatLock
from booking.services import cancelling, ending, settling
from booking.states import BookingStatus, LockStatus
from cinema.core.errors import DomainError
from scheduling.states import ShowStatus

logger = logging.getLogger(__name__)

BATCH = 500
SETTLING_TAKES = timedelta(minutes=1)


@dataclass(slots=True)
class Mended:
    """What one reconciliation did."""

    settled: int = 0
    refused: int = 0
    ended: int = 0
    refunded: int = 0


def release_lapsed(*, now: datetime) -> int:
    """Tidy lapsed locks and end unpaid bookings whose window is over; answers how many seats and bookings."""
    return _tidy_locks(now) + _end_unpaid(now)


def _tidy_locks(now: datetime) -> int:
    tidied = 0
    while batch := _tidy_batch(now):
        tidied += batch
    return tidied


@transaction.atomic(durable=True)
def _tidy_batch(now: datetime) -> int:
    lapsed = SeatLock.objects.lapsed(now=now).select_for_update(skip_locked=True, of=("self",))
    ids = list(lapsed.values_list("id", flat=True)[:BATCH])
    return SeatLock.objects.lapsed(now=now).filter(id__in=ids).update(status=LockStatus.EXPIRED)


def _end_unpaid(now: datetime) -> int:
    ids = Booking.objects.lapsed(now=now).order_by("id").values_list("pk", flat=True)[:BATCH]
    return ending.end_each(booking_ids=ids, reason="Not paid in time", now=now, only_pending=True)


def reconcile(*, now: datetime) -> Mended:
    """Compare payments with the gateway and with bookings, and finish every step that a crash or a lost message left.

    After it, no payment older than its window is PENDING, and every captured one has its booking or its refund.
    """
    mended = Mended()
    _ask_gateways(mended, now)
    mended.ended = _end_unpaid(now) + _end_paid_but_open(now) + _end_of_cancelled_shows(now)
    mended.refunded = _send_refunds(now)
    return mended


def _ask_gateways(mended: Mended, now: datetime) -> None:
    for payment in Payment.objects.unsettled(before=now - SETTLING_TAKES).order_by("id")[:BATCH]:
        try:
            charge = _what_became_of(payment, now)
            if charge is not None:
                settling.act_on(payment=payment, charge=charge, now=now)
                mended.settled += charge.state is ChargeState.SETTLED
        except PaymentRefused:
            mended.refused += 1
        except DomainError as error:  # one provider that cannot be asked must not keep the others waiting
            logger.warning("payment %s not reconciled: %s", payment.pk, error.code)


def _what_became_of(payment: Payment, now: datetime) -> Charge | None:
    charge = gateway_named(payment.gateway).find(key=payment.transaction_code)
    if charge is None and now >= payment.created_at + settings.PAYMENT_WINDOW + SETTLING_TAKES:
        return Charge(ChargeState.REFUSED, failure="The gateway never heard of it.")
    return charge


def _end_paid_but_open(now: datetime) -> int:
    """Money was recorded and the process died before the booking, too late to be confirmed, was ended."""
    paid = Payment.objects.settled().filter(booking_reference=OuterRef("booking_reference"))
    stuck = Booking.objects.filter(Exists(paid), booking_status=BookingStatus.PENDING)
    ids = stuck.order_by("id").values_list("pk", flat=True)[:BATCH]
    return ending.end_each(booking_ids=ids, reason="Paid too late to be confirmed", now=now)


def _end_of_cancelled_shows(now: datetime) -> int:
    left = Booking.objects.filter(show__status=ShowStatus.CANCELLED).exclude(booking_status=BookingStatus.CANCELLED)
    shows = left.order_by("show_id").values_list("show_id", flat=True).distinct()
    return sum(cancelling.end_bookings_of(show_id=show_id, now=now) for show_id in list(shows))


def _send_refunds(now: datetime) -> int:
    ids = list(Refund.objects.due(now=now).order_by("id").values_list("pk", flat=True)[:BATCH])
    sent = 0
    for refund_id in ids:
        try:
            sent += refunds.send(refund_id=refund_id, now=now).refund_status == RefundStatus.COMPLETED
        except DomainError as error:
            logger.warning("refund %s not sent: %s", refund_id, error.code)
    return sent
