"""Sites, screens and seats in the back office."""

from functools import partial

from django.contrib import admin
from django.urls import URLPattern, path

from cinema.core.admin import OfficeAdmin, switching
from venues import hall_admin
from venues.forms import SeatCategoryForm
from venues.models import Screen, Seat, SeatCategory, Venue


@admin.register(Venue)
class VenueAdmin(OfficeAdmin):
    list_display = ("name", "code", "time_zone", "gstin", "opens_at", "closes_at", "is_default")
    search_fields = ("name", "code", "gstin")
    ordering = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "code", "address", "time_zone", "opens_at", "closes_at", "is_default")}),
        ("Between shows, in minutes", {"fields": ("pre_show_minutes", "turnaround_minutes", "sales_cutoff_minutes")}),
        (
            "Money",
            {
                "fields": (
                    "legal_name",
                    "gstin",
                    "currency",
                    "is_tax_inclusive",
                    "rounds_to_rupee",
                    "booking_fee",
                    "seat_fee",
                    "refunds_fees",
                    "refund_tiers",
                )
            },
        ),
        (
            "Seats left alone",
            {
                "fields": (
                    "refuses_lone_seats",
                    "refuses_lone_seats_over_api",
                    "minds_lone_seats_at_row_ends",
                    "minds_lone_seats_at_aisles",
                    "minds_lone_accessible_seats",
                )
            },
        ),
    )


@admin.register(Screen)
class ScreenAdmin(OfficeAdmin):
    list_display = ("screen_name", "venue", "screen_type", "is_available", "turnaround_minutes")
    list_select_related = ("venue",)
    list_filter = ("venue", "screen_type", "is_available")
    search_fields = ("screen_name", "venue__name")
    autocomplete_fields = ("venue",)
    ordering = ("venue__name", "screen_name")
    change_form_template = "admin/venues/screen/change_form.html"
    actions = [
        switching(
            "close_screen",
            field="is_available",
            to=False,
            title="Take out of service",
            consequence=lambda screen: "It takes no new shows; those that are planned stay. Move or cancel them.",
        ),
        switching(
            "open_screen",
            field="is_available",
            to=True,
            title="Put into service",
            consequence=lambda screen: "Shows can be planned on it again.",
        ),
    ]

    def row_actions(self, request: object, row: Screen) -> list[str]:
        return ["close_screen" if row.is_available else "open_screen"]

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
class SeatCategoryAdmin(OfficeAdmin):
    form = SeatCategoryForm
    list_display = ("category_name", "screen", "rows", "cols", "base_price")
    list_select_related = ("screen__venue",)
    clock_of = "screen__venue"
    money = ("base_price",)
    list_filter = ("screen__venue",)
    search_fields = ("category_name", "screen__screen_name")
    autocomplete_fields = ("screen",)
    ordering = ("screen__screen_name", "category_name")


@admin.register(Seat)
class SeatAdmin(OfficeAdmin):
    list_display = ("__str__", "screen", "category", "row_number", "col_number", "kind", "is_available")
    list_select_related = ("screen", "category__screen")
    list_filter = ("screen", "kind", "is_available")
    search_fields = ("seat_number", "screen__screen_name")
    autocomplete_fields = ("screen", "category")
    ordering = ("screen_id", "row_number", "col_number")
