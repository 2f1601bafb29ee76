"""Money back: owed inside the transaction that decides it, sent afterwards, safe to repeat."""

import logging
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from billing import watchers
from billing.errors import RefundNotOpen, RefundTooLarge
from billing.gateways import Charge, Repayment, RepaymentState, gateway_named
from billing.models import Payment, Refund
from billing.services import issues, ledger
from billing.states import IssueKind, PaymentStatus, RefundStatus
from cinema.core import jobs
from cinema.core.errors import DomainError

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
CALLS_SOMEBODY = 8  # failures in a row: about four hours
ASKED_AGAIN = timedelta(hours=1)  # about money that is on its way: its webhook usually tells sooner


def owe(*, payment: Payment, amount: Decimal, key: str, reason: str, now: datetime) -> Refund | None:
    """Record that money goes back, within the caller's transaction; nothing for an amount of 0 or a known key.

    :raises RefundTooLarge: when more would go back than was paid.
    """
    if not amount or Refund.objects.filter(idempotency_key=key).exists():
        return None
    within = Payment.objects.settled().filter(pk=payment.pk, refund_owed__lte=F("amount") - amount)
    if not within.update(refund_owed=F("refund_owed") + amount):
        raise RefundTooLarge
    refund = Refund.objects.create(
        payment=payment,
        amount=amount,
        idempotency_key=key,
        reason=reason,
        created_at=now,
        next_try_at=now + FIRST_WAIT,  # until then the job below has its turn
    )
    ledger.record_refund_owed(refund=refund, payment=payment, now=now)
    jobs.enqueue_on_commit(jobs.SEND_REFUND, refund_id=refund.pk)
    return refund


def send(*, refund_id: int, now: datetime) -> Refund:
    """Ask the gateway to give the money back, or what became of it, and record the answer; repeating gives nothing twice.

    :raises DomainError: when the gateway could not be asked; when to try again is written down.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if not refund.is_open:
        return refund
    try:
        answer = _ask(refund)
    except DomainError as error:
        _record_failure(refund, error.code, now)
        raise
    return record(refund_id=refund_id, answer=answer, now=now)


def _ask(refund: Refund) -> Repayment:
    payment = refund.payment
    gateway = gateway_named(payment.gateway)
    if refund.refund_status == RefundStatus.ACCEPTED:
        found = gateway.find_refund(
            charge_id=payment.gateway_payment_id, key=refund.gateway_key, refund_id=refund.gateway_refund_id
        )
        if found is not None:
            return found
    return gateway.refund(
        charge_key=payment.transaction_code,
        charge_id=payment.gateway_payment_id,
        key=refund.gateway_key,
        amount=refund.amount,
    )


def record(*, refund_id: int, answer: Repayment, now: datetime) -> Refund:
    """Apply what a gateway said about a refund, asked or by its own message; steps never go back."""
    if answer.state is RepaymentState.DONE:
        _record_done(refund_id=refund_id, gateway_id=answer.id, now=now)
    elif answer.state is RepaymentState.ON_ITS_WAY:
        _record_accepted(refund_id, answer, now)
    else:
        _record_refused(refund_id=refund_id, answer=answer, now=now)
    return Refund.objects.select_related("payment").get(pk=refund_id)


@transaction.atomic(durable=True)
def _record_done(*, refund_id: int, gateway_id: str, now: datetime) -> None:
    payment, refund = _locked(refund_id)
    if refund.refund_status != RefundStatus.COMPLETED:
        _complete(payment, refund, gateway_id, now, from_till=False)


def _locked(refund_id: int) -> tuple[Payment, Refund]:
    payment_id = Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)
    return payment, Refund.objects.select_for_update(of=("self",)).get(pk=refund_id)


def _complete(payment: Payment, refund: Refund, gateway_id: str, now: datetime, *, from_till: bool) -> None:
    Refund.objects.filter(pk=refund.pk).update(
        refund_status=RefundStatus.COMPLETED,
        gateway_refund_id=gateway_id,
        completed_at=now,
        next_try_at=None,
        last_error="",
    )
    Payment.objects.filter(pk=payment.pk).update(
        refund_amount=F("refund_amount") + refund.amount, payment_status=PaymentStatus.REFUNDED
    )
    ledger.record_refund_sent(refund=refund, payment=payment, now=now, from_till=from_till)
    for watch in watchers.registered():
        watch(refund, payment, now=now)
    issues.resolve(kind=IssueKind.REFUND_FAILED, subject=refund.idempotency_key, how="The money went back", now=now)


def _record_accepted(refund_id: int, answer: Repayment, now: datetime) -> None:
    waiting = Refund.objects.filter(pk=refund_id, refund_status__in=[RefundStatus.PENDING, RefundStatus.ACCEPTED])
    waiting.update(
        refund_status=RefundStatus.ACCEPTED,
        gateway_refund_id=answer.id,
        attempts=F("attempts") + 1,
        next_try_at=now + ASKED_AGAIN,
        last_error="",
    )


@transaction.atomic(durable=True)
def _record_refused(*, refund_id: int, answer: Repayment, now: datetime) -> None:
    refund = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund_id)
    if not refund.is_open:
        return
    refund.refund_status, refund.next_try_at = RefundStatus.FAILED, None
    refund.gateway_refund_id, refund.last_error = answer.id, answer.failure[:200]
    refund.attempts += 1
    refund.save(update_fields=["refund_status", "next_try_at", "gateway_refund_id", "last_error", "attempts"])
    logger.error("refund %s was refused: %s", refund.idempotency_key, answer.failure)
    _call_somebody(refund, answer.failure, now)


def _record_failure(refund: Refund, error: str, now: datetime) -> None:
    wait = min(FIRST_WAIT * 2 ** min(refund.attempts, 20), LONGEST_WAIT)
    logger.warning("refund %s not sent: %s", refund.pk, error)
    Refund.objects.filter(pk=refund.pk, refund_status=refund.refund_status).update(
        attempts=F("attempts") + 1, next_try_at=now + wait, last_error=error[:200]
    )
    if refund.attempts + 1 >= CALLS_SOMEBODY:
        _call_somebody(refund, error, now)


def _call_somebody(refund: Refund, failure: str, now: datetime) -> None:
    issues.find(
        kind=IssueKind.REFUND_FAILED,
        subject=refund.idempotency_key,
        gateway=refund.payment.gateway,
        refund=refund,
        facts={"amount": str(refund.amount), "failure": failure, "attempts": refund.attempts},
        now=now,
    )


@transaction.atomic(durable=True)
def send_anew(*, refund_id: int, now: datetime) -> Refund:
    """Let a refund that the gateway refused be sent again, as another one to the gateway.

    :raises RefundNotOpen: when it was not refused.
    """
    refused = Refund.objects.filter(pk=refund_id, refund_status=RefundStatus.FAILED)
    anew = {"round": F("round") + 1, "attempts": 0, "gateway_refund_id": "", "next_try_at": now + FIRST_WAIT}
    if not refused.update(refund_status=RefundStatus.PENDING, **anew):
        raise RefundNotOpen("This refund was not refused: nothing is to be sent again.")
    jobs.enqueue_on_commit(jobs.SEND_REFUND, refund_id=refund_id)
    return Refund.objects.get(pk=refund_id)


@transaction.atomic(durable=True)
def hand_over(*, refund_id: int, receipt: str, now: datetime) -> Refund:
    """Record that somebody gave the money back by hand: cash of the box office, or what the gateway had refused.

    :raises RefundNotOpen: when a gateway is giving it back, or it went back already.
    """
    payment, refund = _locked(refund_id)
    at_counter = refund.is_open and gateway_named(payment.gateway).is_at_counter
    if not at_counter and refund.refund_status != RefundStatus.FAILED:
        raise RefundNotOpen
    _complete(payment, refund, receipt[:100], now, from_till=True)
    return Refund.objects.get(pk=refund_id)


def give_back_unknown(*, gateway: str, charge_key: str, charge: Charge, now: datetime) -> None:
    """Give back money whose payment we do not know; once, however often it is asked.

    :raises DomainError: when the gateway cannot be asked; the issue stays open.
    """
    if charge.amount is None:
        return
    answer = gateway_named(gateway).refund(
        charge_key=charge_key, charge_id=charge.id, key=f"{charge_key}/unknown", amount=charge.amount
    )
    if answer.state is not RepaymentState.REFUSED:
        how = f"{charge.amount} given back by itself: {answer.id}"
        issues.resolve(kind=IssueKind.CHARGE_UNKNOWN, subject=charge_key, how=how, now=now)
