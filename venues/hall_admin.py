"""The page on which staff furnish a hall: generated or from a spreadsheet, drawn before anything is written."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from accounts.models import User
from cinema.core import errors, formats
from venues import grid
from venues.forms import GenerateForm, SpreadsheetForm
from venues.hall_picture import picture_of
from venues.hall_plan import HallPlan
from venues.models import Screen
from venues.services import furnishing

_CONFIRMS = "confirm"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def hall(request: HttpRequest, screen_id: int, *, office: "ModelAdmin[Screen]") -> HttpResponse:
    """Show a hall and furnish it anew: a form leads to a picture of what it would do, and that to the deed."""
    screen = _screen(request, screen_id, office)
    generating = GenerateForm(request.POST if _asks(request, "generate") else None)
    importing = SpreadsheetForm(
        request.POST if _asks(request, "import") else None,
        request.FILES if _asks(request, "import") else None,
        initial={"prices": _prices(furnishing.plan_of_screen(screen=screen))},
    )
    context: dict[str, Any] = {"generating": generating, "importing": importing}
    for form in (generating, importing):
        if form.is_bound and form.is_valid():
            if request.POST.get(_CONFIRMS):
                return _furnished(request, screen, form.plan, office)
            context |= _preview(screen, form.plan)
    return _page(request, screen, office, context)


def export(request: HttpRequest, screen_id: int, kind: str, *, office: "ModelAdmin[Screen]") -> HttpResponse:
    """Hand a hall out as a spreadsheet that can be read in again."""
    screen = _screen(request, screen_id, office)
    cells = grid.cells_of(furnishing.plan_of_screen(screen=screen))
    content, content_type = (grid.as_excel(cells), _EXCEL) if kind == "xlsx" else (grid.as_csv(cells), "text/csv")
    response = HttpResponse(content, content_type=content_type)
    name = f"{screen.venue.code} {screen.screen_name}.{kind}"
    response.headers["Content-Disposition"] = str(content_disposition_header(True, name))  # noqa: FBT003  # Django's
    return response


def _screen(request: HttpRequest, screen_id: int, office: "ModelAdmin[Screen]") -> Screen:
    screen = get_object_or_404(Screen.objects.select_related("venue"), pk=screen_id)
    may = (
        office.has_change_permission(request, screen)
        if request.method == "POST"
        else office.has_view_permission(request, screen)
    )
    if not may:
        raise PermissionDenied
    return screen


def _asks(request: HttpRequest, action: str) -> bool:
    return request.method == "POST" and request.POST.get("action") == action


def _preview(screen: Screen, plan: HallPlan) -> dict[str, Any]:
    return {
        "preview": picture_of(plan),
        "changes": furnishing.compare(screen=screen, plan=plan, now=timezone.now()),
        "cells": grid.as_csv(grid.cells_of(plan)),
        "prices": _prices(plan),
    }


def _furnished(request: HttpRequest, screen: Screen, plan: HallPlan, office: "ModelAdmin[Screen]") -> HttpResponse:
    if not isinstance(request.user, User):
        raise PermissionDenied
    try:
        changes = furnishing.furnish(screen_id=screen.pk, plan=plan, by=request.user, now=timezone.now())
    except errors.DomainError as refusal:
        messages.error(request, refusal.detail)
        return _page(request, screen, office, {**_preview(screen, plan), **_empty_forms()})
    said = f"{formats.counted(len(changes.added), 'seat')} added, {len(changes.changed)} changed, {len(changes.vanished)} gone."
    office.log_change(request, screen, said)
    messages.success(request, f"{screen.screen_name} is furnished: {said}")
    return HttpResponseRedirect(reverse("admin:venues_screen_hall", args=[screen.pk]))


def _empty_forms() -> dict[str, Any]:
    return {"generating": GenerateForm(), "importing": SpreadsheetForm()}


def _page(
    request: HttpRequest, screen: Screen, office: "ModelAdmin[Screen]", context: dict[str, Any]
) -> TemplateResponse:
    standing = furnishing.plan_of_screen(screen=screen)
    return TemplateResponse(
        request,
        "admin/venues/screen/hall.html",
        {
            **office.admin_site.each_context(request),
            "title": f"Hall of {screen.screen_name}",
            "opts": office.opts,
            "screen": screen,
            "standing": picture_of(standing) if standing.places else None,
            "may_change": office.has_change_permission(request, screen),
            **context,
        },
    )


def _prices(plan: HallPlan) -> str:
    return "\n".join(f"{name} {price}" for name, price in plan.prices)
