"""The trail of changes in the back office: whatever the staff changed, by person, table, row, day or request."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join

from accounts.models import AuditEntry
from cinema.core.admin import ReadOnlyAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "who", "deed", "table", "row", "changes", "request_id")
    list_display_links = ("at",)
    list_select_related = ("actor",)
    list_filter = ("actor_kind", "deed")
    date_hierarchy = "at"
    search_fields = ("actor__email", "table", "row", "request_id")  # as `get_search_results` reads them
    search_help_text = "An e-mail of the staff, a table such as scheduling.show, the id of a row, or of a request."
    ordering = ("-id",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], search_term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        """Find each word whole, so that an index answers however long the trail is."""
        for word in search_term.split():
            if "@" in word:
                queryset = queryset.filter(actor__email=word.lower())
            elif "." in word:
                queryset = queryset.filter(Q(table=word.lower()) | Q(request_id=word))
            else:
                queryset = queryset.filter(Q(row=word) | Q(request_id=word))
        return queryset, False

    @admin.display(description="who", ordering="actor")
    def who(self, entry: AuditEntry) -> str:
        return str(entry.actor) if entry.actor else "the system"

    @admin.display(description="what changed")
    def changes(self, entry: AuditEntry) -> str:
        lines = ((column, was, becomes) for column, was, becomes in _changes(entry.before, entry.after))
        return format_html_join("", "<div><b>{}</b> {} → {}</div>", lines)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (column, _said(before.get(column)), _said(after.get(column)))
        for column in sorted(before.keys() | after.keys())
    ]


def _said(value: object) -> str:
    text = "–" if value is None or value == "" else str(value)
    return text if len(text) <= 80 else f"{text[:80]}…"
