"""Names of background jobs, and how services ask for one without importing any task.

A job's name is the name of its Celery task; `tests/architecture` holds the two lists together.
"""

import logging
from collections.abc import Collection
from contextvars import ContextVar
from typing import Any

from celery import current_app
from celery.schedules import crontab
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from cinema.core.logs import current_request_id

logger = logging.getLogger(__name__)

# Whose work this is, if somebody of the staff asked for it; it goes along with every job that the work queues.
current_actor_id: ContextVar[str] = ContextVar("current_actor_id", default="")

SETTLE_SANDBOX = "billing.settle_sandbox"
TELL_SANDBOX = "billing.tell_sandbox"
MAIL_RESET_LINK = "accounts.mail_reset_link"
TIDY_RESET_LINKS = "accounts.tidy_reset_links"
TIDY_SESSIONS = "accounts.tidy_sessions"
ISSUE_TICKETS = "booking.issue_tickets"
MAIL_BOOKING_CONFIRMED = "booking.mail_confirmed"
MAIL_BOOKING_CHANGED = "booking.mail_changed"
MAIL_BOOKING_CANCELLED = "booking.mail_cancelled"
MAIL_BOOKING_MOVED = "booking.mail_moved"
MAIL_FEEDBACK_REPLIED = "booking.mail_replied"
MAIL_SHOW_REMINDER = "booking.mail_reminder"
MAIL_PAYMENT_FAILED = "booking.mail_payment_failed"
MAIL_PAYMENT_REFUNDED = "booking.mail_refunded"
REMIND = "booking.remind"
END_CANCELLED_SHOW = "booking.end_cancelled_show"
SWEEP_LAPSED = "booking.sweep_lapsed"
RECONCILE = "booking.reconcile"
TIDY_GUESTS = "booking.tidy_guests"
TIDY_REPLAYS = "booking.tidy_replays"
QUEUE_OWED_MAILS = "booking.queue_owed_mails"
SEND_REFUND = "booking.send_refund"
CHECK_LEDGER = "billing.check_ledger"
RUN_BACKUP = "ops.run_backup"
RUN_RESTORE = "ops.run_restore"
FILL_PROGRAMMES = "scheduling.fill_programmes"
FILL_PROGRAMME = "scheduling.fill_programme"
BACK_UP_NIGHTLY = "ops.back_up_nightly"
RUN_DRILL = "ops.run_drill"
DRILL_NIGHTLY = "ops.drill_nightly"
ALERT_OPERATORS = "ops.alert_operators"
ALERT_OF_LETTER = "ops.alert_of_letter"
DROP_OLD_BACKUPS = "ops.drop_old_backups"
IMPORT_TABLE = "ops.import_table"


def enqueue_on_commit(job: str, **ids: int | str) -> None:
    """Queue a job once the running transaction has committed; a broker that is down never undoes the commit.

    Sweeps find whatever a lost message leaves behind, so a broker that is away is one line in the log for each message,
    and any other failure is logged and swallowed by Django (`robust`).
    """

    cause = {"request_id": current_request_id.get(), "actor_id": current_actor_id.get()}  # whose doing it is

    def send() -> None:  # a function, not a partial: Django logs the name of what failed
        try:
            current_app.send_task(job, kwargs=ids, headers=cause)
        except (OperationalError, OSError) as away:
            logger.warning("%s was not queued: %s", job, type(away).__name__)

    transaction.on_commit(send, robust=True)


def running(*, but: Collection[str] = ()) -> set[str]:
    """Name the jobs that workers are at, `but` for some; a worker or a broker that does not answer is at nothing."""
    return {task["name"] for task in _at_work()} - set(but)


def runs_twice(task_id: str) -> bool:
    """Say whether two workers are at the same job: a long one is handed out again while it runs."""
    return sum(task["id"] == task_id for task in _at_work()) > 1


def _at_work() -> list[dict[str, Any]]:
    try:
        told = current_app.control.inspect(timeout=settings.CLOSING_IS_HEARD_WITHIN).active() or {}
    except (OperationalError, OSError):
        return []
    return [task for tasks in told.values() for task in tasks]


def of_the_clock() -> dict[str, str]:
    """Name the jobs that come by themselves, and when."""
    return {entry["task"]: _in_words(entry["schedule"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def _in_words(schedule: int | crontab) -> str:
    if isinstance(schedule, crontab):
        return f"{min(schedule.hour):02}:{min(schedule.minute):02} UTC"
    return f"every {schedule} s"
