"""The trail of changes in the back office: whatever the staff changed, by person, table, row, day or request."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from accounts.models import AuditEntry
from cinema.core.admin import ReadOnlyAdmin

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "who", "subject", "changes")
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """Name the group that somebody joined or left, with the rows: what is noted is its number."""
        numbered = Coalesce(
            KeyTextTransform("group_id", OuterRef("after")), KeyTextTransform("group_id", OuterRef("before"))
        )
        named = Group.objects.annotate(number=Cast("pk", TextField())).filter(number=numbered)
        return super().get_queryset(request).annotate(group_name=Subquery(named.values("name")[:1]))

    @admin.display(description="what", ordering="table")
    def subject(self, entry: AuditEntry) -> str:
        said = f"{entry.get_deed_display()} {entry.table} {entry.row}"
        try:
            page = reverse(f"admin:{entry.table.replace('.', '_')}_change", args=[entry.row])
        except NoReverseMatch:
            return said
        return format_html('<a href="{}">{}</a>', page, said)

    @admin.display(description="who", ordering="actor")
    def who(self, entry: AuditEntry) -> str:
        return str(entry.actor) if entry.actor else "the system"

    @admin.display(description="what changed")
    def changes(self, entry: AuditEntry) -> str:
        before, after = _named(entry, entry.before), _named(entry, entry.after)
        lines = (
            (column.replace("_", " "), _said(before.get(column)), _said(after.get(column)))
            for column in sorted(before.keys() | after.keys())
        )
        if not before:
            return format_html_join(
                "", "<div><b>{}</b> {}</div>", ((name, now) for name, _, now in lines if now != "–")
            )
        return format_html_join("", "<div><b>{}</b> {} → {}</div>", lines)


def _named(entry: AuditEntry, columns: Mapping[str, Any]) -> Mapping[str, Any]:
    name = getattr(entry, "group_name", None)
    return {"group": name} if name and "group_id" in columns else columns


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "–" if value in (None, "", [], {}) else str(value)
    if _INSTANT.match(text):
        text = date_format(timezone.localtime(datetime.fromisoformat(text)), "DATETIME_FORMAT")
    return text if len(text) <= 80 else f"{text[:80]}…"
