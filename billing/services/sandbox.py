"""What the sandbox does by itself: decides about a charge, and sends its webhook as a real provider would, over HTTP."""

import uuid

import orjson
import requests
from django.conf import settings

from billing.errors import ChargeUnknown, GatewayFailed
from billing.gateways.sandbox import CHARGE, REFUND, SIGNATURE, signature_of
from billing.models import SandboxCharge

PATIENCE = 10  # seconds


def charge_of(key: str) -> SandboxCharge:
    """Read one charge.

    :raises ChargeUnknown: when the sandbox knows none.
    """
    record = SandboxCharge.objects.filter(idempotency_key=key).first()
    if record is None:
        raise ChargeUnknown
    return record


def decide(*, key: str, approves: bool) -> SandboxCharge:
    """Approve or decline a charge; the first decision stays.

    :raises ChargeUnknown: when the sandbox knows none.
    """
    SandboxCharge.objects.filter(idempotency_key=key, succeeded=None).update(succeeded=approves)
    return charge_of(key)


def tell(*, charge_id: int, refund_key: str = "", times: int = 1) -> None:
    """Send the webhook about a charge, or about one refund of it: the same message so many times.

    :raises GatewayFailed: when the cinema does not take it; a job sends it again.
    """
    key = SandboxCharge.objects.get(pk=charge_id).idempotency_key
    event = REFUND if refund_key else CHARGE
    message = {"id": f"evt-{uuid.uuid4().hex}", "event": event, "charge": key, "key": refund_key or key}
    body = orjson.dumps(message)
    headers = {"Content-Type": "application/json", SIGNATURE: signature_of(body)}
    url = f"{settings.SITE_URL.rstrip('/')}/webhooks/sandbox"
    for _ in range(times):
        try:
            answer = requests.post(url, data=body, headers=headers, timeout=PATIENCE, allow_redirects=False)
        except requests.RequestException:
            raise GatewayFailed from None
        if answer.status_code != 200:
            raise GatewayFailed


def settle_late(*, charge_id: int) -> None:
    """Settle a charge that was delayed, and tell so."""
    SandboxCharge.objects.filter(pk=charge_id, succeeded=None).update(succeeded=True)
    tell(charge_id=charge_id)
