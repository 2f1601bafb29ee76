"""Invoices and credit notes over HTTP."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import signed_in
from billing.models import CreditNote
from billing.serializers import CreditNoteOutput
from booking.files import pdf_file
from booking.services import papers
from cinema.core.api.permissions import IsSignedIn
from cinema.core.api.views import ApiViewSet

PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}


class InvoiceViewSet(ApiViewSet):
    tag = "Bookings"
    permission_classes = [IsSignedIn]

    @extend_schema(summary="Download Invoice", responses=PDF)
    def download(self, request: Request, booking_id: int) -> HttpResponse:
        return pdf_file(papers.invoice_file(booking_id=booking_id, by=signed_in(request)))


class CreditNoteViewSet(ApiViewSet):
    tag = "Bookings"
    queryset = CreditNote.objects.order_by("id")
    permission_classes = [IsSignedIn]
    serializer_class = CreditNoteOutput

    @extend_schema(summary="Get Credit Notes", responses=CreditNoteOutput(many=True))
    def list(self, request: Request, booking_id: int) -> Response:
        page = self.paginate_queryset(papers.credit_notes_of(booking_id=booking_id, by=signed_in(request)))
        return self.get_paginated_response(CreditNoteOutput(page, many=True).data)

    @extend_schema(summary="Download Credit Note", responses=PDF)
    def download(self, request: Request, booking_id: int, credit_note_id: int) -> HttpResponse:
        note = papers.credit_note_file(booking_id=booking_id, credit_note_id=credit_note_id, by=signed_in(request))
        return pdf_file(note)
