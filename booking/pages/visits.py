"""What a visitor has bought: pages of the account."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.queries import mail_address
from booking import page_queries, queries
from booking.calendars import calendar_file
from booking.errors import UnknownTicket
from booking.forms import FeedbackForm
from booking.models import Booking, Ticket
from booking.qr import qr_svg, qr_text
from booking.receipts import lines_of_bill, taxes_of
from booking.services import feedback, tickets
from booking.serving import clerk, signed_in
from booking.states import BookingStatus
from booking.ticket_sheet import sheet_of
from cinema.core.api.errors import status_of
from cinema.core.errors import DomainError
from cinema.core.pages import Page

PAST_LISTED = 20


class MyBookings(Page):
    """Visits to come, and those that were."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user, now = signed_in(request), timezone.now()
        past = Paginator(page_queries.bookings_past(user, now=now), PAST_LISTED).get_page(request.GET.get("page"))
        context = {"ahead": page_queries.bookings_ahead(user, now=now), "page": past, "now": now}
        return render(request, "booking/my_bookings.html", context)


class ShowTicket(Page):
    """One booking: the ticket while it is good, and the bill in any case."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        now = timezone.now()
        user = signed_in(request)
        booking = page_queries.my_booking(reference=reference, user=user)
        facts = {**context_of(booking, now), **page_queries.documents_of(booking)}
        context = {**facts, "guest_email": mail_address(user) if user.is_guest else "", "clerk": clerk(request)}
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


class DownloadPage(Page):
    """The ticket as one file that needs no network: the code, large and on white, and what is printed around it."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        booking = page_queries.my_booking(reference=reference, user=signed_in(request))
        if _ticket_of(booking) is None:
            raise UnknownTicket
        answer = render(request, "booking/offline_ticket.html", context_of(booking, timezone.now()))
        return _as_file(answer, f"{booking.booking_reference}.html")


class DownloadCalendar(Page):
    """The show for a calendar: when, where and which seats."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        booking = page_queries.my_booking(reference=reference, user=signed_in(request))
        if booking.booking_status != BookingStatus.CONFIRMED:
            raise UnknownTicket
        text = calendar_file(sheet_of(booking.pk), ends_at=booking.show.ends_at, made_at=timezone.now())
        answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
        return _as_file(answer, f"{booking.booking_reference}.ics")


class GiveFeedback(Page):
    """What somebody has to say about a show they saw, once."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        booking = page_queries.my_booking(reference=reference, user=signed_in(request))
        if not may_give_feedback(booking, timezone.now()):
            return redirect("show_ticket", booking.booking_reference)
        return self.show(request, booking, FeedbackForm())

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        user, form = signed_in(request), FeedbackForm(request.POST)
        booking = page_queries.my_booking(reference=reference, user=user)
        if not form.is_valid():
            return self.show(request, booking, form, status=422)
        try:
            feedback.give_feedback(booking_id=booking.pk, **form.cleaned_data, by=user, now=timezone.now())
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
            return self.show(request, booking, form, status=status_of(refusal))
        messages.success(request, _("Thank you for telling us."))
        return redirect("show_ticket", booking.booking_reference)

    def show(self, request: HttpRequest, booking: Booking, form: FeedbackForm, status: int = 200) -> HttpResponse:
        context = {**context_of(booking, timezone.now()), "form": form}
        return render(request, "booking/give_feedback.html", context, status=status)


def context_of(booking: Booking, now: datetime) -> dict[str, object]:
    """Gather what every page about one booking shows."""
    ticket = _ticket_of(booking)
    live = booking.booking_status != BookingStatus.CANCELLED and now < booking.show.starts_at
    lines = lines_of_bill(booking)
    return {
        "booking": booking,
        "show": booking.show,
        "venue": booking.show.screen.venue,
        "qr": qr_svg(qr_text(ticket)) if ticket else "",
        "lines": lines,
        "taxes": taxes_of(lines),
        "seats": [str(line.seat) for line in booking.seats.all() if line.released_at is None or not live],
        "can_cancel": live,
        "is_over": booking.show.ends_at <= now,
        "can_give_feedback": may_give_feedback(booking, now),
        "refund": queries.refund_preview(booking, now) if live else None,
    }


def may_give_feedback(booking: Booking, now: datetime) -> bool:
    """Tell whether somebody can still say something about a show they saw."""
    over = booking.booking_status == BookingStatus.CONFIRMED and booking.show.ends_at <= now
    return over and not hasattr(booking, "feedback")


def _as_file(answer: HttpResponse, filename: str) -> HttpResponse:
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


def _ticket_of(booking: Booking) -> Ticket | None:
    return getattr(booking, "ticket", None) if booking.booking_status == BookingStatus.CONFIRMED else None
