"""Templates in the back office, what would be planned from one, and the jobs that plan it."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts.models import User
from cinema.core.admin import OfficeAdmin, ReadOnlyAdmin
from cinema.core.errors import DomainError
from scheduling.errors import FillUnderWay
from scheduling.forms import TemplateMovieForm
from scheduling.models import FillRun, ForecastOverride, ScheduleTemplate, TemplateMovie
from scheduling.services import fill_runs, filling

RUNS_LISTED = 5
WEIGHTS_SAID = (
    "Against what a plan is expected to leave, in the venue's currency: a dearer wish is met more often, and costs admissions."
    " Crowding counts once for each quarter of an hour in which it is too much. What they came to stands on the page of each run."
)


class TemplateMovieInline(admin.TabularInline):
    model = TemplateMovie
    form = TemplateMovieForm
    extra = 1
    autocomplete_fields = ("movie", "screen")


@admin.register(ScheduleTemplate)
class ScheduleTemplateAdmin(OfficeAdmin):
    list_display = ("venue", "is_active", "weeks_ahead", "as_drafts", "filled_until")
    list_select_related = ("venue",)
    list_filter = ("is_active", "as_drafts")
    search_fields = ("venue__name", "venue__code")
    autocomplete_fields = ("venue",)
    ordering = ("venue__name", "id")
    inlines = [TemplateMovieInline]
    fieldsets = (
        (None, {"fields": ("venue", "is_active", "weeks_ahead", "as_drafts", "improves", "filled_until")}),
        ("What shows cost and leave", {"fields": ("buffer_minutes", "show_cost", "food_margin")}),
        (
            "What wishes weigh",
            {
                "description": WEIGHTS_SAID,
                "classes": ("collapse",),
                "fields": (
                    ("reach_one", "reach_two", "reach_three"),
                    ("lobby_starts", "lobby_minutes", "lobby_penalty"),
                    ("cleaning_crews", "cleaning_minutes", "cleaning_penalty"),
                    ("spacing_minutes", "spacing_penalty"),
                    ("continuity_minutes", "continuity_penalty"),
                    "empty_seat",
                ),
            },
        ),
    )
    change_form_template = "admin/scheduling/scheduletemplate/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        fill = self.admin_site.admin_view(partial(fill_from_template, office=self))
        return [path("<int:template_id>/fill/", fill, name="scheduling_template_fill"), *super().get_urls()]


@admin.register(FillRun)
class FillRunAdmin(ReadOnlyAdmin):
    """Runs of planning; the page of one is that of its progress and result."""

    list_display = ("venue", "from_day", "day_count", "writes", "status", "show_count", "asked_by", "asked_at")
    list_select_related = ("venue", "asked_by")
    list_filter = ("status", "writes", "venue")
    search_fields = ("venue__name", "venue__code", "asked_by__email")
    ordering = ("-asked_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("report")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show how far a run is, and then what came of it; while it is busy the page comes again by itself."""
        if request.method != "GET" or not self.has_view_permission(request):
            raise PermissionDenied
        run = get_object_or_404(FillRun.objects.select_related("venue", "asked_by"), pk=object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"The programme of {run.venue}",
            "run": run,
            "report": run.report,
            "template": ScheduleTemplate.objects.filter(venue=run.venue).first(),
        }
        return TemplateResponse(request, "admin/scheduling/fillrun/run.html", context)


@admin.register(ForecastOverride)
class ForecastOverrideAdmin(OfficeAdmin):
    list_display = ("movie", "venue", "part", "admissions", "note")
    list_select_related = ("movie", "venue")
    list_filter = ("venue", "part")
    search_fields = ("movie__title", "note")
    autocomplete_fields = ("movie", "venue")
    ordering = ("movie__title", "id")


def fill_from_template(request: HttpRequest, template_id: int, *, office: ScheduleTemplateAdmin) -> HttpResponse:
    """Say which days are to be filled; what is posted has a job draw or plan them, and goes to its page."""
    if not isinstance(request.user, User) or not request.user.has_perm("scheduling.autoschedule_show"):
        raise PermissionDenied
    template = get_object_or_404(ScheduleTemplate.objects.select_related("venue"), pk=template_id)
    if request.method == "POST":
        return _asked(request, template, request.user)
    runs = FillRun.objects.filter(venue=template.venue).defer("report").select_related("asked_by")
    context = {
        **office.admin_site.each_context(request),
        "opts": office.opts,
        "title": f"Plan the programme of {template.venue}",
        "template": template,
        "days": filling.next_days(template, timezone.now()),
        "movies": template.movies.filter(movie__is_active=True).count(),
        "runs": runs.order_by("-asked_at")[:RUNS_LISTED],
    }
    return TemplateResponse(request, "admin/scheduling/scheduletemplate/fill.html", context)


def _asked(request: HttpRequest, template: ScheduleTemplate, by: User) -> HttpResponse:
    try:
        run = fill_runs.start(
            template_id=template.pk,
            by=by,
            now=timezone.now(),
            writes=request.POST.get("do") == "write",
            improves="improves" in request.POST,
        )
    except FillUnderWay as refusal:
        messages.warning(request, refusal.detail)
        return HttpResponseRedirect(reverse("admin:scheduling_fillrun_change", args=[refusal.data["run_id"]]))
    except DomainError as refusal:
        messages.error(request, refusal.detail)
        return HttpResponseRedirect(reverse("admin:scheduling_template_fill", args=[template.pk]))
    return HttpResponseRedirect(reverse("admin:scheduling_fillrun_change", args=[run.pk]))
