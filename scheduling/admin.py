"""Shows in the back office: planned and changed through services, looked at here."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from cinema.core.admin import OfficeAdmin, ReadOnlyAdmin, ReadOnlyInline
from cinema.core.admin_lists import CappedPaginator, among
from scheduling import queries, show_admin
from scheduling.forms import PriceCardForm
from scheduling.models import PriceCard, Show, ShowCategoryPricing
from scheduling.price_admin import change_prices
from scheduling.template_admin import FillRunAdmin, ForecastOverrideAdmin, ScheduleTemplateAdmin

__all__ = [
    "FillRunAdmin",
    "ForecastOverrideAdmin",
    "PriceCardAdmin",
    "ScheduleTemplateAdmin",
    "ShowAdmin",
    "ShowCategoryPricingAdmin",
]

ACCESS = ("has_captions", "has_audio_description", "has_sign_language")


class PricingInline(ReadOnlyInline):
    model = ShowCategoryPricing
    fields = ("category", "price", "because")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("category__screen")


@admin.register(Show)
class ShowAdmin(OfficeAdmin):
    """Rows that are written by `show_admin` only, through services, not by a form of all their columns.

    `booking.show_admin` registers it once more, with what is sold.
    """

    change_form_template = "admin/scheduling/show/change_form.html"
    paginator = CappedPaginator
    show_full_result_count = False
    finders = (among("movie", queries.movies_named), among("screen", queries.screens_named))
    search_help_text = "Title of the movie, or name of the screen."
    list_display = [
        "movie",
        "screen",
        "show_date",
        "starts_at",
        "status",
        "format",
        "language",
        *ACCESS,
    ]
    list_select_related = ("movie", "screen__venue")
    clock_of = "screen__venue"
    list_filter = ["status", "format", *ACCESS, "screen", "show_date"]
    search_fields = ("movie__title", "screen__screen_name")
    ordering = ("-starts_at", "-id")
    inlines = [PricingInline]
    actions = [change_prices]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return show_admin.plan(request, office=self)

    def get_urls(self) -> list[URLPattern]:
        revise = self.admin_site.admin_view(partial(show_admin.revise, office=self))
        return [path("<int:show_id>/revise/", revise, name="scheduling_show_revise"), *super().get_urls()]

    def has_reprice_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("scheduling.reprice_show")


@admin.register(PriceCard)
class PriceCardAdmin(OfficeAdmin):
    form = PriceCardForm
    list_display = ("name", "venue", "position", "change", "amount", "category_name", "format", "is_active")
    list_select_related = ("venue",)
    list_filter = ("venue", "is_active", "change")
    search_fields = ("name", "category_name", "format")
    autocomplete_fields = ("venue",)
    ordering = ("venue__name", "position", "id")


@admin.register(ShowCategoryPricing)
class ShowCategoryPricingAdmin(ReadOnlyAdmin):
    list_display = ("show", "category", "price")
    list_select_related = ("show__movie", "show__screen__venue", "category__screen")
    clock_of = "show__screen__venue"
    money = ("price",)
    search_fields = ("show__movie__title", "category__category_name")
    ordering = ("-id",)
