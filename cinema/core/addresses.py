"""Where a request comes from, behind as many proxies as are ours."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Protocol

from django.conf import settings


class HasMeta(Protocol):
    """A request of Django or of the framework on top of it."""

    @property
    def META(self) -> Mapping[str, Any]: ...  # noqa: N802  # Django's name


def client_address(request: HasMeta) -> str:
    """Name the client's address; of IPv6 only the network, because one household has billions of addresses.

    What stands further left in X-Forwarded-For than our own proxies wrote is the client's invention.
    """
    forwarded = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
    ours = min(settings.TRUSTED_PROXIES, len(forwarded))
    text = forwarded[-ours] if ours else str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ip_address(text)
    except ValueError:
        return text[:100]
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)
