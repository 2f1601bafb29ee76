"""The file for the door: made once, kept in the storage, handed to whom it belongs."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.module_loading import import_string

from accounts.models import User
from booking.errors import TicketCancelled, UnknownTicket
from booking.models import Ticket
from booking.qr import qr_text
from booking.states import BookingStatus, TicketKind
from booking.ticket_sheet import sheet_of


def issue_ticket(*, booking_id: int, now: datetime) -> Ticket:
    """Make the file of a booking's ticket, unless there is one; twice at once ends with one file.

    :raises UnknownTicket: when the booking has no ticket.
    :raises TicketCancelled: when the booking was cancelled.
    """
    ticket = Ticket.objects.select_related("booking").filter(booking_id=booking_id, kind=TicketKind.ISSUED).first()
    if ticket is None:
        raise UnknownTicket
    _require_valid(ticket)
    return _with_file(ticket, now=now)


def ticket_of(*, ticket_id: uuid.UUID, by: User) -> Ticket:
    """Find a ticket of one's own; an admin finds anybody's.

    :raises UnknownTicket: when there is none, or it is someone else's.
    :raises TicketCancelled: when it was issued for a booking that was cancelled.
    """
    ticket = Ticket.objects.visible_to(by).select_related("booking").filter(pk=ticket_id).first()
    if ticket is None:
        raise UnknownTicket
    _require_valid(ticket)
    return ticket


def ticket_file(*, ticket_id: uuid.UUID, by: User, now: datetime) -> tuple[Ticket, IO[bytes]]:
    """Open the file of a ticket; ours is made on the spot when no worker has come to it, or when it was lost.

    :raises UnknownTicket: when there is none, or it is someone else's.
    :raises TicketCancelled: when it was issued for a booking that was cancelled.
    """
    ticket = ticket_of(ticket_id=ticket_id, by=by)
    if ticket.kind == TicketKind.ISSUED:
        ticket = _with_file(ticket, now=now)
    return ticket, ticket.file.open("rb")


def _require_valid(ticket: Ticket) -> None:
    booking = ticket.booking
    if ticket.kind == TicketKind.ISSUED and booking and booking.booking_status == BookingStatus.CANCELLED:
        raise TicketCancelled


def _with_file(ticket: Ticket, *, now: datetime) -> Ticket:
    name = ticket.file.name
    is_stored = ticket.size and name and ticket.file.storage.exists(name)
    return ticket if is_stored else _made(ticket, now=now)


def _made(ticket: Ticket, *, now: datetime) -> Ticket:
    assert ticket.booking_id is not None  # noqa: S101  # booking_issued_ticket_has_booking
    render: Callable[..., bytes] = import_string(settings.TICKET_RENDERER)
    content = render(sheet_of(ticket.booking_id), code=qr_text(ticket), now=now)
    storage = ticket.file.storage
    replaced = ticket.file.name or ""
    name = storage.save(f"tickets/{ticket.pk}.pdf", ContentFile(content))
    # Whoever is second finds the name changed, keeps the first one's file and drops its own.
    if Ticket.objects.filter(pk=ticket.pk, file=replaced).update(file=name, size=len(content)) == 0:
        storage.delete(name)
    elif replaced not in ("", name):  # a lost file comes back under its old name
        storage.delete(replaced)
    ticket.refresh_from_db(fields=["file", "size"])
    return ticket
