"""Telling those who run the site that a backup, a restore or a drill failed, or that a job has its workers killed."""

from django.conf import settings
from django.core.mail import EmailMessage

from accounts.models import User
from accounts.states import Role
from ops.models import Backup, DeadLetter, Drill, Restore
from ops.states import RunStatus

_WHAT: list[tuple[str, type[Backup | Restore | Drill]]] = [
    ("backup", Backup),
    ("restore", Restore),
    ("restore drill", Drill),
]


def operators() -> list[str]:
    """Name who is told: OPERATOR_EMAILS, or else every active admin who enters the back office."""
    admins = User.objects.filter(is_active=True, is_staff=True, role=Role.ADMIN).order_by("pk")
    return list(settings.OPERATOR_EMAILS) or list(admins.values_list("email", flat=True))


def alert(*, run_id: str) -> bool:
    """Mail the operators about a run that failed, and answer whether anybody was told."""
    to = operators()
    for what, kind in _WHAT:
        run = kind.objects.filter(pk=run_id, status=RunStatus.FAILED).first()
        if run and to:
            body = (
                f"The {what} {run.operation_id}, begun {run.started_at:%d %b %Y %H:%M} UTC, failed:\n\n"
                f"{run.error_message}\n\nSee {settings.SITE_URL}/admin/ops/ and docs/operations.md.\n"
            )
            _send(f"Marquee: a {what} failed", body, to)
            return True
    return False


def alert_of_letter(*, letter_id: int) -> bool:
    """Mail the operators about a job that is given up, while nobody has settled it; answer whether anybody was told."""
    letter = DeadLetter.objects.filter(pk=letter_id, settlement="").first()
    to = operators()
    if letter is None or not to:
        return False
    body = (
        f"The job {letter.job} {letter.ids or ''} is given up: {letter.error}.\n\n"
        "Nothing else is held up by it. Look for what ended the worker (out of memory, most often: dmesg, or the log of "
        "the containers) before you let it run again.\n\n"
        f"See {settings.SITE_URL}/admin/ops/deadletter/ and docs/operations.md.\n"
    )
    _send(f"Marquee: {letter.job} is given up", body, to)
    return True


def _send(subject: str, body: str, to: list[str]) -> None:
    EmailMessage(subject, body, to=to, headers={"Auto-Submitted": "auto-generated"}).send()
