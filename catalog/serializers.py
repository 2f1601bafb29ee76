"""Shapes of the catalogue API."""

from typing import Any

from rest_framework import serializers

from catalog.models import Movie
from cinema.core.api.fields import (
    Approximate,
    Day,
    Facts,
    Flag,
    OptionalList,
    OptionalText,
    OptionalUrl,
    Picture,
    Text,
)


class MovieOutput(serializers.ModelSerializer):
    movie_id = serializers.IntegerField(source="id")
    slug = serializers.CharField(help_text="The title as an address; letters of any script.")
    description = OptionalText()
    certificate = OptionalText()
    poster_url = Picture()
    background_image_url = Picture()
    trailer_url = OptionalText()
    imdb_id = OptionalText()
    cast = OptionalList(child=serializers.DictField())
    crew = OptionalList(child=serializers.DictField())

    class Meta:
        model = Movie
        fields = (
            "movie_id",
            "title",
            "slug",
            "description",
            "duration",
            "interval_minutes",
            "genre",
            "language",
            "format",
            "release_date",
            "rating",
            "certificate",
            "poster_url",
            "background_image_url",
            "trailer_url",
            "cast",
            "crew",
            "imdb_id",
            "is_active",
        )


class MovieInput(serializers.ModelSerializer):
    """One movie; on change, only what is sent changes."""

    title = Text(max_length=200)
    description = OptionalText(max_length=5000)
    duration = serializers.IntegerField(min_value=1, max_value=1000, help_text="Minutes.")
    interval_minutes = serializers.IntegerField(min_value=0, max_value=120, required=False)
    genre = OptionalList(child=Text(max_length=50), max_length=50)
    genres = OptionalList(child=Text(max_length=50), max_length=50, help_text="An old spelling of `genre`.")
    language = OptionalList(child=Text(max_length=50), max_length=50)
    format = OptionalList(child=Text(max_length=20), max_length=20)
    release_date = Day(required=False, allow_null=True)
    rating = Approximate(max_digits=3, decimal_places=1, min_value=0, max_value=10, required=False, allow_null=True)
    certificate = OptionalText(max_length=10)
    poster_url = Picture(max_length=255)
    background_image_url = Picture(max_length=255)
    trailer_url = OptionalUrl(max_length=255)
    imdb_id = OptionalText(max_length=20)
    is_active = Flag(default=True)
    cast = OptionalList(child=Facts())
    crew = OptionalList(child=Facts())

    class Meta:
        model = Movie
        fields = (
            "title",
            "description",
            "duration",
            "interval_minutes",
            "genre",
            "genres",
            "language",
            "format",
            "release_date",
            "rating",
            "certificate",
            "poster_url",
            "background_image_url",
            "trailer_url",
            "cast",
            "crew",
            "imdb_id",
            "is_active",
        )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        old_spelling = attrs.pop("genres", None)
        return attrs if old_spelling is None else {"genre": old_spelling, **attrs}


class TmdbSearch(serializers.Serializer):
    q = Text(min_length=2, max_length=200, help_text="Part of the title.")
    page = serializers.IntegerField(min_value=1, max_value=1000, default=1, help_text="TMDB has 500 at most.")


class TmdbResultOutput(serializers.Serializer):
    tmdb_id = serializers.IntegerField()
    title = serializers.CharField()
    overview = serializers.CharField()
    release_date = serializers.CharField(help_text="YYYY-MM-DD, or empty.")
    rating_10 = serializers.FloatField(help_text="0 to 10.")
    poster_url = serializers.CharField(allow_null=True)


class TmdbPageOutput(serializers.Serializer):
    page = serializers.IntegerField()
    total_results = serializers.IntegerField()
    total_pages = serializers.IntegerField()
    results = TmdbResultOutput(many=True)
