"""Pages of the back office that belong to no single table; each asks for the log-in of the admin."""

from django.contrib import admin
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ops import (
    archive_pages,
    counter_pages,
    dashboard_pages,
    door_pages,
    forecast_pages,
    report_pages,
    tables_pages,
    tmdb_pages,
    week_pages,
)

restore = require_http_methods(["GET", "POST"])(archive_pages.restore)

urlpatterns = [
    path("drills/make", admin.site.admin_view(require_POST(archive_pages.drill)), name="office_drill"),
    path("backups/make", admin.site.admin_view(require_POST(archive_pages.back_up)), name="office_back_up"),
    path("backups/<str:backup_id>/restore", admin.site.admin_view(restore), name="office_restore"),
    path("dashboard/", admin.site.admin_view(require_GET(dashboard_pages.show_dashboard)), name="office_dashboard"),
    path("reports/", admin.site.admin_view(require_GET(report_pages.list_reports)), name="office_reports"),
    path("reports/<slug:name>/", admin.site.admin_view(require_GET(report_pages.show_report)), name="office_report"),
    path("week/", admin.site.admin_view(require_GET(week_pages.show_week)), name="office_week"),
    path("week/<int:venue_id>/copy", admin.site.admin_view(require_POST(week_pages.copy)), name="office_copy"),
    path(
        "week/<int:venue_id>/publish", admin.site.admin_view(require_POST(week_pages.publish)), name="office_publish"
    ),
    path("forecast/", admin.site.admin_view(require_GET(forecast_pages.show_forecast)), name="office_forecast"),
    path("counter/", admin.site.admin_view(require_GET(counter_pages.show_counter)), name="office_counter"),
    path("counter/end", admin.site.admin_view(require_POST(counter_pages.end)), name="office_counter_end"),
    path(
        "counter/<int:show_id>/sell",
        admin.site.admin_view(require_POST(counter_pages.sell)),
        name="office_counter_sell",
    ),
    path(
        "counter/sales/<slug:reference>",
        admin.site.admin_view(require_POST(counter_pages.open_sale)),
        name="office_counter_sale",
    ),
    path("tmdb/", admin.site.admin_view(require_GET(tmdb_pages.search)), name="office_tmdb"),
    path("tmdb/<int:tmdb_id>/take", admin.site.admin_view(require_POST(tmdb_pages.take)), name="office_tmdb_take"),
    path("tables/", admin.site.admin_view(require_GET(tables_pages.show_tables)), name="office_tables"),
    path(
        "tables/<slug:table_name>.<slug:kind>",
        admin.site.admin_view(require_GET(tables_pages.export)),
        name="office_table_export",
    ),
    path(
        "tables/<slug:table_name>/import",
        admin.site.admin_view(require_POST(tables_pages.bring)),
        name="office_table_import",
    ),
    path(
        "tables/imports/<slug:import_id>/",
        admin.site.admin_view(require_GET(tables_pages.show_import)),
        name="office_import",
    ),
    path(
        "tables/imports/<slug:import_id>/write",
        admin.site.admin_view(require_POST(tables_pages.carry_out)),
        name="office_import_write",
    ),
    path(
        "tables/imports/<slug:import_id>/drop",
        admin.site.admin_view(require_POST(tables_pages.drop)),
        name="office_import_drop",
    ),
    path("door/", admin.site.admin_view(door_pages.show_door), name="office_door"),
    path("door/<uuid:ticket_id>/undo", admin.site.admin_view(require_POST(door_pages.undo)), name="office_door_undo"),
]
