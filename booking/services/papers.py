"""The documents of a booking, for whom it belongs to."""

from collections.abc import Callable

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from accounts.models import User
from billing.documents import IssuedDocument
from billing.errors import UnknownDocument
from billing.models import CreditNote, Invoice
from booking.errors import UnknownBooking
from booking.files import PdfFile
from booking.models import Booking


def invoice_file(*, booking_id: int, by: User) -> PdfFile:
    """Draw the invoice of one's own booking as it was issued, the same whenever; an admin has anybody's.

    :raises UnknownBooking: when there is no such booking, or it is someone else's.
    :raises UnknownDocument: when it has no invoice: it was never paid.
    """
    reference = _reference(booking_id, by)
    invoice = Invoice.objects.select_related("venue").filter(booking_reference=reference).exclude(lines=[]).first()
    if invoice is None:
        raise UnknownDocument
    return _drawn(invoice.as_issued())


def credit_notes_of(*, booking_id: int, by: User) -> QuerySet[CreditNote]:
    """Find the credit notes of one's own booking, oldest first.

    :raises UnknownBooking: when there is no such booking, or it is someone else's.
    """
    reference = _reference(booking_id, by)
    notes = CreditNote.objects.filter(invoice__booking_reference=reference)
    return notes.select_related("venue", "invoice__venue").order_by("id")


def credit_note_file(*, booking_id: int, credit_note_id: int, by: User) -> PdfFile:
    """Draw one credit note of one's own booking as it was issued.

    :raises UnknownBooking: when there is no such booking, or it is someone else's.
    :raises UnknownDocument: when it has no such credit note.
    """
    note = credit_notes_of(booking_id=booking_id, by=by).filter(pk=credit_note_id).first()
    if note is None:
        raise UnknownDocument
    return _drawn(note.as_issued())


def _drawn(document: IssuedDocument) -> PdfFile:
    render: Callable[[IssuedDocument], bytes] = import_string(settings.DOCUMENT_RENDERER)
    return PdfFile(document.filename, render(document))


def _reference(booking_id: int, by: User) -> str:
    mine = Booking.objects.visible_to(by).filter(pk=booking_id)
    reference = mine.values_list("booking_reference", flat=True).first()
    if reference is None:
        raise UnknownBooking
    return reference
