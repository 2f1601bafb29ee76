"""The page on which staff move a show: it says what that does before it does it."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.visitors import signed_in
from booking.forms import MoveForm
from booking.services import moving
from cinema.core import formats
from cinema.core.errors import DomainError
from scheduling.models import Show

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin


def move(request: HttpRequest, show_id: int, *, office: "ModelAdmin[Show]") -> HttpResponse:
    """Ask where to, show what it does, and do it when that is confirmed."""
    if not request.user.has_perm("scheduling.move_show"):
        raise PermissionDenied
    show = get_object_or_404(Show.objects.select_related("movie", "screen__venue"), pk=show_id)
    form = MoveForm(request.POST if request.method == "POST" else None, show=show)
    context: dict[str, Any] = {"form": form, "show": show}
    if form.is_valid():
        try:
            if "confirm" in request.POST:
                return _moved(request, form, office)
            context["move"] = moving.preview(
                show_id=show.pk, to=form.place, reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
    return TemplateResponse(
        request,
        "admin/scheduling/show/move.html",
        {
            **office.admin_site.each_context(request),
            "title": f"Move {show.movie} on {show.screen}",
            "opts": office.opts,
            **context,
        },
    )


def _moved(request: HttpRequest, form: MoveForm, office: "ModelAdmin[Show]") -> HttpResponse:
    done = moving.move_show(
        show_id=form.show.pk,
        to=form.place,
        reason=form.cleaned_data["reason"],
        by=signed_in(request),
        now=timezone.now(),
    )
    venue = done.target.screen.venue
    start = f"{formats.short_day(done.target.local_start())}, {formats.clock(done.target.starts_at, venue)}"
    said = f"Moved to {done.target.screen}, {start}."
    told = (
        f" {formats.counted(done.bookings, 'booking')} {'is' if done.bookings == 1 else 'are'} told."
        if done.bookings and done.changes_start
        else ""
    )
    office.log_change(request, done.target, f"{said} {form.cleaned_data['reason']}".strip())
    messages.success(request, said + told)
    return HttpResponseRedirect(reverse("admin:scheduling_show_change", args=[form.show.pk]))
