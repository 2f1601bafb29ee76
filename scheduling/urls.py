"""Pages of the programme."""

from django.urls import path

from cinema.core.api.routing import route
from scheduling import pages

urlpatterns = [
    path("", pages.BrowseProgramme.as_view(), name="home"),
    route("now/movies/<page_id:movie_id>", pages.ShowMovie.as_view(), name="movie_by_id"),
    route("now/movies/<page_id:movie_id>/<str:slug>", pages.ShowMovie.as_view(), name="movie"),
]
