"""Changing the prices of many shows at once: what it would do is shown before it is done."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import User
from cinema.core import errors, formats
from scheduling.forms import PriceChangeForm
from scheduling.models import Show
from scheduling.services import pricing

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

MOST_SHOWS = 500


@admin.action(description="Change prices…", permissions=["reprice"])
def change_prices(office: "ModelAdmin[Show]", request: HttpRequest, shows: QuerySet[Show]) -> HttpResponse | None:
    """Ask by how much, show what it comes to, and do it when that is confirmed."""
    ids = sorted(shows.values_list("pk", flat=True)[: MOST_SHOWS + 1])
    if len(ids) > MOST_SHOWS:
        messages.error(request, f"At most {MOST_SHOWS} shows at a time.")
        return None
    form = PriceChangeForm(request.POST if "asked" in request.POST else None)
    context: dict[str, Any] = {"form": form, "ids": ids}
    if form.is_bound and form.is_valid():
        try:
            if "confirm" in request.POST:
                _change(office, request, ids, form)
                return None
            context["changes"] = pricing.preview(show_ids=ids, step=form.step, now=timezone.now())
        except errors.DomainError as refusal:
            messages.error(request, refusal.detail)
            return None
    return TemplateResponse(
        request,
        "admin/scheduling/show/change_prices.html",
        {
            **office.admin_site.each_context(request),
            "title": f"Change prices of {formats.counted(len(ids), 'show')}",
            "opts": office.opts,
            **context,
        },
    )


def _change(office: "ModelAdmin[Show]", request: HttpRequest, ids: list[int], form: PriceChangeForm) -> None:
    if not isinstance(request.user, User):
        raise PermissionDenied
    changes = pricing.reprice(show_ids=ids, step=form.step, by=request.user, now=timezone.now())
    for show in {change.show.pk: change.show for change in changes}.values():
        office.log_change(request, show, f"Prices: {form.step.said()}")
    messages.success(
        request, f"{formats.counted(len(changes), 'price')} of {formats.counted(len(ids), 'show')} changed."
    )
