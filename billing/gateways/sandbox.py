"""A provider that lives in our own database and commits on its own, to try things out: never for money.

It settles at once, unless SANDBOX_BEHAVIOUR says otherwise: `refuse`; `delay`, settled later by its webhook; `redirect`, to a
page of ours (/sandbox/pay/…) that approves or declines. SANDBOX_REFUNDS does the same for refunds: settle, delay, refuse.
"""

import hashlib
import hmac
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import F

from billing.errors import ChargeUnknown, MessageForged
from billing.gateways.base import Bill, Charge, ChargeState, Event, Repayment, RepaymentState
from billing.models import SandboxCharge
from cinema.core import jobs

SIGNATURE = "X-Sandbox-Signature"
CHARGE, REFUND = "charge", "refund"
_REFUND_STATES = {"settle": RepaymentState.DONE, "delay": RepaymentState.ON_ITS_WAY, "refuse": RepaymentState.REFUSED}
_DECISIONS = {"settle": True, "refuse": False}


class SandboxGateway:
    name = "sandbox"
    label = "the sandbox"
    is_at_counter = False

    def charge(self, bill: Bill) -> Charge:
        behaviour = settings.SANDBOX_BEHAVIOUR
        record, is_new = SandboxCharge.objects.get_or_create(
            idempotency_key=bill.key,
            defaults={
                "amount": bill.amount,
                "succeeded": _DECISIONS.get(behaviour),
                "return_url": bill.return_url,
                "has_page": behaviour == "redirect",
            },
        )
        if is_new and behaviour == "delay":
            jobs.enqueue_on_commit(jobs.SETTLE_SANDBOX, charge_id=record.pk)
        return answer(record)

    def find(self, *, key: str) -> Charge | None:
        record = SandboxCharge.objects.filter(idempotency_key=key).first()
        return answer(record) if record else None

    def give_up(self, *, key: str) -> Charge | None:
        SandboxCharge.objects.filter(idempotency_key=key, succeeded=None).update(succeeded=False)
        return self.find(key=key)

    def refund(self, *, charge_key: str, charge_id: str, key: str, amount: Decimal) -> Repayment:
        state = settings.SANDBOX_REFUNDS
        with transaction.atomic():
            record = SandboxCharge.objects.select_for_update().filter(idempotency_key=charge_key).first()
            if record is None:
                raise ChargeUnknown
            if key not in record.refund_keys:
                record.refund_keys[key] = {"amount": str(amount), "state": state}
                record.refunded = F("refunded") + (amount if state != "refuse" else 0)
                record.save(update_fields=["refund_keys", "refunded"])
        return _repaid(record, key)

    def find_refund(self, *, charge_id: str, key: str, refund_id: str) -> Repayment | None:
        record = SandboxCharge.objects.filter(refund_keys__has_key=key).first()
        return _repaid(record, key) if record else None

    def read_event(self, *, body: bytes, headers: Mapping[str, str]) -> Event:
        _require(signature_of(body), headers.get(SIGNATURE, ""))
        message: dict[str, Any] = orjson.loads(body)
        return self.understand(identity=message["id"], message=message)

    def understand(self, *, identity: str, message: dict[str, Any]) -> Event:
        key, kind = message["key"], message["event"]
        record = SandboxCharge.objects.filter(idempotency_key=message["charge"]).first()
        if record is None:
            return Event(identity, kind, message)
        if kind == CHARGE:
            return Event(identity, kind, message, charge_key=key, charge=answer(record))
        return Event(identity, kind, message, refund_key=key, repayment=_repaid(record, key))

    def vouches_for(self, *, key: str, query: Mapping[str, str]) -> bool:
        claimed = query.get("sandbox_signature")
        if claimed is None:
            return False
        _require(signature_of(key.encode()), claimed)
        return True


def signature_of(body: bytes) -> str:
    """Sign as the sandbox does: with a key of its own made from ours."""
    key = hashlib.sha256(b"sandbox:" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, body, hashlib.sha256).hexdigest()


def _require(signature: str, claimed: str) -> None:
    if not hmac.compare_digest(signature.encode(), claimed.encode("utf-8", "replace")):
        raise MessageForged


def answer(record: SandboxCharge) -> Charge:
    """Say what became of a charge, as a provider would."""
    identity = f"sandbox-{record.pk}"
    if record.succeeded is None:
        page = f"{settings.SITE_URL}/sandbox/pay/{record.idempotency_key}" if record.has_page else ""
        return Charge(ChargeState.PENDING, id=identity, redirect_url=page)
    if record.succeeded:
        return Charge(ChargeState.SETTLED, id=identity, amount=record.amount)
    return Charge(ChargeState.REFUSED, id=identity, failure="The sandbox was told to refuse.")


def _repaid(record: SandboxCharge, key: str) -> Repayment:
    state = _REFUND_STATES[record.refund_keys[key]["state"]]
    failure = "The sandbox was told to refuse." if state is RepaymentState.REFUSED else ""
    return Repayment(state, id=f"sandbox-refund-{key}", failure=failure)
