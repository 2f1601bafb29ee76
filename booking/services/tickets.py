"""The file for the door: made once, kept in the storage, handed to whom it belongs."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils.module_loading import import_string

from accounts.models import User
from booking.errors import (
    TicketCancelled,
    TicketContentRefused,
    TicketEmpty,
    TicketFileLost,
    TicketTooLarge,
    TicketTypeRefused,
    UnknownTicket,
)
from booking.models import Ticket
from booking.qr import qr_text
from booking.states import BookingStatus, TicketKind
from booking.ticket_sheet import sheet_of

LARGEST_UPLOAD = 5 * 1024 * 1024  # bytes
LONGEST_NAME = 200
DRAWN_AT_MOST = 3  # times in a row, when what a ticket says changes meanwhile
# What a file of each type begins with; image/pdf is a name the contract knows.
MAGIC = {
    "application/pdf": b"%PDF-",
    "image/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
SUFFIX = {"application/pdf": "pdf", "image/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def keep_upload(*, file: File, filename: str, content_type: str, title: str, by: User, now: datetime) -> Ticket:
    """Keep a file that somebody brought, for them alone; it goes to the storage in chunks.

    :raises TicketTypeRefused: when it claims to be anything but a PDF, a JPEG or a PNG.
    :raises TicketEmpty: when it has no bytes.
    :raises TicketTooLarge: when it has too many.
    :raises TicketContentRefused: when its first bytes are those of another type.
    """
    require_upload_type(content_type)
    if not file.size:
        raise TicketEmpty
    require_upload_size(file.size)
    _require_content(file, content_type)
    ticket_id, size = uuid.uuid4(), file.size  # moving the file away leaves nothing to measure
    name = default_storage.save(f"tickets/uploads/{ticket_id}.{SUFFIX[content_type]}", file)
    try:
        return Ticket.objects.create(
            id=ticket_id,
            user=by,
            kind=TicketKind.UPLOADED,
            title=title,
            filename=_shortened(filename),
            content_type=content_type,
            size=size,
            file=name,
            created_at=now,
        )
    except Exception:
        default_storage.delete(name)
        raise


def require_upload_type(content_type: str) -> None:
    """Look at what a file claims to be, before any of it is read.

    :raises TicketTypeRefused: when we keep no such files.
    """
    if content_type not in MAGIC:
        raise TicketTypeRefused(accepted=sorted(MAGIC))


def require_upload_size(size: int) -> None:
    """Look at how many bytes have come so far.

    :raises TicketTooLarge: when there are too many.
    """
    if size > LARGEST_UPLOAD:
        raise TicketTooLarge(limit=LARGEST_UPLOAD)


def _require_content(file: File, content_type: str) -> None:
    magic = MAGIC[content_type]
    start = file.read(len(magic))
    file.seek(0)
    if start != magic:
        raise TicketContentRefused


def _shortened(filename: str) -> str:
    stem, dot, suffix = filename.rpartition(".")
    if len(filename) <= LONGEST_NAME or not dot or len(suffix) > 10:
        return filename[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}"


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
    :raises TicketFileLost: when it was uploaded and its file has gone from the storage.
    """
    ticket = ticket_of(ticket_id=ticket_id, by=by)
    if ticket.kind == TicketKind.ISSUED:
        ticket = _with_file(ticket, now=now)
    try:
        return ticket, ticket.file.open("rb")
    except FileNotFoundError:
        raise TicketFileLost from None


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
    for _ in range(DRAWN_AT_MOST):
        sheet = sheet_of(ticket.booking_id)
        _keep(ticket, render(sheet, code=qr_text(ticket), now=now))
        # A seat was cancelled, or the show moved, while we drew: that marked the file as old before there was this one.
        if sheet_of(ticket.booking_id) == sheet:
            break
    return ticket


def _keep(ticket: Ticket, content: bytes) -> None:
    storage = ticket.file.storage
    replaced = ticket.file.name or ""
    name = storage.save(f"tickets/{ticket.pk}.pdf", ContentFile(content))
    # Whoever is second finds the name changed, keeps the first one's file and drops its own.
    if Ticket.objects.filter(pk=ticket.pk, file=replaced).update(file=name, size=len(content)) == 0:
        storage.delete(name)
    elif replaced not in ("", name):  # a lost file comes back under its old name
        storage.delete(replaced)
    ticket.refresh_from_db(fields=["file", "size"])
