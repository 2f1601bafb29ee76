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


@register
def razorpay_has_its_keys(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Find a missing key of Razorpay before the first customer does."""
    if settings.PAYMENT_GATEWAY != "razorpay":
        return []
    names = ("RAZORPAY_KEY_ID", "RAZORPAY_KEY_SECRET", "RAZORPAY_WEBHOOK_SECRETS")
    return [
        Error(f"{name} is not set: Razorpay needs it.", id="billing.E002")
        for name in names
        if not getattr(settings, name)
    ]


@register
def sandbox_behaves_as_known(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Find a word that the sandbox does not know."""
    known = {
        "SANDBOX_BEHAVIOUR": ("settle", "refuse", "delay", "redirect"),
        "SANDBOX_REFUNDS": ("settle", "refuse", "delay"),
    }
    return [
        Error(f"{name}={getattr(settings, name)} is none of {', '.join(words)}.", id="billing.E003")
        for name, words in known.items()
        if getattr(settings, name) not in words
    ]
