"""Movies in the back office."""

from django.contrib import admin

from catalog.models import Movie
from cinema.core.admin import OfficeAdmin


@admin.register(Movie)
class MovieAdmin(OfficeAdmin):
    list_display = ("title", "certificate", "duration", "release_date", "rating", "is_active")
    list_filter = ("is_active", "certificate", "release_date")
    search_fields = ("title", "imdb_id")
    ordering = ("title",)
    prepopulated_fields = {"slug": ("title",)}
    readonly_fields = ("created_at",)
