"""Movies in the back office."""

from django.contrib import admin

from catalog.models import FilmHireTerm, Movie
from cinema.core.admin import OfficeAdmin, switching
from cinema.core.admin_lists import containing


class FilmHireInline(admin.TabularInline):
    model = FilmHireTerm
    extra = 0
    verbose_name_plural = "film hire, by week of the run"


@admin.register(Movie)
class MovieAdmin(OfficeAdmin):
    list_display = ("title", "certificate", "minutes", "language", "release_date", "rating", "is_active")
    list_filter = ("is_active", "certificate")
    date_hierarchy = "release_date"
    search_fields = ("title",)
    search_help_text = "A part of the title."
    finders = (containing("title"),)
    ordering = ("title",)
    prepopulated_fields = {"slug": ("title",)}
    readonly_fields = ("created_at",)
    inlines = [FilmHireInline]
    fieldsets = (
        (None, {"fields": ("title", "slug", "description", "is_active")}),
        (
            "On the screen",
            {"fields": ("duration", "interval_minutes", "format", "language", "certificate", "release_date")},
        ),
        ("Distributor", {"fields": ("distributor",)}),
        ("Tax", {"fields": ("sgst_waived",)}),
        ("On the pages", {"fields": ("genre", "rating", "poster_url", "background_image_url", "trailer_url")}),
        ("From TMDB", {"classes": ("collapse",), "fields": ("tmdb_id", "imdb_id", "cast", "crew", "created_at")}),
    )
    actions = [
        switching(
            "archive",
            field="is_active",
            to=False,
            title="Archive",
            consequence=lambda movie: "It gets no new shows and leaves the programme; shows that are planned stay.",
        ),
        switching(
            "bring_back",
            field="is_active",
            to=True,
            title="Bring back",
            consequence=lambda movie: "It can be planned again.",
        ),
    ]

    def row_actions(self, request: object, row: Movie) -> list[str]:
        return ["archive" if row.is_active else "bring_back"]

    @admin.display(description="minutes", ordering="duration")
    def minutes(self, movie: Movie) -> str:
        return f"{movie.duration} + {movie.interval_minutes}" if movie.interval_minutes else str(movie.duration)
