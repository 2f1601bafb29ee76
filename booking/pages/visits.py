"""What a visitor has bought: pages of the account."""

from datetime import datetime

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.queries import mail_address
from accounts.visitors import signed_in
from booking import page_queries, queries
from booking.errors import UnknownTicket
from booking.models import Booking, Ticket
from booking.qr import qr_svg, qr_text
from booking.services import cancelling, tickets
from booking.states import BookingStatus
from cinema.core.api.errors import status_of
from cinema.core.errors import DomainError
from cinema.core.pages import Page


class MyBookings(Page):
    """Visits to come, and those that were."""

    def get(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        bookings = page_queries.my_bookings(signed_in(request))
        ahead = [booking for booking in bookings if _is_ahead(booking, now)]
        context = {
            "ahead": sorted(ahead, key=lambda booking: booking.show.starts_at),
            "past": [booking for booking in bookings if not _is_ahead(booking, now)],
        }
        return render(request, "booking/my_bookings.html", context)


class ShowTicket(Page):
    """One booking: the ticket while it is good, and the bill in any case."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        now = timezone.now()
        user = signed_in(request)
        booking = page_queries.my_booking(reference=reference, user=user)
        facts = {**_context(booking, now), **page_queries.documents_of(booking)}
        context = {**facts, "guest_email": mail_address(user) if user.is_guest else ""}
        return render(request, "booking/show_ticket.html", context)


class DownloadTicket(Page):
    """The ticket as a file for the phone or the printer."""

    def get(self, request: HttpRequest, reference: str) -> FileResponse:
        user = signed_in(request)
        booking = page_queries.my_booking(reference=reference, user=user)
        issued = _ticket_of(booking)
        if issued is None:
            raise UnknownTicket
        ticket, file = tickets.ticket_file(ticket_id=issued.pk, by=user, now=timezone.now())
        return FileResponse(file, as_attachment=True, filename=ticket.filename, content_type=ticket.content_type)


class CancelBooking(Page):
    """Cancelling, after seeing what comes back."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        booking = page_queries.my_booking(reference=reference, user=signed_in(request))
        if booking.booking_status == BookingStatus.CANCELLED:
            return redirect("show_ticket", booking.booking_reference)
        return self.show(request, booking)

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        user = signed_in(request)
        booking = page_queries.my_booking(reference=reference, user=user)
        try:
            cancelling.cancel_booking(booking_id=booking.pk, by=user, now=timezone.now())
        except DomainError as refusal:
            return self.show(request, booking, refusal)
        messages.success(request, "Your booking is cancelled.")
        return redirect("show_ticket", booking.booking_reference)

    def show(self, request: HttpRequest, booking: Booking, refusal: DomainError | None = None) -> HttpResponse:
        context = {**_context(booking, timezone.now()), "refusal": refusal}
        return render(request, "booking/cancel_booking.html", context, status=status_of(refusal) if refusal else 200)


def _context(booking: Booking, now: datetime) -> dict[str, object]:
    ticket = _ticket_of(booking)
    live = booking.booking_status != BookingStatus.CANCELLED and now < booking.show.starts_at
    return {
        "booking": booking,
        "show": booking.show,
        "venue": booking.show.screen.venue,
        "qr": qr_svg(qr_text(ticket)) if ticket else "",
        "can_cancel": live,
        "refund": queries.refund_preview(booking, now) if live else None,
    }


def _ticket_of(booking: Booking) -> Ticket | None:
    return getattr(booking, "ticket", None) if booking.booking_status == BookingStatus.CONFIRMED else None


def _is_ahead(booking: Booking, now: datetime) -> bool:
    return booking.booking_status != BookingStatus.CANCELLED and booking.show.ends_at > now
