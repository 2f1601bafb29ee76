"""Restoring a backup: into a fresh database first, which takes the live one's place only when it is what was backed up."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

import psycopg
from django.db import connections, transaction

from accounts.models import User
from billing.models import InvoiceCounter
from cinema.core import jobs
from cinema.core.errors import DomainError
from ops.archives import databases, manifest, media, sessions
from ops.errors import (
    BackupHasNoMedia,
    BackupNotCompleted,
    BackupPartial,
    RestoreRunning,
    SwapRefused,
    UnknownRestore,
    UnsupportedBackupType,
)
from ops.models import Backup, Drill, Restore
from ops.services import filling
from ops.services.backing_up import UNEXPECTED, Clock, Tell, silent
from ops.services.records import backup_named, new_operation_id
from ops.states import ArchiveType, RunStatus
from venues.models import Venue

logger = logging.getLogger(__name__)

QUEUED_FOR = timedelta(hours=1)  # a lost message does not keep others waiting any longer


def start_restore(*, backup_id: str, restore_type: str, notes: str, by: User | None, now: datetime) -> Restore:
    """Record a restore and queue the job that does it.

    :raises RestoreRunning: when another was asked for a moment ago and has not ended.
    :raises UnknownBackup: when no backup has this id or operationId.
    :raises BackupNotCompleted: when the backup runs or failed.
    :raises UnsupportedBackupType: for MongoDB.
    :raises BackupHasNoMedia: when media are asked for and the backup has none.
    :raises BackupPartial: when it holds only some tables.
    """
    with transaction.atomic(durable=True):
        if Restore.objects.filter(status=RunStatus.IN_PROGRESS, started_at__gt=now - QUEUED_FOR).exists():
            raise RestoreRunning
        restore = record_restore(backup_id=backup_id, restore_type=restore_type, notes=notes, by=by, now=now)
        jobs.enqueue_on_commit(jobs.RUN_RESTORE, restore_id=restore.pk)
    return restore


def record_restore(*, backup_id: str, restore_type: str, notes: str, by: User | None, now: datetime) -> Restore:
    """Record a restore that the caller runs; refuses what `start_restore` does."""
    if restore_type == ArchiveType.MONGODB:
        raise UnsupportedBackupType
    backup = backup_named(backup_id)
    _require_restorable(backup, restore_type)
    return Restore.objects.create(
        operation_id=new_operation_id("REST", now=now),
        restore_type=restore_type,
        source_backup_id=backup.pk,
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


def run_restore(*, restore_id: str, clock: Clock, tell: Tell = silent) -> Restore:
    """Do a recorded restore; one that has ended already is left as it is.

    A failure is written on the record, and the live database is what it was. `tell` hears of each step.

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
            _restore(restore, session, clock, tell)
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
    if backup.tables is not None:
        raise BackupPartial
    if restore_type == ArchiveType.BOTH and backup.backup_type != ArchiveType.BOTH:
        raise BackupHasNoMedia


def _restore(restore: Restore, live: sessions.Session, clock: Clock, tell: Tell) -> None:
    backup = backup_named(restore.source_backup_id)
    found = manifest.load(backup.operation_id)
    archive = found.media if restore.restore_type == ArchiveType.BOTH else None
    filling.verify(found, archive, server=live.info.server_version // 10_000)
    tell("checked the backup's files and versions")
    name = live.info.dbname
    for old in databases.left_over(name, databases.FILLING):
        databases.drop(old)
    fresh = databases.create_like(name)
    try:
        filling.fill(fresh, found, server=live.info.server_version // 10_000, now=clock())
        tell("restored into a fresh database and compared it with the manifest")
        if archive:
            media.unpack(archive.name, replacing=False)  # nothing refers to them yet
        _take_over(restore, live, fresh, clock)
    except BaseException:
        databases.drop(fresh)
        raise
    if archive:
        media.unpack(archive.name, replacing=True)
    jobs.enqueue_on_commit(jobs.RECONCILE)  # what the gateways took since the backup is news to this database
    tell("put the restored database in place; what was there before is kept beside it")


def _take_over(restore: Restore, live: sessions.Session, fresh: str, clock: Clock) -> None:
    """Carry over what must survive, while nobody can write it any more, and change places."""
    try:
        _lock(live)
        with sessions.orm_on(fresh) as restored, transaction.atomic(using=restored):
            _carry_records(restored)
            _raise_counters(restored)
            done = {"status": RunStatus.COMPLETED, "completed_at": clock()}
            Restore.objects.using(restored).filter(pk=restore.pk).update(**done)
        connections.close_all()  # this thread's own; everybody else's are ended
        before = databases.swap(live=live, fresh=fresh)
    except BaseException:
        if not live.closed:
            live.rollback()  # or the failure could not be recorded
        raise
    with suppress(psycopg.Error):  # the next restore tries again
        for old in set(databases.left_over(sessions.live_name(), databases.BEFORE)) - {before}:
            databases.drop(old)


def _lock(live: sessions.Session) -> None:
    try:
        live.execute("BEGIN")
        live.execute("LOCK TABLE billing_invoicecounter, ops_backup, ops_restore, ops_drill IN EXCLUSIVE MODE")
    except psycopg.OperationalError as refused:
        raise SwapRefused from refused


def _carry_records(restored: str) -> None:
    """Replace the records of backups and restores by today's; who did them stays where that person is known there."""
    backups, restores, drills = list(Backup.objects.all()), list(Restore.objects.all()), list(Drill.objects.all())
    records: list[Backup | Restore] = [*backups, *restores]
    doers = {record.performed_by_id for record in records if record.performed_by_id}
    known = set(User.objects.using(restored).filter(pk__in=doers).values_list("pk", flat=True))
    for record in records:
        if record.performed_by_id not in known:
            record.performed_by_id = None
    Backup.objects.using(restored).all().delete()
    Restore.objects.using(restored).all().delete()
    Backup.objects.using(restored).bulk_create(backups)
    Restore.objects.using(restored).bulk_create(restores)
    Drill.objects.using(restored).all().delete()
    Drill.objects.using(restored).bulk_create(drills)


def _raise_counters(restored: str) -> None:
    """Never let an invoice number be drawn again that was issued after the backup."""
    venues = set(Venue.objects.using(restored).values_list("pk", flat=True))
    for issued in InvoiceCounter.objects.filter(venue_id__in=venues):
        counter, _ = InvoiceCounter.objects.using(restored).get_or_create(
            venue_id=issued.venue_id, kind=issued.kind, financial_year=issued.financial_year
        )
        counter.last_number = max(counter.last_number, issued.last_number)
        counter.save(using=restored)


def _fail(restore: Restore, message: str, clock: Clock) -> None:
    Restore.objects.filter(pk=restore.pk).update(status=RunStatus.FAILED, completed_at=clock(), error_message=message)
    jobs.enqueue_on_commit(jobs.ALERT_OPERATORS, run_id=restore.pk)
