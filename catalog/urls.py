"""Addresses of pictures."""

from catalog import pages
from cinema.core.api.routing import route

urlpatterns = [
    route("posters/<str:name>", pages.poster, name="poster"),
]
