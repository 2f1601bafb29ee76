"""The moment in which a filled database takes the live one's place: closed, drained, and with what must survive."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from django.db import connections, transaction

from accounts import trail
from accounts.models import User
from billing.models import InvoiceCounter
from cinema.core import jobs, maintenance
from ops.archives import databases, figures, sessions
from ops.models import Backup, Drill, Restore
from ops.services.backing_up import Clock
from ops.states import RunStatus
from venues.models import Venue

logger = logging.getLogger(__name__)

AT_WORK = 30.0  # seconds that jobs may take to end; one that does not is cut off, and every job may run twice
OURS = (jobs.RUN_RESTORE, jobs.RUN_BACKUP, jobs.RUN_DRILL)  # they wait for each other by a lock
FIRST = ("billing_invoicecounter", "ops_backup", "ops_drill", "ops_restore")


@contextmanager
def drained(live: sessions.Session) -> Iterator[None]:
    """Close the site, wait for the jobs that run, and keep every writer out of the live database.

    Killed in the middle, the database opens with our session's end and the site when the notice lapses.

    :raises SwapRefused: when somebody goes on writing for some seconds.
    """
    with maintenance.closed():
        _await_jobs()
        try:
            databases.hold_still(live, first=FIRST, tables=figures.own_tables())
            yield
        except BaseException:
            if not live.closed:
                live.rollback()  # or the failure could not be recorded
            raise


def take_over(restore: Restore, live: sessions.Session, fresh: str, clock: Clock) -> None:
    """Carry over what must survive from a drained database, and let the fresh one change places with it."""
    with sessions.orm_on(fresh) as restored, transaction.atomic(using=restored):
        _carry_records(restored)
        _raise_counters(restored)
        done = {"status": RunStatus.COMPLETED, "completed_at": clock()}
        trail.sign(restored)  # not before: what was carried over is no change, that it was brought back is one
        Restore.objects.using(restored).filter(pk=restore.pk).update(**done)
    connections.close_all()  # this thread's own; everybody else's are ended
    before = databases.swap(live=live, fresh=fresh)
    with suppress(psycopg.Error):  # the next restore tries again
        for old in set(databases.left_over(sessions.live_name(), databases.BEFORE)) - {before}:
            databases.drop(old)


def _await_jobs() -> None:
    end = time.monotonic() + AT_WORK
    while names := jobs.running(but=OURS):
        if time.monotonic() > end:
            logger.warning("cut off in mid-work: %s", ", ".join(sorted(names)))
            return
        time.sleep(0.2)


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
