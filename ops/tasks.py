"""What the worker does for operations: each task reads the clock and calls one service."""

from django.utils import timezone

from cinema.core import jobs
from cinema.core.worker import job
from ops.services import alerting, backing_up, drilling, importing, restoring, thinning

HOURS = 3600
PATIENT = 80


# They wait for each other, and a long one may be handed out a second time while it runs: so many tries last six hours.
@job(jobs.RUN_BACKUP, longest=6 * HOURS, tries=PATIENT)
def run_backup(*, backup_id: str) -> None:
    backing_up.run_backup(backup_id=backup_id, clock=timezone.now)


@job(jobs.RUN_RESTORE, longest=6 * HOURS, tries=PATIENT, runs_when_closed=True)
def run_restore(*, restore_id: str) -> None:
    restoring.run_restore(restore_id=restore_id, clock=timezone.now)


@job(jobs.BACK_UP_NIGHTLY, tries=0)
def back_up_nightly() -> None:
    backing_up.back_up_nightly(now=timezone.now())


@job(jobs.DROP_OLD_BACKUPS, tries=0)
def drop_old_backups() -> None:
    thinning.drop_old(now=timezone.now())


@job(jobs.RUN_DRILL, longest=6 * HOURS, tries=PATIENT)
def run_drill(*, drill_id: str) -> None:
    drilling.run_drill(drill_id=drill_id, clock=timezone.now)


@job(jobs.DRILL_NIGHTLY, tries=0)
def drill_nightly() -> None:
    drilling.drill_nightly(now=timezone.now())


@job(jobs.ALERT_OPERATORS)
def alert_operators(*, run_id: str) -> None:
    alerting.alert(run_id=run_id)


@job(jobs.ALERT_OF_LETTER)
def alert_of_letter(*, letter_id: int) -> None:
    alerting.alert_of_letter(letter_id=letter_id)


@job(jobs.IMPORT_TABLE, tries=2, longest=HOURS)
def import_table(*, import_id: str) -> None:
    importing.go_on(import_id=import_id, now=timezone.now())
