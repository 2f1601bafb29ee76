"""The page on which staff cancel seats and food of a booking: it says what goes back before anything does."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.visitors import signed_in
from booking import returns
from booking.forms import StaffLinesForm
from booking.models import BookedFood, BookedSeat, Booking
from booking.services import cancelling
from cinema.core import formats
from cinema.core.errors import DomainError

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin


def cancel_lines(request: HttpRequest, booking_id: int, *, office: "ModelAdmin[Booking]") -> HttpResponse:
    """Ask which lines, show what goes back, and cancel them when that is confirmed."""
    if not request.user.has_perm("booking.refund_booking"):
        raise PermissionDenied
    booking = get_object_or_404(Booking.objects.select_related("show__movie", "show__screen__venue"), pk=booking_id)
    form = _form(request, booking)
    context: dict[str, Any] = {"form": form, "booking": booking}
    if form.is_valid():
        try:
            if "confirm" in request.POST:
                return _cancelled(request, booking, form, office)
            context["back"] = cancelling.preview_of_lines(booking=booking, **_lines(form), now=timezone.now())
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
    if "back" in context:
        context["lines"] = [(returns.name_of(line), part.total) for line, part in context["back"].lines]
    return TemplateResponse(
        request,
        "admin/booking/booking/lines.html",
        {
            **office.admin_site.each_context(request),
            "title": f"Cancel seats or food of {booking}",
            "opts": office.opts,
            **context,
        },
    )


def _form(request: HttpRequest, booking: Booking) -> StaffLinesForm:
    live = [line for line in returns.lines_of(booking) if line.released_at is None]
    return StaffLinesForm(
        request.POST if request.method == "POST" else None,
        seats=[(line.seat_id, returns.name_of(line)) for line in live if isinstance(line, BookedSeat)],
        foods=[(line.food_id, returns.name_of(line)) for line in live if isinstance(line, BookedFood)],
    )


def _lines(form: StaffLinesForm) -> dict[str, list[int]]:
    return {"seat_ids": form.cleaned_data.get("seats", []), "food_ids": form.cleaned_data.get("foods", [])}


def _cancelled(
    request: HttpRequest, booking: Booking, form: StaffLinesForm, office: "ModelAdmin[Booking]"
) -> HttpResponse:
    reason = form.cleaned_data["reason"]
    done = cancelling.cancel_lines_for_customer(
        booking_id=booking.pk, **_lines(form), reason=reason, by=signed_in(request), now=timezone.now()
    )
    said = (
        f"{formats.money(done.amount, booking.show.screen.venue.currency)} goes back for what was cancelled: {reason}"
    )
    office.log_change(request, booking, said)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("admin:booking_booking_change", args=[booking.pk]))
