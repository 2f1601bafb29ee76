"""What must be true of the settings about money."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from billing.errors import PaymentsClosed
from billing.gateways import gateway_named


@register
def gateway_known(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Find a gateway's name that nobody answers to before the first customer does."""
    try:
        gateway_named(settings.PAYMENT_GATEWAY)
    except PaymentsClosed:
        return [Error(f"PAYMENT_GATEWAY={settings.PAYMENT_GATEWAY} is no payment provider.", id="billing.E001")]
    return []
