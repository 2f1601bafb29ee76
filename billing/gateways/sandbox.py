"""A provider that lives in our own database, commits on its own, and settles at once: for trying out, never for money."""

from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import F

from billing.errors import ChargeUnknown
from billing.gateways.base import Charge, ChargeState
from billing.models import SandboxCharge


class SandboxGateway:
    name = "sandbox"

    def charge(self, *, key: str, amount: Decimal, currency: str) -> Charge:
        succeeds = not settings.SANDBOX_REFUSES
        record, _ = SandboxCharge.objects.get_or_create(
            idempotency_key=key, defaults={"amount": amount, "succeeded": succeeds}
        )
        return _answer(record)

    def find(self, *, key: str) -> Charge | None:
        record = SandboxCharge.objects.filter(idempotency_key=key).first()
        return _answer(record) if record else None

    def refund(self, *, charge_key: str, key: str, amount: Decimal) -> str:
        with transaction.atomic():
            record = SandboxCharge.objects.select_for_update().filter(idempotency_key=charge_key).first()
            if record is None:
                raise ChargeUnknown
            if key not in record.refund_keys:
                record.refund_keys[key] = str(amount)
                record.refunded = F("refunded") + amount
                record.save(update_fields=["refund_keys", "refunded"])
        return f"sandbox-refund-{key}"


def _answer(record: SandboxCharge) -> Charge:
    if record.succeeded:
        return Charge(ChargeState.SETTLED, id=f"sandbox-{record.pk}")
    return Charge(ChargeState.REFUSED, id=f"sandbox-{record.pk}", failure="The sandbox was told to refuse.")
