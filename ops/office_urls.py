"""Pages of the back office that belong to no single table; each asks for the log-in of the admin."""

from django.contrib import admin
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from ops import week_pages

urlpatterns = [
    path("week/", admin.site.admin_view(require_GET(week_pages.show_week)), name="office_week"),
    path("week/<int:venue_id>/copy", admin.site.admin_view(require_POST(week_pages.copy)), name="office_copy"),
    path(
        "week/<int:venue_id>/publish", admin.site.admin_view(require_POST(week_pages.publish)), name="office_publish"
    ),
]
