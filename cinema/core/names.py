"""Names of rows that name other rows, for people; a name asks the database nothing."""

from django.db.models import Model


def told(row: Model, *way: str) -> str:
    """Name what a row refers to, `way` by way, as far as it was loaded with the row; a number where it was not."""
    for step in way:
        field = row._meta.get_field(step)
        if not field.is_cached(row):  # type: ignore[union-attr]  # a relation
            return str(getattr(row, field.attname))  # type: ignore[union-attr]
        row = getattr(row, step)
        if row is None:
            return "–"
    return str(row)


def is_loaded(row: Model, *way: str) -> bool:
    """Tell whether going that way asks the database nothing."""
    for step in way:
        if row is None or not row._meta.get_field(step).is_cached(row):  # type: ignore[union-attr]
            return False
        row = getattr(row, step)
    return row is not None
