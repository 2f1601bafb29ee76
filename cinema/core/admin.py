"""What the back office's tables share."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from cinema.core.errors import DomainError


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only services write: money, sold seats, histories. Here they are looked at."""

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


def ask_first(
    office: admin.ModelAdmin,
    request: HttpRequest,
    *,
    title: str,
    consequences: Sequence[tuple[Any, str]],
    unfitting: Sequence[Any] = (),
    wants_note: bool = False,
) -> HttpResponse | None:
    """Show what an action will do to each row, unless that was confirmed already; an action returns what this answers."""
    if CONFIRMED in request.POST and consequences:
        return None
    context = {
        **office.admin_site.each_context(request),
        "title": title,
        "opts": office.opts,
        "action": request.POST.get("action", ""),
        "consequences": consequences,
        "unfitting": unfitting,
        "wants_note": wants_note,
        "action_checkbox_name": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/confirm_action.html", context)


def act_on_each(
    office: admin.ModelAdmin, request: HttpRequest, rows: Iterable[Any], act: Callable[[Any, str], str]
) -> None:
    """Act on each row with the note of the form, and say beside each what came of it; a refusal stops no other row."""
    for row in rows:
        try:
            done, level = act(row, request.POST.get(NOTE, "").strip()), messages.SUCCESS
        except DomainError as refusal:
            done, level = refusal.detail, messages.ERROR
        office.message_user(request, f"{row}: {done}", level)
