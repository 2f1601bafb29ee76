"""What a payment provider says by itself: verified, kept once, and acted on; late, twice and in any order."""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import DatabaseError

from billing.errors import PaymentRefused, PaymentsClosed, UnknownProvider
from billing.gateways import Charge, ChargeState, Event, Gateway, Repayment, gateway_named
from billing.models import Payment, PaymentEvent, Refund
from billing.services import events, issues, refunds
from billing.states import IssueKind
from booking.services import settling
from cinema.core.errors import DomainError

logger = logging.getLogger(__name__)


def take(*, gateway: str, body: bytes, headers: Mapping[str, str], now: datetime) -> str:
    """Keep one message and act on it; answers what came of it, the same when it comes again.

    What cannot be acted on now is kept all the same, and taken up again by reconciliation.

    :raises UnknownProvider: when no such provider sends messages here.
    :raises MessageForged: when it is not signed by the provider.
    """
    event = _provider(gateway).read_event(body=body, headers=headers)
    kept, is_new = events.keep(gateway=gateway, event=event, now=now)
    if not is_new and kept.handled_at is not None:
        return "known"
    return handle(kept=kept, event=event, now=now)


def _provider(name: str) -> Gateway:
    try:
        return gateway_named(name)
    except PaymentsClosed:
        raise UnknownProvider from None


def handle(*, kept: PaymentEvent, event: Event, now: datetime) -> str:
    """Act on a message that is kept, and write down what came of it; what cannot be acted on now is left for later."""
    try:
        return act(kept=kept, event=event, now=now)
    except (DomainError, DatabaseError) as error:
        logger.exception("message %s not handled", kept)
        return f"kept: {getattr(error, 'code', 'database')}"


def act(*, kept: PaymentEvent, event: Event, now: datetime) -> str:
    """Act on a message that is kept, write down what came of it, and let through whatever keeps us from it."""
    outcome = _act(kept.gateway, event, now)
    events.mark(kept=kept, outcome=outcome, now=now)
    return outcome


def _act(gateway: str, event: Event, now: datetime) -> str:
    if not event.is_ours:
        return "not ours"
    if event.charge is not None:
        return _act_on_charge(gateway, event, event.charge, now)
    if event.repayment is not None:
        return _act_on_refund(gateway, event, event.repayment, now)
    return "nothing to do"


def _act_on_charge(gateway: str, event: Event, charge: Charge, now: datetime) -> str:
    payment = Payment.objects.filter(gateway=gateway, transaction_code=event.charge_key).first()
    if payment is None:
        return _act_on_unknown(gateway, event.charge_key, charge, now)
    try:
        booking = settling.act_on(payment=payment, charge=charge, now=now)
    except PaymentRefused:
        return "attempt failed"
    return f"booking {booking.booking_status}"


def _act_on_unknown(gateway: str, key: str, charge: Charge, now: datetime) -> str:
    """Money that names no payment of ours, after a restore perhaps: it goes back by itself, and is written down."""
    if charge.state is not ChargeState.SETTLED:
        return "charge unknown"
    logger.warning("%s took %s for %s, which is unknown here", gateway, charge.amount, key)
    facts = {"charge": charge.id, "amount": str(charge.amount)}
    issues.find(kind=IssueKind.CHARGE_UNKNOWN, subject=key, gateway=gateway, facts=facts, now=now)
    refunds.give_back_unknown(gateway=gateway, charge_key=key, charge=charge, now=now)
    return "charge unknown: given back"


def _act_on_refund(gateway: str, event: Event, repayment: Repayment, now: datetime) -> str:
    refund = Refund.objects.find_for(gateway=gateway, key=event.refund_key, refund_id=repayment.id)
    if refund is None:
        return "refund unknown"
    return f"refund {refunds.record(refund_id=refund.pk, answer=repayment, now=now).refund_status}"
