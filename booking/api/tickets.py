"""Tickets over HTTP: what they are, and their files."""

from contextlib import closing
from uuid import UUID

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import signed_in
from booking.api.uploads import TicketFileHandler
from booking.serializers import TicketOutput, TicketUpload
from booking.services import tickets
from cinema.core.api.multipart import MultiPartParser
from cinema.core.api.permissions import IsSignedIn
from cinema.core.api.views import ApiViewSet, parsed, path_uuid

TICKET_ID = OpenApiParameter("ticket_id", OpenApiTypes.UUID, OpenApiParameter.PATH)


class TicketViewSet(ApiViewSet):
    tag = "Tickets"
    permission_classes = [IsSignedIn]
    read_id = staticmethod(path_uuid)

    @extend_schema(summary="Ticket Metadata", parameters=[TICKET_ID], responses=TicketOutput)
    def retrieve(self, request: Request, ticket_id: UUID) -> Response:
        ticket = tickets.ticket_of(ticket_id=ticket_id, by=signed_in(request))
        return Response(TicketOutput(ticket).data)

    @extend_schema(
        summary="Download Ticket",
        parameters=[TICKET_ID],
        responses={(200, content_type): OpenApiTypes.BINARY for content_type in ("application/pdf", "image/*")},
    )
    def download(self, request: Request, ticket_id: UUID) -> FileResponse:
        ticket, file = tickets.ticket_file(ticket_id=ticket_id, by=signed_in(request), now=timezone.now())
        response = FileResponse(file, as_attachment=True, filename=ticket.filename, content_type=ticket.content_type)
        response.headers["Cache-Control"] = "private, no-store"  # a ticket may be cancelled
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


class TicketUploadViewSet(ApiViewSet):
    """Files that customers bring along."""

    tag = "Tickets"
    permission_classes = [IsSignedIn]
    parser_classes = [MultiPartParser]
    refuses = {"create": ("413", "415")}
    limits = {"create": "upload"}

    @extend_schema(
        summary="Upload Ticket", request={"multipart/form-data": TicketUpload}, responses={201: TicketOutput}
    )
    def create(self, request: Request) -> Response:
        me = signed_in(request)
        with closing(TicketFileHandler()) as handler:
            request.upload_handlers = [handler]
            wanted = parsed(TicketUpload, request.data)
            file = wanted["file"]
            ticket = tickets.keep_upload(
                file=file,
                filename=file.name,
                content_type=file.content_type.lower(),
                title=wanted.get("title", ""),
                by=me,
                now=timezone.now(),
            )
        return Response(TicketOutput(ticket).data, status=201)
