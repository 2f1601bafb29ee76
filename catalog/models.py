"""What can be shown."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.text import slugify

from cinema.core.constraints import at_least, between


def slug_of(title: str) -> str:
    """Write a title as an address: letters of any script."""
    return slugify(title, allow_unicode=True)[:220] or "movie"


class Movie(models.Model):
    """One film title."""

    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=220, allow_unicode=True, db_index=False)
    description = models.TextField(max_length=5000, blank=True)
    duration = models.PositiveIntegerField(help_text="Running time of the feature, in minutes.")
    interval_minutes = models.PositiveSmallIntegerField(default=0, help_text="Break in the middle, in minutes.")
    genre = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    language = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    format = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    release_date = models.DateField(null=True, blank=True)
    rating = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True, help_text="0 to 10.")
    certificate = models.CharField(max_length=10, blank=True, help_text="For example U, UA 13+, A.")
    poster_url = models.CharField("poster URL", max_length=255, blank=True)
    background_image_url = models.CharField("background image URL", max_length=255, blank=True)
    trailer_url = models.CharField(
        "trailer URL",
        max_length=255,
        blank=True,
        db_default="",
        validators=[URLValidator(schemes=["http", "https"])],
        help_text="Where the trailer plays.",
    )
    cast = models.JSONField(default=list, blank=True)
    crew = models.JSONField(default=list, blank=True)
    tmdb_id = models.PositiveIntegerField("TMDB id", null=True, blank=True, unique=True)
    imdb_id = models.CharField("IMDb id", max_length=20, blank=True)
    distributor = models.CharField(
        max_length=100, blank=True, db_default="", help_text="Whoever rents it to the house and is owed its film hire."
    )
    sgst_waived = models.BooleanField(
        "SGST waived", default=False, help_text="The state waives its half of the tax on tickets."
    )
    is_active = models.BooleanField(default=True, help_text="An archived movie keeps its past and gets no new shows.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        permissions = [
            ("import_movie", "Can import movies from a table"),
        ]
        indexes = [
            # The admin's and the API's `icontains` compile to UPPER(title) LIKE UPPER(…): a plain index would not serve.
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="catalog_movie_title_search"),
            models.Index(F("release_date").desc(nulls_last=True), "id", name="catalog_movie_newest"),
            # The orders of the API's `sort_by`: without them a page of a long list sorts all of it.
            models.Index(F("release_date").asc(nulls_last=True), "id", name="catalog_movie_oldest"),
            models.Index(F("rating").desc(nulls_last=True), "id", name="catalog_movie_best"),
            models.Index(F("rating").asc(nulls_last=True), "id", name="catalog_movie_worst"),
            models.Index(F("title").asc(nulls_last=True), "id", name="catalog_movie_a_to_z"),
            models.Index(F("title").desc(nulls_last=True), "id", name="catalog_movie_z_to_a"),
            models.Index(F("duration").desc(nulls_last=True), "id", name="catalog_movie_longest"),
            models.Index(F("duration").asc(nulls_last=True), "id", name="catalog_movie_shortest"),
            GinIndex(fields=["format"], name="catalog_movie_format"),
            GinIndex(fields=["genre"], name="catalog_movie_genre"),
            GinIndex(fields=["language"], name="catalog_movie_language"),
        ]
        constraints = [
            between("duration", 1, 1000, name="catalog_movie_duration_sane"),
            between("interval_minutes", 0, 120, name="catalog_movie_interval_sane"),
            between("rating", 0, 10, name="catalog_movie_rating_0_to_10"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **options: Any) -> None:
        self.slug = self.slug or slug_of(self.title)
        super().save(*args, **options)

    def is_released(self, on: date) -> bool:
        """Tell whether it may be shown by a day; without a date of release it always was."""
        return self.release_date is None or self.release_date <= on


class FilmHireTerm(models.Model):
    """The distributor's share of a movie's net takings, from one week of its run on and until a later line says otherwise."""

    movie = models.ForeignKey(
        "catalog.Movie", on_delete=models.PROTECT, related_name="film_hire_terms", db_index=False
    )
    from_week = models.PositiveSmallIntegerField(
        "from week",
        help_text="Of its run at each venue; the first is 1, weeks begin on Friday. It holds until the next line.",
    )
    share = models.DecimalField(
        "distributor's share",
        max_digits=5,
        decimal_places=2,
        help_text="Percent of the net takings, 42.5 for example.",
    )

    class Meta:
        ordering = ("movie", "from_week")
        constraints = [
            models.UniqueConstraint(fields=["movie", "from_week"], name="catalog_one_share_per_week"),
            at_least("from_week", 1, name="catalog_film_hire_from_first_week"),
            between("share", 0, 100, name="catalog_film_hire_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.share} % from week {self.from_week}"
