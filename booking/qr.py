"""What the QR code of a ticket says: which ticket, and that we said so.

`MQ1` + 26 characters for the ticket's id + 16 for 80 bits of HMAC-SHA256 over what stands before them. Capitals and digits only:
a QR code packs those tightest, so the squares are large enough for a cracked phone in a dark foyer.
"""

import base64
import uuid
from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from booking.errors import TicketForged

if TYPE_CHECKING:
    from booking.models import Ticket

_VERSION = "MQ1"
_SIGNED = len(_VERSION) + 26
_SIGNATURE_BYTES = 10


def qr_text(ticket: "Ticket") -> str:
    """Write what the door reads."""
    said = _VERSION + base64.b32encode(ticket.id.bytes).decode().rstrip("=")
    return said + _signature(said, _keys()[0])


def read_qr(text: str) -> uuid.UUID:
    """Tell which ticket a scanned text names.

    :raises TicketForged: when it is not one that we wrote.
    """
    said, signature = text[:_SIGNED], text[_SIGNED:]
    if not any(constant_time_compare(signature, _signature(said, key)) for key in _keys()):
        raise TicketForged
    return uuid.UUID(bytes=base64.b32decode(said.removeprefix(_VERSION) + "======"))


def qr_matrix(text: str) -> list[list[bool]]:
    """Lay the code out as rows of dark and light squares, without the quiet zone around it."""
    return [[bool(square) for square in row] for row in _code(text).matrix]


def qr_svg(text: str) -> str:
    """Draw the code as an inline `<svg class="qr">` without style attributes; it takes the size its class is given."""
    svg: str = _code(text).svg_inline(light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    return svg


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m")  # make() would choose a Micro QR, which most scanners cannot read


def _keys() -> list[str]:
    # The first signs; the others are believed, so that sold tickets stay valid when a key is replaced.
    current = [settings.TICKET_SIGNING_KEY, settings.SECRET_KEY]
    before = [*settings.TICKET_SIGNING_KEY_FALLBACKS, *map(str, settings.SECRET_KEY_FALLBACKS)]
    return [key for key in (*current, *before) if key]


def _signature(said: str, key: str) -> str:
    digest = salted_hmac("booking.qr", said, secret=key, algorithm="sha256").digest()
    return base64.b32encode(digest[:_SIGNATURE_BYTES]).decode()
