"""Payments, gateways and bookings are compared: what a crash or a lost message left is finished, the rest is written down."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import OperationalError, models
from django.db.models import Exists, OuterRef, Q

from billing.errors import PaymentRefused
from billing.gateways import Charge, ChargeState, gateway_named
from billing.models import Payment, PaymentEvent, Refund
from billing.services import issues, refunds
from billing.states import IssueKind, PaymentStatus, RefundStatus
from booking.errors import BookingsNotEnded, NotAllReconciled
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
    failed: int = 0

    def require_whole(self) -> None:
        """:raises NotAllReconciled: when something went wrong with a row that nobody foresaw; the others were done."""
        if self.failed:
            raise NotAllReconciled(failed=self.failed)


def reconcile(*, now: datetime) -> Mended:
    """Compare everything that is open with the gateways and the bookings, and finish it.

    After it, no payment older than its window is PENDING unless its gateway cannot be asked, and every captured one has
    its booking or its refund. What nobody but a person can mend is a PaymentIssue. What goes wrong with one of them is
    logged, counted as `failed`, and keeps none of the others waiting.
    """
    mended = Mended()
    _handle_messages(mended, now)
    _ask_about_payments(mended, now)
    _end_bookings(mended, now)
    _find_unpaid(mended, now)
    _send_refunds(mended, now)
    return mended


@contextmanager
def _apart(mended: Mended, what: str) -> Iterator[None]:
    """Keep what goes wrong with one row from the others: passing trouble is logged, what nobody foresaw counted too."""
    try:
        yield
    except (DomainError, OperationalError) as trouble:  # a provider, or the database, that is away or busy
        logger.warning("%s not reconciled: %s", what, getattr(trouble, "code", "database"))
    except Exception:
        logger.exception("%s not reconciled", what)
        mended.failed += 1


def _handle_messages(mended: Mended, now: datetime) -> None:
    """Messages that were kept and could not be acted on then."""
    left = PaymentEvent.objects.filter(handled_at=None, received_at__lte=now - SETTLING_TAKES)
    for kept in left.order_by("id").iterator(chunk_size=BATCH):
        with _apart(mended, f"message {kept}"):
            event = gateway_named(kept.gateway).understand(identity=kept.event_id, message=kept.payload)
            messages.act(kept=kept, event=event, now=now)
            mended.handled += 1


def _ask_about_payments(mended: Mended, now: datetime) -> None:
    pending = Payment.objects.unsettled(before=now - SETTLING_TAKES)
    doubtful = Payment.objects.filter(
        payment_status=PaymentStatus.FAILED,
        created_at__lt=now - SETTLING_TAKES,
        created_at__gt=now - settings.PAYMENT_WINDOW - DOUBTED_FOR,
    )
    for payment in (pending | doubtful).order_by("id").iterator(chunk_size=BATCH):
        with _apart(mended, f"payment {payment.pk}"):
            _ask_or_report(payment, mended, now)


def _ask_or_report(payment: Payment, mended: Mended, now: datetime) -> None:
    try:
        _ask_about(payment, mended, now)
    except PaymentRefused:
        mended.refused += 1
        _is_stuck_no_more(payment, "The gateway refused it", now)
    except Exception:
        _report_stuck(payment, mended, now)
        raise


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


def _end_bookings(mended: Mended, now: datetime) -> None:
    _count_ended(mended, partial(sweeping.end_unpaid, now=now))
    _count_ended(mended, partial(_end_paid_but_open, now))
    left = Booking.objects.filter(show__status=ShowStatus.CANCELLED).exclude(booking_status=BookingStatus.CANCELLED)
    shows = left.order_by("show_id").values_list("show_id", flat=True).distinct()
    for show_id in list(shows):
        _count_ended(mended, partial(cancelling.end_bookings_of, show_id=show_id, now=now))


def _count_ended(mended: Mended, end: Callable[[], int]) -> None:
    try:
        mended.ended += end()
    except BookingsNotEnded as some:
        mended.ended += some.ended
        mended.failed += some.failed


def _end_paid_but_open(now: datetime) -> int:
    """Money was recorded and the process died before the booking, too late to be confirmed, was ended."""
    paid = Payment.objects.settled().filter(booking_reference=OuterRef("booking_reference"))
    stuck = Booking.objects.filter(Exists(paid), booking_status=BookingStatus.PENDING)
    return ending.end_each(booking_ids=_ids(stuck), reason="Paid too late to be confirmed", now=now)


def _find_unpaid(mended: Mended, now: datetime) -> None:
    """A ticket without its money: nothing of ours makes one, so somebody should know."""
    settled = Q(payment__payment_status__in=[PaymentStatus.COMPLETED, PaymentStatus.REFUNDED])
    recent = Booking.objects.filter(booking_status=BookingStatus.CONFIRMED, show__starts_at__gt=now, amount__gt=0)
    for booking in recent.exclude(settled).select_related("payment").order_by("id").iterator(chunk_size=BATCH):
        with _apart(mended, f"booking {booking.pk}"):
            _list_unpaid(booking, now)
            mended.listed += 1


def _list_unpaid(booking: Booking, now: datetime) -> None:
    payment = booking.payment
    facts = {"amount": str(booking.amount), "payment": payment.payment_status if payment else ""}
    gateway = payment.gateway if payment else ""
    subject = booking.booking_reference
    issues.find(kind=IssueKind.BOOKING_UNPAID, subject=subject, gateway=gateway, payment=payment, facts=facts, now=now)


def _ids(rows: models.QuerySet[Any]) -> Iterator[int]:
    return iter(rows.order_by("id").values_list("pk", flat=True).iterator(chunk_size=BATCH))


def _send_refunds(mended: Mended, now: datetime) -> None:
    for refund_id in _ids(Refund.objects.due(now=now)):
        with _apart(mended, f"refund {refund_id}"):
            refund = refunds.send(refund_id=refund_id, now=now)
            mended.refunded += refund.refund_status == RefundStatus.COMPLETED
