"""Reports as files for spreadsheets: plain numbers, and no text that a spreadsheet takes for a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from ops.reports.tables import Column, Kind, Table

MOST_OF_EXCEL = 25_000  # lines of a workbook; it is written as a whole, a CSV file as it is read
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_FORMATS = {Kind.MONEY: "#,##0.00", Kind.PERCENT: "0.00", Kind.MEAN: "0.00", Kind.COUNT: "0"}
Cell = str | int | Decimal | date | None


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would compute, as OWASP advises (CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_csv(columns: Sequence[Column], table: Table[Any]) -> Iterator[bytes]:
    """Write a report as comma-separated text, a line at a time; the mark before it tells Excel that it is UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff".encode()
    for row in _rows(columns, table):
        yield str(writer.writerow(["" if cell is None else cell for cell in row])).encode()


def as_excel(title: str, columns: Sequence[Column], table: Table[Any]) -> IO[bytes]:
    """Write a report as an Excel workbook, from its beginning to be read."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number, row in enumerate(_rows(columns, table)):
        is_bold = number in (0, table.count + 1)
        kinds = [Kind.TEXT] * len(columns) if number == 0 else [column.kind for column in columns]
        sheet.append([_cell(sheet, value, kind, is_bold=is_bold) for value, kind in zip(row, kinds, strict=True)])
    file = TemporaryFile()  # noqa: SIM115  # the response closes it
    book.save(file)
    file.seek(0)
    return file


def _rows(columns: Sequence[Column], table: Table[Any]) -> Iterable[list[Cell]]:
    yield [column.title for column in columns]
    for line in table.lines:
        yield [_plain(getattr(line, column.name)) for column in columns]
    summed = [_plain(getattr(table.total, column.name)) if column.kind.is_number else None for column in columns[1:]]
    yield ["Total", *summed]


def _plain(value: object) -> Cell:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, str):
        return harmless(ILLEGAL_CHARACTERS_RE.sub(" ", value))
    return value  # type: ignore[return-value]  # a number, a day or nothing


def _cell(sheet: Any, value: Cell, kind: Kind, *, is_bold: bool) -> Any:
    cell: Any = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # decimals and days are cells, too
    if isinstance(value, str):
        cell.data_type = "s"  # a text, even if it looks like a formula
    if kind in _FORMATS:
        cell.number_format = _FORMATS[kind]
    if is_bold:
        cell.font = Font(bold=True)
    return cell
