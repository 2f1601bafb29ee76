"""A hall as a spreadsheet: a cell is a seat, an empty cell an aisle, the first line is next to the picture.

A cell reads `G8 | Gold`, with `| wheelchair` or another kind behind it, and `| closed` when the seat is out of service.
"""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from venues.errors import HallUnclear
from venues.hall_plan import MOST_COLS, MOST_ROWS, HallPlan, Place, checked
from venues.hall_text import kind_named
from venues.states import SeatKind

Cells = Sequence[Sequence[str]]
_CLOSED = "closed"
MOST_BYTES = 20_000_000  # of a workbook, unpacked


def cells_of(plan: HallPlan) -> list[list[str]]:
    """Write a hall as lines of cells."""
    height = max((place.row for place in plan.places), default=0)
    width = max((place.col for place in plan.places), default=0)
    cells = [[""] * width for _ in range(height)]
    for place in plan.places:
        cells[place.row - 1][place.col - 1] = _cell(place)
    return cells


def plan_of(cells: Cells, *, prices: tuple[tuple[str, Decimal], ...] = ()) -> HallPlan:
    """Read a hall from lines of cells.

    :raises HallUnclear: naming the cell that is not like `G8 | Gold`, or what is there twice.
    """
    if len(cells) > MOST_ROWS or any(len(line) > MOST_COLS for line in cells):
        raise HallUnclear(f"A hall has at most {MOST_ROWS} rows of {MOST_COLS} places.")
    places = [
        _place(row, col, text.strip())
        for row, line in enumerate(cells, start=1)
        for col, text in enumerate(line, start=1)
        if text.strip()
    ]
    return checked(HallPlan(tuple(places), prices))


def as_csv(cells: Cells) -> str:
    """Write cells as comma-separated text."""
    text = io.StringIO()
    csv.writer(text).writerows(cells)
    return text.getvalue()


def from_csv(text: str) -> list[list[str]]:
    """Read comma-, semicolon- or tab-separated text.

    :raises HallUnclear: when it is not such text.
    """
    first = text.lstrip("\ufeff")
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(first), delimiter=delimiter))
    except csv.Error as wrong:
        raise HallUnclear(f"This is not a spreadsheet: {wrong}.") from wrong


def as_excel(cells: Cells) -> bytes:
    """Write cells as an Excel workbook of one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Hall")
    for line in cells:
        sheet.append([_text_cell(sheet, text) for text in line])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def from_excel(content: bytes) -> list[list[str]]:
    """Read the first sheet of an Excel workbook.

    :raises HallUnclear: when it is none.
    """
    try:
        if sum(part.file_size for part in ZipFile(io.BytesIO(content)).infolist()) > MOST_BYTES:
            raise HallUnclear("This workbook is too large for a hall.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLS + 1, values_only=True)
        cells = [["" if value is None else str(value) for value in row] for row in rows]
    except (BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError) as wrong:
        raise HallUnclear("This is not an Excel workbook (.xlsx).") from wrong
    return _without_margin(cells)


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # a text, even if it looks like a formula
    return cell


def _without_margin(cells: list[list[str]]) -> list[list[str]]:
    """Leave out the empty places at the right and the end, which spreadsheets keep for their formatting."""
    lines = [line[: max((col for col, text in enumerate(line, start=1) if text), default=0)] for line in cells]
    return lines[: max((row for row, line in enumerate(lines, start=1) if line), default=0)]


def _cell(place: Place) -> str:
    parts = [place.number, place.category]
    parts += [] if place.kind == SeatKind.STANDARD else [place.kind.lower()]
    parts += [] if place.is_available else [_CLOSED]
    return " | ".join(parts)


def _place(row: int, col: int, text: str) -> Place:
    number, *rest = (part.strip() for part in text.split("|"))
    if not number or not rest or not rest[0]:
        raise HallUnclear(f"Line {row}, column {col}: “{text[:40]}” is not like “G8 | Gold”.")
    category, *words = rest
    is_closed = _CLOSED in (word.lower() for word in words)
    kinds = [word for word in words if word.lower() != _CLOSED]
    kind = kind_named(kinds[0]) if kinds else SeatKind.STANDARD
    return Place(row, col, number, category, kind, is_available=not is_closed)
