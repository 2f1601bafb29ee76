"""Making, running and deleting backups: one snapshot, dumped and counted, then the media files, then the manifest."""

import logging
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction

import cinema
from accounts.models import User
from cinema.core import jobs
from cinema.core.errors import DomainError
from ops.archives import figures, manifest, media, room, sessions, store, tools
from ops.archives.manifest import Manifest
from ops.archives.store import Stored
from ops.errors import BackupInUse, UnknownBackup, UnsupportedBackupType
from ops.models import Backup, Drill, Restore
from ops.services.records import Tell, end_abandoned, known_tables, new_operation_id, noting, silent
from ops.states import ArchiveType, RunStatus

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
UNEXPECTED = "It failed in an unexpected way: the log says how."
ABANDONED = timedelta(hours=20)  # less than from one night to the next
BETWEEN_NIGHTS = timedelta(hours=12)
NIGHTLY_NOTES = "Nightly"


def start_backup(
    *, backup_type: str, tables: Sequence[str] | None, notes: str, by: User | None, now: datetime
) -> Backup:
    """Record a backup and queue the job that makes it.

    :raises UnsupportedBackupType: for MongoDB, which is not here.
    :raises Malformed: when a table is not one of ours.
    """
    with transaction.atomic(durable=True):
        backup = record_backup(backup_type=backup_type, tables=tables, notes=notes, by=by, now=now)
        jobs.enqueue_on_commit(jobs.RUN_BACKUP, backup_id=backup.pk)
    return backup


def record_backup(
    *, backup_type: str, tables: Sequence[str] | None, notes: str, by: User | None, now: datetime
) -> Backup:
    """Record a backup that the caller runs; refuses what `start_backup` does."""
    if backup_type == ArchiveType.MONGODB:
        raise UnsupportedBackupType
    return Backup.objects.create(
        operation_id=new_operation_id("BKUP", now=now),
        backup_type=backup_type,
        tables=known_tables(tables or ()) or None,
        notes=notes,
        performed_by=by,
        started_at=now,
    )


def run_backup(*, backup_id: str, clock: Clock, tell: Tell = silent) -> Backup:
    """Make the files of a recorded backup; one that has ended already is left as it is.

    A failure is written on the record. `tell` hears of each step.

    :raises UnknownBackup: when it was deleted meanwhile.
    :raises ArchiveBusy: while another backup or restore runs; nothing was done.
    """
    with sessions.only_run() as session:
        backup = Backup.objects.filter(pk=backup_id).first()
        if backup is None:
            raise UnknownBackup
        if backup.status != RunStatus.IN_PROGRESS:
            return backup
        try:
            _discard(backup)  # what a worker left that was killed at it
            room.require_for_backup(needed=_probable_size(backup, session))
            written = _write(backup, session, clock, noting(backup, tell))
            _end(backup, RunStatus.COMPLETED, clock, files=written.files)
        except DomainError as failure:
            logger.warning("backup %s failed: %s", backup.operation_id, failure.code)
            _end(backup, RunStatus.FAILED, clock, message=failure.detail)
            _discard(backup)
        except BaseException as fault:
            _end(backup, RunStatus.FAILED, clock, message=_said_of(fault))  # first: a storage may fail again
            _discard(backup)
            raise
    return backup


def back_up_nightly(*, now: datetime) -> Backup | None:
    """Start the backup of the night, once however often it is asked; what was abandoned before is called failed."""
    for kind in (Backup, Restore):
        end_abandoned(kind, before=now - ABANDONED, now=now)
    nightly = Backup.objects.filter(performed_by=None, notes=NIGHTLY_NOTES, started_at__gt=now - BETWEEN_NIGHTS)
    if nightly.exists():
        return None
    return start_backup(backup_type=ArchiveType.BOTH, tables=None, notes=NIGHTLY_NOTES, by=None, now=now)


def delete_backup(*, backup_id: str) -> None:
    """Delete a backup and its files.

    :raises UnknownBackup: when there is none.
    :raises BackupInUse: while it is written, restored or tried out.
    """
    with transaction.atomic(durable=True):
        backup = Backup.objects.select_for_update(of=("self",)).filter(pk=backup_id).first()
        if backup is None:
            raise UnknownBackup
        reading = {"source_backup_id": backup_id, "status": RunStatus.IN_PROGRESS}
        is_read = Restore.objects.filter(**reading).exists() or Drill.objects.filter(**reading).exists()
        if is_read or backup.status == RunStatus.IN_PROGRESS:
            raise BackupInUse
        backup.delete()
    _discard(backup)  # after the commit: a record without files would be worse than files without a record


def _probable_size(backup: Backup, session: sessions.Session) -> int:
    """Expect as many bytes as the newest backup of its kind has; of the first, a twentieth of the database (docs/sizing.md)."""
    of_its_kind = Backup.objects.filter(
        status=RunStatus.COMPLETED, backup_type=backup.backup_type, tables=backup.tables, size__isnull=False
    )
    newest = of_its_kind.order_by("-started_at").values_list("size", flat=True).first()
    if newest is None:
        newest = 0 if backup.tables else room.size_of(session) // 20
    return newest


def _write(backup: Backup, session: sessions.Session, clock: Clock, tell: Tell) -> Manifest:
    with session.transaction():
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        figures.hold(session)  # before the snapshot is taken: an older one finds a rewritten table empty
        snapshot = str(session.execute("SELECT pg_export_snapshot()").fetchone()[0])  # type: ignore[index]  # a SELECT of one value has a row
        counted = figures.measure(session, backup.tables)
        migrations = figures.applied_migrations(session)
        ledger = figures.balances(session) if backup.tables is None else {}
        tell(f"counted the rows of {len(counted)} tables")
        server, size = session.info.server_version // 10_000, room.size_of(session)
        cut = tools.Cut(snapshot=snapshot, tables=backup.tables or ())
        chunks = tools.dump(sessions.live_name(), cut, server=server)
        files = [store.save(f"{backup.operation_id}/database.dump", chunks)]
    tell(f"dumped the database: {_size(files[0])}")
    if backup.backup_type == ArchiveType.BOTH:
        files.append(store.save(f"{backup.operation_id}/media.tar", media.pack()))
        tell(f"packed the media files: {_size(files[1])}")
    written = Manifest(
        operation_id=backup.operation_id,
        backup_id=backup.pk,
        backup_type=backup.backup_type,
        started_at=backup.started_at.isoformat(),
        completed_at=clock().isoformat(),
        server=server,
        migrations=migrations,
        tables=backup.tables,
        figures=counted,
        ledger=ledger,
        release=cinema.VERSION,
        database_size=size,
        files=files,
        notes=backup.notes,
    )
    manifest.write(written)
    return written


def _end(backup: Backup, status: RunStatus, clock: Clock, *, files: Sequence[Stored] = (), message: str = "") -> None:
    backup.status, backup.completed_at, backup.error_message = status, clock(), message
    backup.file_paths = [file.name for file in files]
    backup.size = sum(file.size for file in files) if files else None
    backup.save(update_fields=["status", "completed_at", "error_message", "file_paths", "size"])
    if status == RunStatus.FAILED:
        jobs.enqueue_on_commit(jobs.ALERT_OPERATORS, run_id=backup.pk)


def _said_of(fault: BaseException) -> str:
    """Say what the system says of a full disk and its like; never a path, nor what a library says."""
    said = os.strerror(fault.errno) if isinstance(fault, OSError) and fault.errno else ""
    return f"Where backups are kept, the system said: {said}." if said else UNEXPECTED


def _discard(backup: Backup) -> None:
    for name in ("database.dump", "media.tar", "manifest.json"):
        store.backup_storage().delete(f"{backup.operation_id}/{name}")
    with suppress(OSError):  # it may hold what is not ours
        store.backup_storage().delete(backup.operation_id)  # the folder, where storages have folders


def _size(file: Stored) -> str:
    return f"{file.size / 1_000_000:.1f} MB"
