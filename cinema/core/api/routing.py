"""Routes that answer with and without the trailing slash, without a redirect."""

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, register_converter
from django.urls.converters import IntConverter, StringConverter
from django.urls.resolvers import RoutePattern


class _Id(StringConverter):
    """Any text: the view answers 422 to what is not a number, where `int` would make the path unknown."""


class _PageId(IntConverter):
    """A whole number that a key can hold; any other address of a page is unknown."""

    regex = "[0-9]{1,18}"


register_converter(_Id, "id")
register_converter(_PageId, "page_id")


class _EitherSlash(RoutePattern):
    def match(self, path: str) -> Any:
        return super().match(path) or super().match(path[:-1] if path.endswith("/") else f"{path}/")


def route(pattern: str, view: Callable[..., HttpResponseBase], name: str | None = None) -> URLPattern:
    """Like `django.urls.path`, for either form of the path; the OpenAPI shows the one written."""
    return URLPattern(_EitherSlash(pattern, name=name, is_endpoint=True), view, {}, name)
