"""Movies over HTTP."""

from catalog.filters import MovieFilter
from catalog.models import Movie
from catalog.serializers import MovieInput, MovieOutput
from cinema.core.api.records import RecordViewSet


class MovieViewSet(RecordViewSet):
    tag, noun, nouns = "movies", "Movie", "Movies"
    queryset = Movie.objects.order_by("id")
    filterset_class = MovieFilter
    serializer_class = MovieOutput
    input_class = MovieInput
    lookup_url_kwarg = "movie_id"
