"""Shows in the back office: planned and cancelled through services, looked at here."""

from django.contrib import admin

from cinema.core.admin import ReadOnlyAdmin, ReadOnlyInline
from scheduling.models import Show, ShowCategoryPricing


class PricingInline(ReadOnlyInline):
    model = ShowCategoryPricing


@admin.register(Show)
class ShowAdmin(ReadOnlyAdmin):
    list_display = ("movie", "screen", "show_date", "starts_at", "status", "format", "language")
    list_select_related = ("movie", "screen")
    list_filter = ("status", "format", "screen", "show_date")
    search_fields = ("movie__title", "screen__screen_name")
    ordering = ("-starts_at", "-id")
    inlines = [PricingInline]


@admin.register(ShowCategoryPricing)
class ShowCategoryPricingAdmin(ReadOnlyAdmin):
    list_display = ("show", "category", "price")
    list_select_related = ("show", "category__screen")
    search_fields = ("show__movie__title", "category__category_name")
    ordering = ("-id",)
