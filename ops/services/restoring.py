"""Restoring a backup: into a fresh database first, which takes the live one's place only when it is what was backed up."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import AuditEntry, User
from cinema.core import jobs
from cinema.core.errors import DomainError
from ops.archives import databases, manifest, media, sessions
from ops.archives.manifest import Manifest
from ops.archives.store import Stored
from ops.errors import (
    BackupHasNoMedia,
    BackupNotCompleted,
    BackupPartial,
    MediaNotRestored,
    RestoreRunning,
    TrailNotReplaced,
    UnknownRestore,
    UnsupportedBackupType,
)
from ops.models import Backup, Restore
from ops.services import filling, swapping
from ops.services.backing_up import UNEXPECTED, Clock
from ops.services.records import Tell, backup_named, known_tables, new_operation_id, noting, silent
from ops.states import ArchiveType, RunStatus

logger = logging.getLogger(__name__)

QUEUED_FOR = timedelta(hours=1)  # a lost message does not keep others waiting any longer


def start_restore(
    *,
    backup_id: str,
    restore_type: str,
    tables: Sequence[str] | None = None,
    notes: str,
    by: User | None,
    now: datetime,
) -> Restore:
    """Record a restore, of all that the backup holds or of some tables, and queue the job that does it.

    :raises RestoreRunning: when another was asked for a moment ago and has not ended.
    :raises UnknownBackup: when no backup has this id or operationId.
    :raises BackupNotCompleted: when the backup runs or failed.
    :raises UnsupportedBackupType: for MongoDB.
    :raises BackupHasNoMedia: when media are asked for and the backup has none.
    :raises BackupPartial: when it does not hold all of these tables.
    :raises TrailNotReplaced: when the trail of changes is one of them.
    :raises Malformed: when a table is not one of ours.
    """
    with transaction.atomic(durable=True):
        if Restore.objects.filter(status=RunStatus.IN_PROGRESS, started_at__gt=now - QUEUED_FOR).exists():
            raise RestoreRunning
        restore = record_restore(
            backup_id=backup_id, restore_type=restore_type, tables=tables, notes=notes, by=by, now=now
        )
        jobs.enqueue_on_commit(jobs.RUN_RESTORE, restore_id=restore.pk)
    return restore


def record_restore(
    *,
    backup_id: str,
    restore_type: str,
    tables: Sequence[str] | None = None,
    notes: str,
    by: User | None,
    now: datetime,
) -> Restore:
    """Record a restore that the caller runs; refuses what `start_restore` does."""
    if restore_type == ArchiveType.MONGODB:
        raise UnsupportedBackupType
    backup = backup_named(backup_id)
    _require_restorable(backup, restore_type)
    return Restore.objects.create(
        operation_id=new_operation_id("REST", now=now),
        restore_type=restore_type,
        source_backup_id=backup.pk,
        tables=_chosen(backup, tables),
        notes=notes,
        performed_by=by,
        started_at=now,
    )


def adopt_backup(*, operation_id: str) -> Backup:
    """Record a backup of which there are only the files, as after the loss of the database.

    :raises BackupBroken: when its manifest is missing or cannot be read.
    """
    found = manifest.load(operation_id)
    return Backup.objects.create(
        pk=found.backup_id,
        operation_id=found.operation_id,
        backup_type=found.backup_type,
        status=RunStatus.COMPLETED,
        file_paths=[file.name for file in found.files],
        size=sum(file.size for file in found.files),
        tables=found.tables,
        started_at=datetime.fromisoformat(found.started_at),
        completed_at=datetime.fromisoformat(found.completed_at),
        notes=found.notes,
    )


def run_restore(*, restore_id: str, clock: Clock, tell: Tell = silent, ignore_room: bool = False) -> Restore:
    """Do a recorded restore; one that has ended already is left as it is.

    A failure is written on the record, and the live database is what it was. `tell` hears of each step. With
    `ignore_room` the disk is not looked at: what a database takes is guessed too high where the one backed up was bloated.

    :raises UnknownRestore: when there is no such record.
    :raises ArchiveBusy: while another backup or restore runs; nothing was done.
    """
    with sessions.only_run() as session:
        restore = Restore.objects.filter(pk=restore_id).first()
        if restore is None:
            raise UnknownRestore
        if restore.status != RunStatus.IN_PROGRESS:
            return restore
        try:
            _restore(restore, session, clock, noting(restore, tell), ignore_room=ignore_room)
        except DomainError as failure:
            logger.warning("restore %s failed: %s", restore.operation_id, failure.code)
            _fail(restore, failure.detail, clock)
        except BaseException:
            _fail(restore, UNEXPECTED, clock)
            raise
    return Restore.objects.get(pk=restore_id)


def _require_restorable(backup: Backup, restore_type: str) -> None:
    if backup.status != RunStatus.COMPLETED:
        raise BackupNotCompleted
    if restore_type == ArchiveType.BOTH and backup.backup_type != ArchiveType.BOTH:
        raise BackupHasNoMedia


def _chosen(backup: Backup, tables: Sequence[str] | None) -> list[str] | None:
    """Choose what is restored: None for all, and otherwise tables that the backup holds."""
    chosen = known_tables(tables) if tables else backup.tables
    if chosen and backup.tables is not None and not set(chosen) <= set(backup.tables):
        raise BackupPartial
    if AuditEntry._meta.db_table in (chosen or ()):
        raise TrailNotReplaced
    return chosen


def _restore(restore: Restore, live: sessions.Session, clock: Clock, tell: Tell, *, ignore_room: bool) -> None:
    backup = backup_named(restore.source_backup_id)
    found = manifest.load(backup.operation_id)
    archive = found.media if restore.restore_type == ArchiveType.BOTH else None
    filling.verify(found, archive, server=live.info.server_version // 10_000)
    tell("checked the backup's files and versions")
    name = live.info.dbname
    for old in databases.left_over(name, databases.FILLING):
        databases.drop(old)
    if not ignore_room:
        filling.require_room(found, live, is_graft=restore.tables is not None)
    fresh = databases.create_like(name)
    try:
        if archive:
            media.unpack(archive.name, replacing=False)  # nothing refers to them yet
        (_replace if restore.tables is None else _graft)(restore, found, live, fresh, clock, tell)
    except BaseException:
        databases.drop(fresh)
        raise
    jobs.enqueue_on_commit(jobs.RECONCILE)  # what the gateways took since the backup is news to this database
    if archive:
        _replace_media(archive)
    tell("put the restored database in place; what was there before is kept beside it")


def _replace_media(archive: Stored) -> None:
    try:
        media.unpack(archive.name, replacing=True)
    except Exception as failure:  # of whatever storage: nobody may read that nothing was changed
        logger.exception("the database was restored, uploaded files were not")
        raise MediaNotRestored from failure


def _replace(restore: Restore, found: Manifest, live: sessions.Session, fresh: str, clock: Clock, tell: Tell) -> None:
    """Fill while the site is open, which may take long, and close it only to change places."""
    filling.fill(fresh, found, server=live.info.server_version // 10_000, now=clock())
    tell("restored into a fresh database and compared it with the manifest")
    with swapping.drained(live):
        swapping.take_over(restore, live, fresh, clock)


def _graft(restore: Restore, found: Manifest, live: sessions.Session, fresh: str, clock: Clock, tell: Tell) -> None:
    """Close the site for all of it: what somebody wrote after the copy would be lost."""
    tell(f"closed the site to copy it with {len(restore.tables or [])} tables of the backup")
    with swapping.drained(live):
        filling.graft(fresh, found, restore.tables or [], live=live, now=clock())
        swapping.take_over(restore, live, fresh, clock)


def _fail(restore: Restore, message: str, clock: Clock) -> None:
    Restore.objects.filter(pk=restore.pk).update(status=RunStatus.FAILED, completed_at=clock(), error_message=message)
    jobs.enqueue_on_commit(jobs.ALERT_OPERATORS, run_id=restore.pk)
