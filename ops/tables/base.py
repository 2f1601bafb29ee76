"""What a table is: columns, rows that go out, and rows that come in with everything said about each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any, ClassVar, Protocol

from django.db import DatabaseError, transaction
from django.db.models import Model
from rest_framework.exceptions import ValidationError

from accounts.models import User
from cinema.core.errors import DomainError, Malformed
from cinema.core.integrity import refusal_of

MOST_FAULTS = 500  # told one by one
MOST_CHANGES = 100  # shown one by one
AT_A_TIME = 500  # rows in one statement
NEW, CHANGED = "new", "changed"
Cells = dict[str, str]


class CellFault(Exception):
    """One cell cannot be read."""

    def __init__(self, column: str, message: str) -> None:
        self.column = column
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Column:
    """One column; one that is only told goes out for people to read and is not looked at when it comes in."""

    name: str
    help: str = ""
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: what stands under each column that the file has."""

    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def number(self, column: str) -> int | None:
        """Read a whole number; None where nothing stands.

        :raises CellFault: when something else stands there.
        """
        text = self.text(column)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise CellFault(column, f"“{text[:40]}” is not a whole number.")
        return int(text)


@dataclass(slots=True)
class Report:
    """What came of a file, row by row, and a digest of everything it would do: the same digest is the same deed."""

    tick: Callable[[int], None] = lambda done: None
    added: int = 0
    changed: int = 0
    same: int = 0
    fault_count: int = 0
    faults: list[tuple[int, str, str]] = field(default_factory=list)
    changes: list[tuple[int, str, str, list[tuple[str, str, str]]]] = field(default_factory=list)
    _digest: Any = field(default_factory=sha256)

    def fault(self, line: int, column: str, message: str) -> None:
        """Say what is wrong with a row; then nothing of the file will be written."""
        self.fault_count += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append((line, column, message))

    def note_new(self, line: int, label: str) -> None:
        """Say that a row is new."""
        self.added += 1
        self._note(line, NEW, label, [])

    def note_change(self, line: int, label: str, differences: list[tuple[str, str, str]]) -> None:
        """Say what a row changes, by column: before and after."""
        self.changed += 1
        self._note(line, CHANGED, label, differences)

    def note_same(self) -> None:
        """Say that a row changes nothing."""
        self.same += 1

    @property
    def digest(self) -> str:
        return str(self._digest.hexdigest())

    def as_json(self) -> dict[str, Any]:
        """Write it as a record keeps it."""
        counts = {name: getattr(self, name) for name in ("added", "changed", "same", "fault_count")}
        return counts | {"faults": self.faults, "changes": self.changes}

    def _note(self, line: int, kind: str, label: str, differences: list[tuple[str, str, str]]) -> None:
        self._digest.update(repr((line, kind, label, differences)).encode())
        if len(self.changes) < MOST_CHANGES:
            self.changes.append((line, kind, label, differences))

    @contextmanager
    def row(self, line: int) -> Iterator[None]:
        """Turn whatever is wrong with a row into words beside it."""
        try:
            yield
        except (CellFault, ValidationError, DomainError, DatabaseError) as wrong:
            for column, message in _faults_of(wrong):
                self.fault(line, column, message)


def _faults_of(wrong: Exception) -> Iterator[tuple[str, str]]:
    if isinstance(wrong, CellFault):
        yield wrong.column, str(wrong)
    elif isinstance(wrong, ValidationError):
        yield from _said(wrong.detail)
    elif isinstance(wrong, Malformed):
        yield from ((str(loc[-1]), message) for loc, message, _kind in wrong.errors)
    elif isinstance(wrong, DomainError):
        yield "", wrong.detail
    elif isinstance(wrong, DatabaseError):
        yield "", refusal_of(wrong).detail


def _said(detail: Any, column: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _said(inner, column or ("" if name == "non_field_errors" else str(name)))
    elif isinstance(detail, list | tuple):
        for inner in detail:
            yield from _said(inner, column)
    else:
        yield column, str(detail)


class Table(Protocol):
    """One table of the house, as a spreadsheet holds it."""

    name: ClassVar[str]
    title: ClassVar[str]
    may_export: ClassVar[str]
    may_import: ClassVar[str]
    notes: ClassVar[tuple[str, ...]]
    columns: ClassVar[tuple[Column, ...]]

    def export(self, *, now: datetime) -> Iterator[Sequence[str]]:
        """Write every row that can come back."""
        ...

    def carry_out(self, rows: Sequence[Row], report: Report, *, by: User, now: datetime) -> None:
        """Write rows within the caller's transaction, which is undone when the report has a fault."""
        ...


def differences(row: Row, before: Cells, columns: Sequence[Column]) -> Cells:
    """Keep the cells of a row that read otherwise than what stands in the database: only they are looked at."""
    return {
        column.name: row.cells[column.name]
        for column in columns
        if not column.is_told and column.name in row.cells and row.cells[column.name] != before[column.name]
    }


def told(before: Cells, after: Cells) -> list[tuple[str, str, str]]:
    """Name what changed, column by column."""
    return [(name, text, after[name]) for name, text in before.items() if text != after[name]]


def savepoint() -> Any:
    """Undo one row alone, so that the rows after it are looked at too."""
    return transaction.atomic()


def add_all(model: type[Model], new: Sequence[tuple[Row, Any]], report: Report) -> None:
    """Insert new rows many at a time; where one of them does not fit, one by one, so that it is named."""
    for start in range(0, len(new), AT_A_TIME):
        some = new[start : start + AT_A_TIME]
        try:
            with savepoint():
                model._default_manager.bulk_create([one for _, one in some])
        except DatabaseError:
            for row, one in some:
                with report.row(row.line), savepoint():
                    one.save(force_insert=True)


YES, NO = ("yes", "y", "true", "1", "ja", "हाँ"), ("no", "n", "false", "0", "नहीं")


def yes_no(value: bool) -> str:  # noqa: FBT001  # a value to be written
    """Write a truth."""
    return "yes" if value else "no"


def truth(column: str, text: str) -> bool:
    """Read a truth.

    :raises CellFault: when it is neither yes nor no.
    """
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise CellFault(column, f"“{text[:40]}” is neither yes nor no.")


def items(text: str) -> list[str]:
    """Read a list: semicolons between its items."""
    return [part.strip() for part in text.split(";") if part.strip()]


def day(column: str, text: str) -> date:
    """Read a day: 2026-11-24, or as Indian spreadsheets write it, 24/11/2026.

    :raises CellFault: when it is none.
    """
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise CellFault(column, f"“{text[:40]}” is not a day like 2026-11-24.")


def clock(column: str, text: str) -> time:
    """Read a time of day: 19:30, 19:30:00 or 7:30 pm.

    :raises CellFault: when it is none.
    """
    for pattern in ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p"):
        try:
            return datetime.strptime(text.upper(), pattern).time()  # noqa: DTZ007  # of a wall clock
        except ValueError:
            continue
    raise CellFault(column, f"“{text[:40]}” is not a time like 19:30.")
