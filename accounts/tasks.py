"""What the worker does for accounts: each task reads the clock and calls one service."""

from django.utils import timezone

from accounts.services import passwords, sessions
from cinema.core import jobs
from cinema.core.worker import job


@job(jobs.MAIL_RESET_LINK)
def mail_reset_link(*, reset_id: int) -> None:
    passwords.mail_reset(reset_id=reset_id, now=timezone.now())


@job(jobs.TIDY_RESET_LINKS, tries=0)
def tidy_reset_links() -> None:
    passwords.tidy_resets(now=timezone.now())


@job(jobs.TIDY_SESSIONS, tries=0)
def tidy_sessions() -> None:
    sessions.forget_old(now=timezone.now())
