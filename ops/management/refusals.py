"""What the commands say instead of the API's list of fields."""

from collections.abc import Sequence

from cinema.core.errors import Malformed


def unknown_tables(refused: Malformed, tables: Sequence[str] | None) -> str:
    """Name the tables that were asked for and are not ours."""
    return f"Unknown tables: {', '.join((tables or [])[int(loc[-1])] for loc, *_ in refused.errors)}"
