"""Bringing a table in: looked at by doing it and undoing it, shown, and then done whole or not at all."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

from accounts.models import User
from cinema.core import jobs
from ops.errors import ImportNotReady, SheetUnreadable
from ops.models import TableImport
from ops.states import IMPORT_OVER, ImportStatus
from ops.tables import sheets
from ops.tables.base import Column, Report, Row, Table
from ops.tables.registry import NAMES

logger = logging.getLogger(__name__)

AT_ONCE = 300  # rows within a request; more are left to a worker, and the page tells how far it is
TOLD_EVERY = 100  # rows
KEPT = timedelta(days=1)  # what nobody confirmed


def start(*, table: str, filename: str, content: bytes, by: User, now: datetime) -> TableImport:
    """Take a spreadsheet in and look at it, at once or by a worker when it is long; nothing is written yet.

    :raises SheetUnreadable: when it is no table, or not this one.
    """
    rows = rows_of(NAMES[table].columns, sheets.read(content))
    _drop_forgotten(now)
    record = _record(table=table, filename=filename[:200], rows=rows, by=by, now=now)
    if record.row_count <= AT_ONCE:
        go_on(import_id=record.pk, now=now)
        record.refresh_from_db()
    return record


def confirm(*, import_id: str, by: User, now: datetime) -> None:
    """Write what was shown, at once or by a worker.

    :raises ImportNotReady: when it has errors, is over, or is under way.
    """
    if _take_up(import_id, by) <= AT_ONCE:
        go_on(import_id=import_id, now=now)


@transaction.atomic(durable=True)
def drop(*, import_id: str, by: User, now: datetime) -> None:
    """Leave what was shown unwritten.

    :raises ImportNotReady: when it is over or under way.
    """
    waiting = TableImport.objects.filter(pk=import_id, status=ImportStatus.READY)
    if not waiting.update(status=ImportStatus.DROPPED, ended_at=now, rows=[]):
        raise ImportNotReady


def go_on(*, import_id: str, now: datetime) -> None:
    """Do the next step of an import, looking or writing; one that waits for somebody or is over is left alone."""
    try:
        _step(import_id, now)
    except Exception:
        busy = TableImport.objects.filter(pk=import_id).exclude(status__in=IMPORT_OVER)
        busy.update(status=ImportStatus.FAILED, ended_at=now, rows=[])
        raise


def progress(record: TableImport) -> int:
    """Tell how many rows of a busy import have been gone through."""
    try:
        return int(cache.get(_key(record.pk)) or 0)
    except RedisError:
        return 0


def rows_of(columns: Sequence[Column], lines: Sequence[Sequence[str]]) -> list[Row]:
    """Put the cells of a file under the names in its first line.

    :raises SheetUnreadable: when the first line does not name columns of the table, each once, or no row follows.
    """
    header = [name.strip().lower().replace(" ", "_") for name in lines[0]] if lines else []
    known = [column.name for column in columns]
    if not set(header) & set(known):
        raise SheetUnreadable(f"The first line names the columns: {', '.join(known)}.")
    if strange := [name or "(empty)" for name in header if name not in known or header.count(name) > 1]:
        raise SheetUnreadable(f"There is no column “{strange[0][:50]}” here, or it is there twice.")
    long = [number for number, line in enumerate(lines, start=1) if len(line) > len(header)]
    if long:
        raise SheetUnreadable(f"Line {long[0]} has more cells than the first line.")
    rows = [
        Row(number, dict(zip(header, [*line, *[""] * (len(header) - len(line))], strict=True)))
        for number, line in enumerate(lines[1:], start=2)
        if any(line)
    ]
    if not rows:
        raise SheetUnreadable("There is no row below the first line.")
    return rows


@transaction.atomic(durable=True)
def _record(*, table: str, filename: str, rows: Sequence[Row], by: User, now: datetime) -> TableImport:
    record = TableImport.objects.create(
        table=table,
        filename=filename,
        rows=[[row.line, row.cells] for row in rows],
        row_count=len(rows),
        started_by=by,
        started_at=now,
    )
    if len(rows) > AT_ONCE:
        jobs.enqueue_on_commit(jobs.IMPORT_TABLE, import_id=record.pk)
    return record


@transaction.atomic(durable=True)
def _take_up(import_id: str, by: User) -> int:
    if not TableImport.objects.filter(pk=import_id, status=ImportStatus.READY).update(status=ImportStatus.WRITING):
        raise ImportNotReady
    logger.info("user %s has import %s written", by.pk, import_id)
    count = TableImport.objects.values_list("row_count", flat=True).get(pk=import_id)
    if count > AT_ONCE:
        jobs.enqueue_on_commit(jobs.IMPORT_TABLE, import_id=import_id)
    return count


def _step(import_id: str, now: datetime) -> None:
    with transaction.atomic(durable=True):
        record = TableImport.objects.select_for_update(of=("self",)).select_related("started_by").get(pk=import_id)
        if not record.is_busy:
            return
        is_writing = record.status == ImportStatus.WRITING
        report = _carried_out(record, now)
        if is_writing and not report.fault_count and report.digest == record.digest:
            _end(record, report, ImportStatus.DONE, now)
            return
        transaction.set_rollback(True)  # looked at; or it would not do what was shown any more
    with transaction.atomic(durable=True):
        _end(record, report, ImportStatus.REFUSED if report.fault_count else ImportStatus.READY, now)


def _carried_out(record: TableImport, now: datetime) -> Report:
    table: Table = NAMES[record.table]()
    report = Report(tick=partial(_tell, record.pk))
    rows = [Row(line, cells) for line, cells in record.rows]
    table.carry_out(rows, report, by=record.started_by, now=now)
    return report


def _end(record: TableImport, report: Report, status: ImportStatus, now: datetime) -> None:
    record.status, record.report, record.digest = status, report.as_json(), report.digest
    if status in IMPORT_OVER:
        record.ended_at, record.rows = now, []
    record.save(update_fields=["status", "report", "digest", "ended_at", "rows"])


def _drop_forgotten(now: datetime) -> None:
    old = TableImport.objects.filter(started_at__lt=now - KEPT).exclude(status__in=IMPORT_OVER)
    old.update(status=ImportStatus.DROPPED, ended_at=now, rows=[])


def _tell(import_id: str, done: int) -> None:
    if done % TOLD_EVERY:
        return
    try:
        cache.set(_key(import_id), done, 3600)
    except RedisError:  # the page then shows no number, and the end all the same
        logger.debug("progress of import %s is not told", import_id)


def _key(import_id: str) -> str:
    return f"table-import:{import_id}"
