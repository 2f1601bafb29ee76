"""Templates in the back office, and what would be planned from one before it is."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts.models import User
from cinema.core import errors
from cinema.core.admin import OfficeAdmin
from scheduling.forms import TemplateMovieForm
from scheduling.models import ForecastOverride, ScheduleTemplate, TemplateMovie
from scheduling.picture import account, picture
from scheduling.services import filling


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
    change_form_template = "admin/scheduling/scheduletemplate/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        fill = self.admin_site.admin_view(partial(fill_from_template, office=self))
        return [path("<int:template_id>/fill/", fill, name="scheduling_template_fill"), *super().get_urls()]


@admin.register(ForecastOverride)
class ForecastOverrideAdmin(OfficeAdmin):
    list_display = ("movie", "venue", "part", "admissions", "note")
    list_select_related = ("movie", "venue")
    list_filter = ("venue", "part")
    search_fields = ("movie__title", "note")
    autocomplete_fields = ("movie", "venue")
    ordering = ("movie__title", "id")


def fill_from_template(request: HttpRequest, template_id: int, *, office: ScheduleTemplateAdmin) -> HttpResponse:
    """Draw what would be planned for the days not filled yet; what is posted plans it."""
    if not isinstance(request.user, User) or not request.user.has_perm("scheduling.autoschedule_show"):
        raise PermissionDenied
    template = get_object_or_404(ScheduleTemplate.objects.select_related("venue"), pk=template_id)
    now = timezone.now()
    days = filling.next_days(template, now)
    context = {
        **office.admin_site.each_context(request),
        "opts": office.opts,
        "title": f"Plan the programme of {template.venue}",
        "template": template,
        "days": days,
    }
    try:
        if days and request.method == "POST":
            filled = filling.fill(template=template, days=days, by=request.user, now=now)
            office.log_change(request, template, f"Planned {len(filled.placed)} shows.")
            messages.success(request, f"{len(filled.placed)} shows planned until {days[-1]:%-d %B}.")
            return HttpResponseRedirect(reverse("admin:scheduling_scheduletemplate_change", args=[template.pk]))
        if days:
            drawn = filling.draw_up(template=template, days=days, by=request.user, now=now)
            context |= {
                "count": len(drawn.placed),
                "picture": "\n".join(picture(drawn.case, drawn.placed)),
                "account": list(account(drawn.case, drawn.report)),
            }
    except errors.DomainError as refusal:
        messages.error(request, refusal.detail)
    return TemplateResponse(request, "admin/scheduling/scheduletemplate/fill.html", context)
