"""What must be true of the accounts of a house that is open to the public."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import ProgrammingError

from accounts.models import User
from cinema.core import boot, demo


@register(Tags.database, boot.TAG, deploy=True)
def demo_passwords(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Find demo accounts whose password, which everybody knows, still works; local settings allow them."""
    if settings.DEMO_DATA_ALLOWED or not databases:
        return []
    try:
        people = list(User.objects.filter(email__in=demo.LOG_INS, is_active=True).order_by("email"))
    except ProgrammingError:  # nothing is migrated yet, so nobody can log in
        return []
    hint = "Change the password, or deactivate the account."
    return [
        Error(f"{person.email} can still log in with the demo password.", hint=hint, id="accounts.E001")
        for person in people
        if person.check_password(demo.PASSWORD)
    ]
