"""Deleting in the back office: what is used stays, and the page says what uses it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError
from django.db.models import PROTECT, ForeignObjectRel, Model, ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

MOST_COUNTED, MOST_NAMED = 1000, 3


def uses_of(row: Model) -> Iterator[str]:
    """Say what refers to a row and keeps it from being deleted, kind by kind: how many, and some of them."""
    for relation in row._meta.get_fields(include_hidden=True):  # a relation that has no way back is one, too
        if not isinstance(relation, ForeignObjectRel) or relation.on_delete is not PROTECT:
            continue
        others = relation.related_model._base_manager.filter(**{relation.field.name: row})
        count = others[:MOST_COUNTED].count()
        if count:
            meta = relation.related_model._meta
            named = "; ".join(str(other) for other in _with_names(others).order_by("-pk")[:MOST_NAMED])
            number = f"{count} or more" if count == MOST_COUNTED else str(count)
            yield f"{number} {meta.verbose_name if count == 1 else meta.verbose_name_plural}: {named}" + (
                " …" if count > MOST_NAMED else ""
            )


def _with_names(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Load what the list of such rows loads, so that they can say their names."""
    office = admin.site._registry.get(rows.model)
    related = office.list_select_related if office else ()
    return rows.select_related(*related) if isinstance(related, (list, tuple)) and related else rows


class GuardedDeletion(admin.ModelAdmin):
    """Asks for uses before Django collects every row that hangs on one, which takes minutes for a busy screen."""

    def get_deleted_objects(
        self, objs: QuerySet[Any] | Sequence[Any], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        used = [f"{row}: {use}" for row in objs for use in uses_of(row)]
        if used:
            return [], {}, set(), used
        return super().get_deleted_objects(objs, request)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except (ProtectedError, IntegrityError):  # somebody used it while the question stood on the screen
            messages.error(request, "It is in use by now, and stays.")
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(name, args=[object_id]))
