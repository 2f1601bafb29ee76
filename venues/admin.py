"""Sites, screens and seats in the back office."""

from django.contrib import admin

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


@admin.register(SeatCategory)
class SeatCategoryAdmin(admin.ModelAdmin):
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
