from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from catalog.models import FilmHireTerm, Movie


class MovieFactory(DjangoModelFactory[Movie]):
    """Two hours without an interval."""

    class Meta:
        model = Movie

    title = factory.Sequence(lambda number: f"Movie {number}")
    slug = factory.Sequence(lambda number: f"movie-{number}")
    duration = 120
    genre = ["Drama"]
    language = ["Hindi"]
    format = ["2D"]
    certificate = "UA 13+"


class FilmHireTermFactory(DjangoModelFactory[FilmHireTerm]):
    """Half of the takings, from the first week on."""

    class Meta:
        model = FilmHireTerm

    movie = factory.SubFactory(MovieFactory)
    from_week = 1
    share = Decimal("50.00")
