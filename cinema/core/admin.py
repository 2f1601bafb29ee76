"""What the back office's tables share."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from cinema.core.admin_columns import ReadableColumns
from cinema.core.admin_deletion import GuardedDeletion
from cinema.core.admin_lists import CappedPaginator, QuickSearch
from cinema.core.errors import DomainError

DELETING = "delete_selected"


class OfficeAdmin(ReadableColumns, QuickSearch, GuardedDeletion, admin.ModelAdmin):
    """A table of the back office: it is searched by indexes, deletes nothing that is used, tells time by the venue's
    clock, and offers on the page of one row what can be done with many.
    """

    list_per_page = 50
    list_max_show_all = 0  # a page of everything is nobody's wish
    save_on_top = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Load with a row what its list loads: the page of a row names the same people and shows."""
        found, related = super().get_queryset(request), self.list_select_related
        return found.select_related(*related) if isinstance(related, (list, tuple)) and related else found

    def row_actions(self, request: HttpRequest, row: Any) -> Iterable[str]:
        """Name the actions that make sense for one row, as it stands."""
        return list(self.get_actions(request) or {})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        found = (self.get_actions(request) or {}) if row is not None else {}
        named = set(self.row_actions(request, row)) - {DELETING} if found else set()
        offered = [(name, str(entry[2])) for name, entry in found.items() if entry and name in named]
        context = {"row_actions": offered, "action_checkbox_name": ACTION_CHECKBOX_NAME, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)


class ReadOnlyAdmin(OfficeAdmin):
    """Rows that only services write: money, sold seats, histories. Here they are looked at."""

    paginator = CappedPaginator
    show_full_result_count = False  # these tables grow without end

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):
    """Such rows, beside the row they belong to."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


CONFIRMED, NOTE = "confirmed", "note"


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody writes who confirms an action."""

    label: str = "Note or reason, such as the number of the receipt"
    longest: int = 100
    is_required: bool = True
    is_long: bool = False
    initial: str = ""


def ask_first(
    office: admin.ModelAdmin,
    request: HttpRequest,
    *,
    title: str,
    consequences: Sequence[tuple[Any, str]],
    unfitting: Sequence[Any] = (),
    note: Note | None = None,
) -> HttpResponse | None:
    """Show what an action will do to each row, unless that was confirmed already; an action returns what this answers."""
    if CONFIRMED in request.POST and consequences and _is_noted(request, note):
        return None
    context = {
        **office.admin_site.each_context(request),
        "title": title,
        "opts": office.opts,
        "action": request.POST.get("action", ""),
        "consequences": consequences,
        "unfitting": unfitting,
        "note": note,
        "noted": request.POST.get(NOTE, note.initial if note else ""),
        "is_note_missing": CONFIRMED in request.POST,
        "action_checkbox_name": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/confirm_action.html", context)


def _is_noted(request: HttpRequest, note: Note | None) -> bool:
    if note is None:
        return True
    written = request.POST.get(NOTE, "").strip()
    return len(written) <= note.longest and (bool(written) or not note.is_required)


def act_on_each(
    office: admin.ModelAdmin, request: HttpRequest, rows: Iterable[Any], act: Callable[[Any, str], str]
) -> None:
    """Act on each row with the note of the form, and say beside each what came of it; a refusal stops no other row.

    What was done is written into the history of the row.
    """
    for row in rows:
        try:
            done, level = act(row, request.POST.get(NOTE, "").strip()), messages.SUCCESS
        except DomainError as refusal:
            done, level = refusal.detail, messages.ERROR
        else:
            office.log_change(request, row, done)
        office.message_user(request, f"{row}: {done}", level)


def switching(
    name: str, *, field: str, to: bool, title: str, consequence: Callable[[Any], str]
) -> Callable[..., HttpResponse | None]:
    """Make the action that takes rows out of use without deleting them, or back into it."""

    @admin.action(description=f"{title}…", permissions=["change"])
    def switch(office: admin.ModelAdmin, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        chosen = list(queryset.order_by("pk"))
        fitting = [row for row in chosen if getattr(row, field) is not to]
        question = ask_first(
            office,
            request,
            title=title,
            consequences=[(row, consequence(row)) for row in fitting],
            unfitting=[row for row in chosen if row not in fitting],
        )
        if question:
            return question

        def act(row: Any, note: str) -> str:
            setattr(row, field, to)
            row.save(update_fields=[field])
            return title.lower()

        act_on_each(office, request, fitting, act)
        return None

    switch.__name__ = name
    return switch
