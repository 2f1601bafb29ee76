"""Invoices and credit notes as files, from the page of a booking."""

from django.http import HttpRequest, HttpResponse

from booking import page_queries
from booking.files import pdf_file
from booking.services import papers
from booking.serving import signed_in
from cinema.core.pages import Page


class DownloadInvoice(Page):
    """The invoice of a booking."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        user = signed_in(request)
        booking = page_queries.my_booking(reference=reference, user=user)
        return pdf_file(papers.invoice_file(booking_id=booking.pk, by=user))


class DownloadCreditNote(Page):
    """One credit note of a booking."""

    def get(self, request: HttpRequest, reference: str, credit_note_id: int) -> HttpResponse:
        user = signed_in(request)
        booking = page_queries.my_booking(reference=reference, user=user)
        note = papers.credit_note_file(booking_id=booking.pk, credit_note_id=credit_note_id, by=user)
        return pdf_file(note)
