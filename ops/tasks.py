"""What the worker does for operations: each task reads the clock and calls one service."""

from django.utils import timezone

from cinema.core import jobs
from cinema.core.worker import job
from ops.services import backing_up, restoring, thinning

HOURS = 3600


@job(jobs.RUN_BACKUP, longest=6 * HOURS)
def run_backup(*, backup_id: str) -> None:
    backing_up.run_backup(backup_id=backup_id, clock=timezone.now)


@job(jobs.RUN_RESTORE, longest=6 * HOURS)
def run_restore(*, restore_id: str) -> None:
    restoring.run_restore(restore_id=restore_id, clock=timezone.now)


@job(jobs.BACK_UP_NIGHTLY, tries=0)
def back_up_nightly() -> None:
    backing_up.back_up_nightly(now=timezone.now())


@job(jobs.DROP_OLD_BACKUPS, tries=0)
def drop_old_backups() -> None:
    thinning.drop_old(now=timezone.now())
