"""Sites, screens and seats in the back office."""

from functools import partial

from django.contrib import admin
from django.urls import URLPattern, path

from venues import hall_admin
from venues.forms import SeatCategoryForm
from venues.models import Screen, Seat, SeatCategory, Venue


@admin.register(Venue)
class VenueAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "time_zone", "gstin", "opens_at", "closes_at", "is_default")
    search_fields = ("name", "code", "gstin")
    ordering = ("name",)


@admin.register(Screen)
class ScreenAdmin(admin.ModelAdmin):
    list_display = ("screen_name", "venue", "screen_type", "is_available", "turnaround_minutes")
    list_select_related = ("venue",)
    list_filter = ("venue", "screen_type", "is_available")
    search_fields = ("screen_name", "venue__name")
    autocomplete_fields = ("venue",)
    ordering = ("venue__name", "screen_name")
    change_form_template = "admin/venues/screen/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "<int:screen_id>/hall/",
                self.admin_site.admin_view(partial(hall_admin.hall, office=self)),
                name="venues_screen_hall",
            ),
            path(
                "<int:screen_id>/hall.<slug:kind>",
                self.admin_site.admin_view(partial(hall_admin.export, office=self)),
                name="venues_screen_hall_export",
            ),
        ]
        return [*own, *super().get_urls()]


@admin.register(SeatCategory)
class SeatCategoryAdmin(admin.ModelAdmin):
    form = SeatCategoryForm
    list_display = ("category_name", "screen", "rows", "cols", "base_price")
    list_select_related = ("screen",)
    list_filter = ("screen__venue",)
    search_fields = ("category_name", "screen__screen_name")
    autocomplete_fields = ("screen",)
    ordering = ("screen__screen_name", "category_name")


@admin.register(Seat)
class SeatAdmin(admin.ModelAdmin):
    list_display = ("__str__", "screen", "category", "row_number", "col_number", "kind", "is_available")
    list_select_related = ("screen", "category__screen")
    list_filter = ("screen", "kind", "is_available")
    search_fields = ("seat_number", "screen__screen_name")
    autocomplete_fields = ("screen", "category")
    ordering = ("screen_id", "row_number", "col_number")
