"""Table of contents of the site: pages, back office, API."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

from ops import health, metrics

handler404 = "cinema.core.api.errors.not_found"
handler500 = "cinema.core.api.errors.server_error"

urlpatterns = [
    path("health", health.ready),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("metrics", metrics.show),
    path("now/words.js", JavaScriptCatalog.as_view(), name="words"),
    path("admin/", include("ops.office_urls")),
    path("admin/", admin.site.urls),
    path("", include("catalog.urls")),
    path("", include("scheduling.urls")),
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("", include("booking.urls")),
    path("", include("cinema.api_urls")),
]
