"""Reports as files for spreadsheets: plain numbers, and no text that a spreadsheet takes for a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from ops.reports import workbook
from ops.reports.tables import Column, Kind, Table

MOST_OF_EXCEL = 1_000_000  # lines that Excel opens, about
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_FORMATS = {
    Kind.MONEY: "#,##0.00",
    Kind.PERCENT: "0.00",
    Kind.MEAN: "0.00",
    Kind.COUNT: "0",
    Kind.DAY: "yyyy-mm-dd",
}
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


def as_excel(title: str, columns: Sequence[Column], table: Table[Any]) -> Iterator[bytes]:
    """Write a report as an Excel workbook, a part at a time."""
    return workbook.written(title, _cells(columns, table))


def _cells(columns: Sequence[Column], table: Table[Any]) -> Iterator[list[workbook.Cell]]:
    styles = [_FORMATS.get(column.kind, "General") for column in columns]
    for number, row in enumerate(_rows(columns, table)):
        is_bold = number in (0, table.count + 1)
        yield [workbook.Cell(value, style, is_bold) for value, style in zip(row, styles, strict=True)]


def _rows(columns: Sequence[Column], table: Table[Any]) -> Iterable[list[Cell]]:
    yield [column.title for column in columns]
    for line in table.lines:
        yield [_plain(column.of(line)) for column in columns]
    summed = [_plain(getattr(table.total, column.name)) if column.kind.is_number else None for column in columns[1:]]
    yield ["Total", *summed]


def _plain(value: object) -> Cell:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, str):
        return harmless(ILLEGAL_CHARACTERS_RE.sub(" ", value))
    return value  # type: ignore[return-value]  # a number, a day or nothing
