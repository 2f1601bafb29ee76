"""The trail of changes in the back office: whatever the staff changed, by person, table, row, day or request."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join

from accounts.models import AuditEntry
from accounts.states import Deed
from accounts.trail_words import Names, changes_said, joined, read_names, row_said
from accounts.visitors import signed_in
from cinema.core.admin import ReadOnlyAdmin


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

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        page = super().get_changelist_instance(request)
        _name_rows(list(page.result_list), request)
        return page

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> AuditEntry | None:
        entry = super().get_object(request, object_id, from_field)
        _name_rows([entry] if entry else [], request)
        return entry

    @admin.display(description="what", ordering="table")
    def subject(self, entry: AuditEntry) -> str:
        said = f"{_done(entry)} {entry.kind_of_row} {row_said(entry, _names(entry))}"
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
        lines = list(changes_said(entry, _names(entry)))
        if not entry.before and not joined(entry):
            return format_html_join(
                "", "<div><b>{}</b> {}</div>", ((name, now) for name, _, now in lines if now != "–")
            )
        return format_html_join("", "<div><b>{}</b> {} → {}</div>", lines)


def _name_rows(entries: Sequence[AuditEntry], request: HttpRequest) -> None:
    """Hand each entry the names of the rows on its page, which are read together."""
    names = read_names(entries, reader=signed_in(request))
    for entry in entries:
        cast(Any, entry).names = names


def _names(entry: AuditEntry) -> Names:
    names: Names = getattr(entry, "names", {})
    return names


def _done(entry: AuditEntry) -> str:
    """Say what was done; who joins a group, or a group that gets a right, was changed and is not new."""
    return str(Deed.CHANGED.label if joined(entry) else entry.get_deed_display())
