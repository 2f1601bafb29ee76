"""Telling those who run the site that a backup, a restore or a drill failed."""

from django.conf import settings
from django.core.mail import EmailMessage

from accounts.models import User
from accounts.states import Role
from ops.models import Backup, Drill, Restore
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
            EmailMessage(f"Marquee: a {what} failed", body, to=to, headers={"Auto-Submitted": "auto-generated"}).send()
            return True
    return False
