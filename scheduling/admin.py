"""Shows in the back office: planned and cancelled through services, looked at here."""

from django.contrib import admin
from django.http import HttpRequest

from cinema.core.admin import ReadOnlyAdmin, ReadOnlyInline
from scheduling.forms import PriceCardForm
from scheduling.models import PriceCard, Show, ShowCategoryPricing
from scheduling.price_admin import change_prices

ACCESS = ("has_captions", "has_audio_description", "has_sign_language")


class PricingInline(ReadOnlyInline):
    model = ShowCategoryPricing
    fields = ("category", "price", "because")


@admin.register(Show)
class ShowAdmin(ReadOnlyAdmin):
    list_display = ("movie", "screen", "show_date", "starts_at", "status", "format", "language", *ACCESS)
    list_select_related = ("movie", "screen")
    list_filter = ("status", "format", *ACCESS, "screen", "show_date")
    search_fields = ("movie__title", "screen__screen_name")
    ordering = ("-starts_at", "-id")
    inlines = [PricingInline]
    actions = [change_prices]

    def has_reprice_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("scheduling.change_showcategorypricing")


@admin.register(PriceCard)
class PriceCardAdmin(admin.ModelAdmin):
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
    list_select_related = ("show", "category__screen")
    search_fields = ("show__movie__title", "category__category_name")
    ordering = ("-id",)
