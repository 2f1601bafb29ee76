"""Spreadsheets as lines of text: CSV in the dialects that people's programs write, and Excel workbooks.

A text that a spreadsheet would run as a formula goes out with an apostrophe before it, and comes in without (OWASP, CSV
injection); so does one that begins with an apostrophe of its own. A cell of a workbook says itself that it is text.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from ops.errors import SheetUnreadable

Lines = Iterable[Sequence[str]]
MOST_LINES = 20_000
MOST_COLUMNS = 60
MOST_BYTES = 10_000_000  # of a file
MOST_UNPACKED = 150_000_000  # of a workbook: a zip of a few kilobytes can unpack to gigabytes
MOST_PARTS = 200
_RUNS = ("=", "+", "-", "@", "\t", "\r", "'")
_BOM = "\ufeff"


def read(content: bytes) -> list[list[str]]:
    """Read a file that somebody brought, a workbook or text, as lines of cells; empty lines at the end are left out.

    :raises SheetUnreadable: when it is neither, too large, or in an encoding that nobody can tell.
    """
    if len(content) > MOST_BYTES:
        raise SheetUnreadable(f"A table has at most {MOST_BYTES // 1_000_000} MB.")
    lines = _from_excel(content) if content.startswith(b"PK\x03\x04") else _from_csv(_decoded(content))
    while lines and not any(lines[-1]):
        lines.pop()
    if len(lines) > MOST_LINES + 1:
        raise SheetUnreadable(f"A table has at most {MOST_LINES:,} rows: bring it in parts.")
    return lines


def csv_parts(lines: Lines) -> Iterator[str]:
    """Write lines as CSV, part by part, in UTF-8 with the mark by which Excel knows it."""
    yield _BOM
    text = io.StringIO()
    writer = csv.writer(text)
    for line in lines:
        writer.writerow([_harmless(cell) for cell in line])
        if text.tell() > 1 << 16:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def excel(lines: Lines, *, title: str) -> bytes:
    """Write lines as a workbook of one sheet, every cell a text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for line in lines:
        sheet.append([_text_cell(sheet, cell) for cell in line])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RUNS) else cell


def _as_meant(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RUNS) else cell


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # a text, even if it looks like a formula
    return cell


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise SheetUnreadable("Save the table as “CSV UTF-8”, or as an Excel workbook (.xlsx).") from None
    if "\0" in text:
        raise SheetUnreadable
    return text


def _from_csv(text: str) -> list[list[str]]:
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep="):  # what Excel writes to itself
        delimiter, text = first.strip()[4:5] or ",", rest
    else:
        delimiter = max(",;\t", key=first.count)
    if delimiter not in ",;\t":
        raise SheetUnreadable
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [_narrow([_as_meant(cell.strip()) for cell in row]) for row in rows]
    except csv.Error as wrong:
        raise SheetUnreadable(f"This is not a table: {wrong}.") from wrong


def _from_excel(content: bytes) -> list[list[str]]:
    try:
        parts = ZipFile(io.BytesIO(content)).infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise SheetUnreadable("This workbook is too large.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(max_row=MOST_LINES + 2, max_col=MOST_COLUMNS + 1, values_only=True)
        return [_narrow([_cell_text(value) for value in row]) for row in rows]
    except (
        BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        IndexError,
        OSError,
        TypeError,
        SyntaxError,
    ) as wrong:
        raise SheetUnreadable("This is not an Excel workbook (.xlsx).") from wrong


def _narrow(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row.pop()
    if len(row) > MOST_COLUMNS:
        raise SheetUnreadable(f"A table has at most {MOST_COLUMNS} columns.")
    return row


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return value.isoformat("minutes") if isinstance(value, time) else str(value).strip()
