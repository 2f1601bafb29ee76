"""The trail in words: tables, rows, columns and values by the names that staff know them by."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import AuditEntry, User

Names = Mapping[tuple[type[Model], str], str]

_OPEN_TO_ALL: Final = (Group, Permission)  # who reads the trail reads who may do what
_NAMING: Final = ("name", "title", "promo_code", "item_name", "category_name", "screen_name", "seat_number")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
_LONGEST: Final = 80


def read_names(entries: Sequence[AuditEntry], *, reader: User) -> Names:
    """Read what the rows are called that entries are about or mention, as far as somebody may see them.

    It asks once for each table, however many entries there are.
    """
    wanted: dict[type[Model], set[str]] = defaultdict(set)
    for entry in entries:
        for model, key in _mentioned(entry):
            wanted[model].add(key)
    return {
        (model, str(row.pk)): row.name if isinstance(row, Permission) else str(row)
        for model, keys in wanted.items()
        if _may_see(model, reader)
        for row in _rows(model, keys)
    }


def row_said(entry: AuditEntry, names: Names) -> str:
    """Call a row by its own name: as it is now or, when it is gone, as it was; else by its number."""
    model = entry.model
    if model is not None and (name := names.get((model, entry.row))):
        return name
    noted = {**entry.after, **entry.before}
    return next((str(noted[column]) for column in _NAMING if noted.get(column)), entry.row)


def joined(entry: AuditEntry) -> list[str]:
    """Name the columns of what a row came to or left, such as somebody a group; none when the row itself was noted."""
    if entry.model is None:
        return []
    own = {field.attname for field in entry.model._meta.concrete_fields}
    noted = sorted((entry.before.keys() | entry.after.keys()) - own)
    fields = _fields(entry.model)
    return [
        column for column in noted if getattr(fields.get(column), "related_model", None) not in (None, entry.model)
    ]


def changes_said(entry: AuditEntry, names: Names) -> Iterator[tuple[str, str, str]]:
    """Say each column that changed, how it was and how it is."""
    fields = _fields(entry.model)
    for column in joined(entry) or sorted(entry.before.keys() | entry.after.keys()):
        field = fields.get(column)
        called = str(getattr(field, "verbose_name", column.replace("_", " ")))
        was, becomes = entry.before.get(column), entry.after.get(column)
        yield called, _value_said(field, was, names), _value_said(field, becomes, names)


def _mentioned(entry: AuditEntry) -> Iterator[tuple[type[Model], str]]:
    if entry.model is None:
        return
    yield entry.model, entry.row
    fields = _fields(entry.model)
    for noted in (entry.before, entry.after):
        for column, value in noted.items():
            target = getattr(fields.get(column), "related_model", None)
            if target is not None and value is not None:
                yield target, str(value)


def _fields(model: type[Model] | None) -> dict[str, Any]:
    """Find the field of each column, those of its rows in the tables between it and others included."""
    if model is None:
        return {}
    between: list[Any] = [link.remote_field.through for link in model._meta.many_to_many]
    return {field.attname: field for each in (*between, model) for field in each._meta.concrete_fields}


def _may_see(model: type[Model], reader: User) -> bool:
    codename = get_permission_codename("view", model._meta)
    return model in _OPEN_TO_ALL or reader.has_perm(f"{model._meta.app_label}.{codename}")


def _rows(model: type[Model], keys: set[str]) -> Iterator[Model]:
    """Load rows with what their names are made of, which is what their list loads with them."""
    office = admin.site.get_model_admin(model) if admin.site.is_registered(model) else None
    related = getattr(office, "list_select_related", ())
    found = model._default_manager.filter(pk__in=list(_known(model, keys)))
    yield from found.select_related(*related) if isinstance(related, (list, tuple)) and related else found


def _known(model: type[Model], keys: set[str]) -> Iterator[Any]:
    for key in keys:
        try:
            yield model._meta.pk.to_python(key)
        except ValidationError:
            continue


def _value_said(field: Any, value: object, names: Names) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value in (None, "", [], {}):
        return "–"
    said = _called(field, value, names) if isinstance(value, (str, int)) else str(value)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def _called(field: Any, value: str | int, names: Names) -> str:
    if field is not None and field.related_model:
        return names.get((field.related_model, str(value)), str(value))
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if _INSTANT.match(str(value)):
        return date_format(timezone.localtime(datetime.fromisoformat(str(value))), "DATETIME_FORMAT")
    return str(value)
