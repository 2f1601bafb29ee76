"""Django's admin, with our navigation."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from ops.office.navigation import GROUPS, Group, Page, Table


class OfficeSite(admin.AdminSite):
    site_title = site_header = "Marquee"
    index_title = "Back office"

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Name the place where one is as the navigation does."""
        context = super().each_context(request)
        entries = [entry for group in context["available_apps"] for entry in group["models"]]
        return {**context, "place": next((entry for entry in entries if entry.get("is_current")), None)}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """List the groups of the navigation with what this person may open; those of one Django app as Django does."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        tables = {table["model"]._meta.label: table for app in apps for table in app["models"]}
        groups = [_shown(group, tables, request) for group in GROUPS]
        _mark_current([entry for group in groups for entry in group["models"]], request.path)
        return [group for group in groups if group["models"]]


def _shown(group: Group, tables: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """Write a group as the admin's templates know an app."""
    return {
        "app_label": group.slug,
        "name": group.title,
        "app_url": f"{reverse('admin:index')}#{group.slug}",
        "has_module_perms": True,
        "models": list(_entries(group, tables, request)),
    }


def _entries(group: Group, tables: dict[str, Any], request: HttpRequest) -> Iterator[dict[str, Any]]:
    for entry in group.entries:
        if isinstance(entry, Page):
            if any(request.user.has_perm(permission) for permission in entry.permissions):
                yield _page(entry)
        elif entry.model in tables:
            yield _table(entry, tables[entry.model])


def _table(entry: Table, found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "name": entry.title or found["name"]}


def _page(entry: Page) -> dict[str, Any]:
    url = reverse(entry.url_name)
    return {
        "name": entry.title,
        "object_name": entry.url_name.rpartition(":")[2],
        "admin_url": url,
        "add_url": None,
        "view_only": True,
        "perms": {},
    }


def _mark_current(entries: list[dict[str, Any]], path: str) -> None:
    """Mark the entry that the page belongs to: of several that begin its address, the longest."""
    fitting = [entry for entry in entries if entry["admin_url"] and path.startswith(entry["admin_url"])]
    if fitting:
        max(fitting, key=lambda entry: len(entry["admin_url"]))["is_current"] = True
