"""Halls drawn as text, and random ones: a row per line, `.` free, `x` taken, `w` wheelchair, `c` companion, space aisle."""

from collections.abc import Iterable
from string import ascii_uppercase

from hypothesis import strategies as st

from booking.seating import GapRule, Place

KINDS = {"w": "WHEELCHAIR", "c": "COMPANION", "W": "WHEELCHAIR", "C": "COMPANION"}
SIGNS = st.sampled_from("....xx  wcg")


def hall(*rows: str, first_row: int = 1) -> list[Place]:
    """Read a drawn hall; capitals and `x` are taken, `g` is free in the second price zone."""
    return [
        Place(
            id=100 * row + col,
            number=f"{ascii_uppercase[row - 1]}{col}",
            row=row,
            col=col,
            category_id=2 if sign in "gG" else 1,
            kind=KINDS.get(sign, "STANDARD"),
            is_free=sign in ".wcg",
        )
        for row, signs in enumerate(rows, start=first_row)
        for col, sign in enumerate(signs, start=1)
        if sign != " "
    ]


def numbers(places: Iterable[Place]) -> list[str]:
    """Name places as they are printed."""
    return [place.number for place in places]


def halls(rows: int = 4, cols: int = 7) -> st.SearchStrategy[list[Place]]:
    """Draw any small hall."""
    lines = st.lists(SIGNS, min_size=1, max_size=cols).map("".join)
    return st.lists(lines, min_size=1, max_size=rows).map(lambda drawn: hall(*drawn))


rules = st.builds(GapRule, at_row_ends=st.booleans(), at_aisles=st.booleans(), at_accessible=st.booleans())
