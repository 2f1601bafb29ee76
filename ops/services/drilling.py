"""Trying every night what a backup is for: the newest is restored into a database of its own, looked at, thrown away."""

import logging
import secrets
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from accounts.services import sessions as log_ins
from cinema.core import jobs
from cinema.core.errors import DomainError
from ops.archives import databases, manifest, sessions
from ops.archives.manifest import Manifest
from ops.errors import BackupTooOld, BooksUnbalanced, NothingToDrill, UnknownDrill
from ops.models import Backup, Drill
from ops.services import filling
from ops.services.backing_up import BETWEEN_NIGHTS, UNEXPECTED, Clock
from ops.services.records import Tell, end_abandoned, new_operation_id, silent
from ops.states import RunStatus

logger = logging.getLogger(__name__)

TOO_OLD = timedelta(hours=36)  # one night was missed, and half a day has passed


@transaction.atomic(durable=True)
def drill_nightly(*, now: datetime) -> Drill | None:
    """Start the drill of the night, once however often it is asked."""
    if Drill.objects.filter(started_at__gt=now - BETWEEN_NIGHTS).exists():
        return None
    end_abandoned(Drill, before=now, now=now)
    drill = record_drill(now=now)
    jobs.enqueue_on_commit(jobs.RUN_DRILL, drill_id=drill.pk)
    return drill


@transaction.atomic(durable=True)
def start_drill(*, by: User, now: datetime) -> Drill:
    """Record a drill that somebody asks for, and queue the job that does it."""
    drill = record_drill(now=now)
    jobs.enqueue_on_commit(jobs.RUN_DRILL, drill_id=drill.pk)
    logger.info("user %s started drill %s", by.pk, drill.operation_id)
    return drill


def record_drill(*, now: datetime) -> Drill:
    """Record a drill that the caller runs."""
    return Drill.objects.create(operation_id=new_operation_id("DRIL", now=now), started_at=now)


def run_drill(*, drill_id: str, clock: Clock, tell: Tell = silent) -> Drill:
    """Do a recorded drill; one that has ended already is left as it is. A failure is recorded and the operators told.

    :raises UnknownDrill: when there is no such record.
    :raises ArchiveBusy: while a backup or restore runs; nothing was done.
    """
    with sessions.only_run() as live:
        drill = Drill.objects.filter(pk=drill_id).first()
        if drill is None:
            raise UnknownDrill
        if drill.status != RunStatus.IN_PROGRESS:
            return drill
        try:
            drill.findings = _drill(drill, live, clock, tell)
            _end(drill, RunStatus.COMPLETED, clock)
        except DomainError as failure:
            _end(drill, RunStatus.FAILED, clock, message=failure.detail)
        except BaseException:
            _end(drill, RunStatus.FAILED, clock, message=UNEXPECTED)
            raise
    return drill


def _drill(drill: Drill, live: sessions.Session, clock: Clock, tell: Tell) -> str:
    backup = Backup.objects.filter(status=RunStatus.COMPLETED, tables=None).order_by("-started_at").first()
    if backup is None:
        raise NothingToDrill
    drill.source_backup_id = backup.pk
    drill.save(update_fields=["source_backup_id"])  # now: nobody may delete what is being tried
    found = manifest.load(backup.operation_id)
    server = live.info.server_version // 10_000
    filling.verify(found, found.media, server=server)
    tell(f"checked the files and versions of {backup.operation_id}")
    for old in databases.left_over(live.info.dbname, databases.DRILLING):  # of a worker that was killed
        databases.drop(old)
    filling.require_room(found, live)
    fresh = databases.create_like(live.info.dbname, databases.DRILLING)
    try:
        filling.fill(fresh, found, server=server, now=clock())
        tell("restored into a database of its own and compared it with the manifest")
        _require_balance(found)
        _log_in(fresh, now=clock())
        tell("logged in once")
    finally:
        databases.drop(fresh)
    if clock() - backup.started_at > TOO_OLD:
        raise BackupTooOld
    rows = sum(int(table["rows"]) for table in found.figures.values())
    return f"{len(found.figures)} tables, {rows} rows, {len(found.ledger)} accounts that balance, one log-in."


def _require_balance(found: Manifest) -> None:
    if sum(map(Decimal, found.ledger.values())) != 0:
        raise BooksUnbalanced


def _log_in(database: str, *, now: datetime) -> None:
    """Sign somebody up and in, as the site would: tables, sequences and constraints have to work together."""
    email, password = f"drill-{secrets.token_hex(6)}@drill.invalid", secrets.token_urlsafe()
    with sessions.orm_moved_to(database):
        User.objects.create_user(email, password, name="Drill")
        log_ins.log_in(email=email, password=password, address="drill", now=now)


def _end(drill: Drill, status: RunStatus, clock: Clock, *, message: str = "") -> None:
    drill.status, drill.completed_at, drill.error_message = status, clock(), message
    drill.save()
    if status == RunStatus.FAILED:
        logger.error("drill %s failed: %s", drill.operation_id, message)
        jobs.enqueue_on_commit(jobs.ALERT_OPERATORS, run_id=drill.pk)
