"""The messages of payment providers, each kept once."""

from datetime import datetime

from django.db import transaction

from billing.gateways import Event
from billing.models import PaymentEvent


@transaction.atomic(durable=True)
def keep(*, gateway: str, event: Event, now: datetime) -> tuple[PaymentEvent, bool]:
    """Write a message down, or find it: answers it, and whether it is new."""
    return PaymentEvent.objects.get_or_create(
        gateway=gateway,
        event_id=event.id[:100],
        defaults={"kind": event.kind[:100], "payload": event.payload, "received_at": now},
    )


def mark(*, kept: PaymentEvent, outcome: str, now: datetime) -> None:
    """Write down that a message was acted on, and what came of it."""
    PaymentEvent.objects.filter(pk=kept.pk, handled_at=None).update(handled_at=now, outcome=outcome[:200])
