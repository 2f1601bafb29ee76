"""Planning a show in the back office, and changing what is said about one; where it stands is changed by moving it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cinema.core import errors, formats
from scheduling.forms import ScreenDayForm, ShowChangeForm, ShowForm
from scheduling.gaps import Slot
from scheduling.models import Show
from scheduling.services import planning, revising, slots
from scheduling.services.revising import Facts
from scheduling.services.slots import FreeSlots
from scheduling.states import ShowStatus

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin


@dataclass(frozen=True, slots=True)
class Offer:
    """Free time, and the address at which its first minute is filled in."""

    slot: Slot
    href: str


FACTS = ("status", "format", "language", "has_captions", "has_audio_description", "has_sign_language")


def plan(request: HttpRequest, *, office: "ModelAdmin[Show]") -> HttpResponse:
    """Ask what goes where, offer the free time of that day, and put the show there."""
    by, now = _staff(request, "scheduling.add_show"), timezone.now()
    where = ScreenDayForm(request.GET if "movie" in request.GET else None)
    context: dict[str, Any] = {"where": where, "title": "Plan a show"}
    if where.is_valid():
        chosen = where.cleaned_data
        show_form = _show_form(request, chosen)
        if show_form.is_valid():
            show = _planned(request, show_form, chosen["show_date"], by=by, now=now)
            if show:
                office.log_addition(request, show, "Planned.")
                said = formats.time_of_day(show.local_start())
                messages.success(request, f"{show.movie} is on {show.screen} at {show.local_start():%-d %B}, {said}.")
                return HttpResponseRedirect(reverse("admin:scheduling_show_change", args=[show.pk]))
        context |= {"form": show_form, "screen": chosen["screen"], **_free(chosen, now)}
    return _page(request, office, "admin/scheduling/show/plan.html", context)


def revise(request: HttpRequest, show_id: int, *, office: "ModelAdmin[Show]") -> HttpResponse:
    """Change what is said about a show that stays where it is."""
    by = _staff(request, "scheduling.change_show")
    show = get_object_or_404(Show.objects.select_related("movie", "screen__venue"), pk=show_id)
    form = _change_form(request, show)
    if form.is_valid():
        facts = Facts(**form.cleaned_data | {"status": ShowStatus(form.cleaned_data["status"])})
        try:
            revising.revise_show(show_id=show.pk, facts=facts, by=by, now=timezone.now())
        except errors.DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            changed = ", ".join(form.changed_data) or "nothing"
            office.log_change(request, show, f"Changed: {changed}.")
            messages.success(request, "Changed." if form.changed_data else "Nothing was changed.")
            return HttpResponseRedirect(reverse("admin:scheduling_show_change", args=[show.pk]))
    context = {"form": form, "show": show, "title": f"Change {show.movie} on {show.screen}"}
    return _page(request, office, "admin/scheduling/show/revise.html", context)


def _staff(request: HttpRequest, permission: str) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(permission):
        raise PermissionDenied
    return request.user


def _show_form(request: HttpRequest, chosen: dict[str, Any]) -> ShowForm:
    given = request.POST if request.method == "POST" else None
    return ShowForm(
        given,
        movie=chosen["movie"],
        screen=chosen["screen"],
        initial={"show_time": request.GET.get("show_time", "")},
    )


def _planned(request: HttpRequest, form: ShowForm, day: date, *, by: User, now: datetime) -> Show | None:
    try:
        return planning.plan_show(plan=form.plan(day=day), by=by, now=now)
    except errors.DomainError as refusal:
        form.add_error(None, refusal.detail)
        return None


def _free(chosen: dict[str, Any], now: datetime) -> dict[str, Any]:
    movie, screen, day = chosen["movie"], chosen["screen"], chosen["show_date"]
    try:
        found: FreeSlots = slots.free_slots(screen_id=screen.pk, movie_id=movie.pk, day=day, now=now)
    except errors.DomainError as refusal:
        return {"refusal": refusal.detail}
    return {"offers": [Offer(slot, _link(chosen, slot.start.astimezone(found.zone))) for slot in found.slots]}


def _link(chosen: dict[str, Any], start: datetime) -> str:
    wanted = {"movie": chosen["movie"].pk, "screen": chosen["screen"].pk}
    return "?" + urlencode(wanted | {"show_date": f"{start:%Y-%m-%d}", "show_time": f"{start:%H:%M}"}) + "#when"


def _change_form(request: HttpRequest, show: Show) -> ShowChangeForm:
    given = request.POST if request.method == "POST" else None
    initial = {name: getattr(show, name) for name in FACTS}
    statuses: Sequence[tuple[str, str]] = [(step.value, step.label) for step in revising.open_steps(show)]
    return ShowChangeForm(given, movie=show.movie, screen=show.screen, statuses=statuses, initial=initial)


def _page(
    request: HttpRequest, office: "ModelAdmin[Show]", template: str, context: dict[str, Any]
) -> TemplateResponse:
    return TemplateResponse(
        request, template, {**office.admin_site.each_context(request), "opts": office.opts, **context}
    )
