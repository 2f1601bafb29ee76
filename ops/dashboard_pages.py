"""The first page of the back office: today's shows, what they sell for, and what somebody should look at."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from ops import dashboard
from ops.report_forms import AskForm
from ops.report_pages import path_of
from ops.reports.registry import REPORTS
from ops.reports.tables import Asked

TAKINGS = "billing.view_takings"


def show_dashboard(request: HttpRequest) -> HttpResponse:
    """Show today at one venue, or at all of them."""
    may_see_takings = request.user.has_perm(TAKINGS)
    if not (may_see_takings or request.user.has_perm("scheduling.view_show")):
        raise PermissionDenied
    now = timezone.now()
    form = AskForm(request.GET, report=REPORTS["hours"], now=now)
    is_valid = form.is_valid()
    if not is_valid:
        form = AskForm({}, report=REPORTS["hours"], now=now)
        form.is_valid()
    asked = form.asked
    shows = dashboard.shows_of(asked.first, venue_id=asked.venue_id)
    context = {
        **admin.site.each_context(request),
        "title": "Today",
        "form": form,
        "day": asked.first,
        "currency": form.currency,
        "shows": shows,
        "admissions": sum(each.show.sold for each in shows),
        "seats": sum(each.show.seats for each in shows),
        "alerts": [alert for alert in dashboard.alerts(now=now) if request.user.has_perm(alert.permission)],
        "may_see_takings": may_see_takings,
        **(_takings(asked) if may_see_takings else {}),
    }
    return TemplateResponse(request, "admin/reports/dashboard.html", context, status=200 if is_valid else 400)


def _takings(asked: Asked) -> dict[str, Any]:
    hours, takings = REPORTS["hours"].read(asked), REPORTS["takings"].read(asked)
    heads = REPORTS["food-per-head"].read(asked)
    draw = REPORTS["hours"].draw
    return {
        "sales": hours.total,
        "hours_chart": draw(list(hours.lines)) if draw else None,
        "takings": list(takings.lines),
        "taken": takings.total,
        "heads": heads.total,
        "paths": {name.replace("-", "_"): path_of(name, asked, {}) for name in REPORTS},
    }
