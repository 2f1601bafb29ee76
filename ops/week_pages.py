"""The week at a glance in the back office, and what is done with whole days there."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from accounts.models import User
from cinema.core import errors, formats
from ops import week
from ops.forms import CopyForm, PublishForm, WeekForm
from scheduling.models import Show
from scheduling.services import copying, publishing
from scheduling.states import ShowStatus
from venues.models import Venue

MOST_LISTED = 10


def show_week(request: HttpRequest) -> HttpResponse:
    """Show a venue's week; what is posted copies or publishes days of it."""
    if not request.user.has_perm("scheduling.view_show"):
        raise PermissionDenied
    asked = WeekForm(request.GET)
    asked.is_valid()
    venue = asked.cleaned_data.get("venue") or Venue.objects.order_by("-is_default", "id").first()
    if venue is None:
        messages.error(request, "Make a venue first.")
        return HttpResponseRedirect(reverse("admin:venues_venue_changelist"))
    day = asked.cleaned_data.get("day") or timezone.now().astimezone(venue.zone).date()
    monday = week.monday_of(day)
    context = {
        **admin.site.each_context(request),
        "title": f"The week at {venue.name}",
        "week": week.week(venue=venue, monday=monday),
        "venues": Venue.objects.order_by("name"),
        "may_plan": request.user.has_perm("scheduling.add_show"),
        "may_publish": request.user.has_perm("scheduling.publish_show"),
    }
    return TemplateResponse(request, "admin/ops/week.html", context)


def copy(request: HttpRequest, venue_id: int) -> HttpResponse:
    """Copy a day or a week of shows."""
    by = _planner(request, "scheduling.add_show")
    venue = get_object_or_404(Venue, pk=venue_id)
    form = CopyForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose the day to copy to.")
        return _back(venue, request.POST.get("from_day", ""))
    asked = form.cleaned_data
    offsets = [timedelta(days=number) for number in range(asked["days"])]
    days = {asked["from_day"] + offset: asked["to_day"] + offset for offset in offsets}
    try:
        copied = copying.copy_days(venue_id=venue.pk, days=days, is_draft=asked["is_draft"], by=by, now=timezone.now())
    except errors.DomainError as refusal:
        messages.error(request, _one_by_one(refusal))
        return _back(venue, asked["from_day"])
    messages.success(request, f"{formats.counted(copied.added, 'show')} added; {copied.there} stood there already.")
    return _back(venue, asked["to_day"])


def publish(request: HttpRequest, venue_id: int) -> HttpResponse:
    """Put the drafts of a day or a week on sale."""
    by = _planner(request, "scheduling.publish_show")
    venue = get_object_or_404(Venue, pk=venue_id)
    form = PublishForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose the day to publish.")
        return _back(venue, "")
    first = form.cleaned_data["from_day"]
    last = first + timedelta(days=form.cleaned_data["days"] - 1)
    drafts = Show.objects.filter(screen__venue=venue, show_date__range=(first, last), status=ShowStatus.DRAFT)
    try:
        count = publishing.publish(show_ids=list(drafts.values_list("pk", flat=True)), by=by, now=timezone.now())
    except errors.DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, f"{formats.counted(count, 'show')} {'is' if count == 1 else 'are'} on sale now.")
    return _back(venue, first)


def _one_by_one(refusal: errors.DomainError) -> str:
    """List what stands in the way, show by show: in one breath nobody reads it."""
    refusals: Any = refusal.data.get("refusals") or []
    if len(refusals) < 2:
        return refusal.detail
    lines = format_html_join("", "<li>{}</li>", ((each,) for each in refusals[:MOST_LISTED]))
    more = f"And {len(refusals) - MOST_LISTED} more." if len(refusals) > MOST_LISTED else ""
    return format_html("Nothing was copied. These stand in the way: <ul>{}</ul>{}", lines, more)


def _planner(request: HttpRequest, permission: str) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(permission):
        raise PermissionDenied
    return request.user


def _back(venue: Venue, day: object) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('office_week')}?{urlencode({'venue': venue.pk, 'day': day})}")
