"""The link in a guest's mail: it says which booking, carries the guest's key, and is signed by us.

What stands in the database alone opens nothing, and neither does an old link once the guest has drawn a new key. The key
travels in the query, which no access log of ours keeps; the page that it opens has a clean address.
"""

from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from booking.errors import OrderLinkInvalid

_SALT = "booking.links"


class OrderKey(NamedTuple):
    reference: str
    link_key: str


def order_link(key: OrderKey) -> str:
    """Write the whole address that opens a booking."""
    return f"{settings.SITE_URL}{reverse('open_order')}?{urlencode({'key': Signer(salt=_SALT).sign('.'.join(key))})}"


def page_link(reference: str) -> str:
    """Write the whole address of a booking's page, for who has an account."""
    return settings.SITE_URL + reverse("show_ticket", args=[reference])


def read_key(text: str) -> OrderKey:
    """Tell which booking a link opens.

    :raises OrderLinkInvalid: when it is not one that we wrote.
    """
    try:
        reference, _, link_key = Signer(salt=_SALT).unsign(text).partition(".")
    except (BadSignature, UnicodeError):
        raise OrderLinkInvalid from None
    return OrderKey(reference, link_key)
