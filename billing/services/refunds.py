"""Money back: owed inside the transaction that decides it, sent afterwards, safe to repeat."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from billing.errors import RefundTooLarge
from billing.gateways import gateway_named
from billing.models import Payment, Refund
from billing.services import ledger
from billing.states import PaymentStatus, RefundStatus
from cinema.core import jobs


def owe(*, payment: Payment, amount: Decimal, key: str, reason: str, now: datetime) -> Refund | None:
    """Record that money goes back, within the caller's transaction; nothing for an amount of 0 or a known key.

    :raises RefundTooLarge: when more would go back than was paid.
    """
    if not amount or Refund.objects.filter(idempotency_key=key).exists():
        return None
    within = Payment.objects.settled().filter(pk=payment.pk, refund_owed__lte=F("amount") - amount)
    if not within.update(refund_owed=F("refund_owed") + amount):
        raise RefundTooLarge
    refund = Refund.objects.create(payment=payment, amount=amount, idempotency_key=key, reason=reason, created_at=now)
    ledger.record_refund_owed(refund=refund, payment=payment, now=now)
    jobs.enqueue_on_commit(jobs.SEND_REFUND, refund_id=refund.pk)
    return refund


def send(*, refund_id: int, now: datetime) -> Refund:
    """Ask the gateway to give the money back and record that it did; repeating it gives nothing twice."""
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.refund_status == RefundStatus.COMPLETED:
        return refund
    payment = refund.payment
    gateway_id = gateway_named(payment.gateway).refund(
        charge_key=payment.transaction_code, key=refund.idempotency_key, amount=refund.amount
    )
    _record_sent(refund_id=refund_id, gateway_id=gateway_id, now=now)
    refund.refresh_from_db()
    return refund


@transaction.atomic(durable=True)
def _record_sent(*, refund_id: int, gateway_id: str, now: datetime) -> None:
    payment_id = Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)
    refund = Refund.objects.select_for_update(of=("self",)).get(pk=refund_id)
    if refund.refund_status == RefundStatus.COMPLETED:
        return
    Refund.objects.filter(pk=refund_id).update(
        refund_status=RefundStatus.COMPLETED, gateway_refund_id=gateway_id, completed_at=now
    )
    Payment.objects.filter(pk=payment_id).update(
        refund_amount=F("refund_amount") + refund.amount, payment_status=PaymentStatus.REFUNDED
    )
    ledger.record_refund_sent(refund=refund, payment=payment, now=now)
