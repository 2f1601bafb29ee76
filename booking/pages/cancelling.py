"""Cancelling what was bought, all of it or some, after seeing what comes back: pages."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.visitors import signed_in
from booking import page_queries
from booking.errors import UnknownLine
from booking.forms import LinesForm
from booking.models import Booking
from booking.pages.visits import context_of
from booking.returns import name_of
from booking.services import cancelling
from booking.states import BookingStatus
from cinema.core.api.errors import status_of
from cinema.core.errors import DomainError
from cinema.core.pages import Page


class CancelBooking(Page):
    """Cancelling all of it, or choosing what."""

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
        messages.success(request, _("Your booking is cancelled."))
        return redirect("show_ticket", booking.booking_reference)

    def show(self, request: HttpRequest, booking: Booking, refusal: DomainError | None = None) -> HttpResponse:
        seats = [line for line in booking.seats.all() if line.released_at is None]
        foods = [line for line in booking.foods.all() if line.released_at is None]
        is_paid = booking.booking_status == BookingStatus.CONFIRMED
        context = {
            **context_of(booking, timezone.now()),
            "refusal": refusal,
            "live_seats": seats,
            "live_foods": foods,
            "can_choose": is_paid and len(seats) + len(foods) > 1,
        }
        return render(request, "booking/cancel_booking.html", context, status=status_of(refusal) if refusal else 200)


class CancelLines(Page):
    """Cancelling some seats or some food: first what comes back, then, with the button, it is done."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        booking = page_queries.my_booking(reference=reference, user=signed_in(request))
        wanted = _wanted(request.GET)
        if not any(wanted.values()):
            return self.ask(request, booking)
        back = cancelling.preview_of_lines(booking=booking, **wanted, now=timezone.now())
        context = {
            **context_of(booking, timezone.now()),
            "back": back,
            "lines": [(name_of(line), part.total) for line, part in back.lines],
            "wanted": wanted,
        }
        return render(request, "booking/cancel_lines.html", context)

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        user = signed_in(request)
        booking = page_queries.my_booking(reference=reference, user=user)
        wanted = _wanted(request.POST)
        if not any(wanted.values()):
            return self.ask(request, booking)
        cancelling.cancel_lines(booking_id=booking.pk, **wanted, by=user, now=timezone.now())
        messages.success(request, _("It is cancelled; the rest of the booking stays."))
        return redirect("show_ticket", booking.booking_reference)

    def ask(self, request: HttpRequest, booking: Booking) -> HttpResponse:
        messages.warning(request, _("Choose what you want to cancel."))
        return redirect("cancel_booking", booking.booking_reference)


def _wanted(sent: QueryDict) -> dict[str, list[int]]:
    form = LinesForm(sent)
    if not form.is_valid():
        raise UnknownLine
    return {"seat_ids": form.cleaned_data["seats"], "food_ids": form.cleaned_data["foods"]}
