"""Table of contents of the site: pages, back office, API."""

from django.contrib import admin
from django.urls import include, path

handler404 = "cinema.core.api.errors.not_found"
handler500 = "cinema.core.api.errors.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("cinema.api_urls")),
]
