import factory
from factory.django import DjangoModelFactory

from catalog.models import Movie


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
