"""Movies over HTTP."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import signed_in
from catalog.filters import MovieFilter
from catalog.models import Movie
from catalog.serializers import MovieInput, MovieOutput, TmdbPageOutput, TmdbSearch
from catalog.services import importing
from cinema.core.api.permissions import IsSignedIn
from cinema.core.api.records import RecordViewSet
from cinema.core.api.views import ApiViewSet, parsed


class MovieViewSet(RecordViewSet):
    tag, noun, nouns = "movies", "Movie", "Movies"
    queryset = Movie.objects.order_by("id")
    filterset_class = MovieFilter
    serializer_class = MovieOutput
    input_class = MovieInput
    lookup_url_kwarg = "movie_id"


class TmdbViewSet(ApiViewSet):
    """Movies as TMDB knows them: anybody who is signed in may look, an admin takes them over."""

    tag = "movies"
    permission_classes = [IsSignedIn]
    admin_actions = ("import_movie",)
    refuses = {"search": ("400", "502", "503", "504"), "import_movie": ("404", "502", "503", "504")}

    @extend_schema(summary="Search Tmdb Movies", parameters=[TmdbSearch], responses=TmdbPageOutput)
    def search(self, request: Request) -> Response:
        wanted = parsed(TmdbSearch, request.query_params.dict(), part="query")
        return Response(importing.search(text=wanted["q"], page=wanted["page"]))

    @extend_schema(summary="Import Tmdb Movie", request=None, responses={200: MovieOutput})
    def import_movie(self, request: Request, tmdb_id: int) -> Response:
        movie = importing.import_movie(tmdb_id=tmdb_id, by=signed_in(request), now=timezone.now())
        return Response(MovieOutput(movie, context={"request": request}).data)
