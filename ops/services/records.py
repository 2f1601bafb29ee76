"""What backups and restores record alike."""

import secrets
from datetime import datetime

from django.db.models import Q

from ops.errors import UnknownBackup
from ops.models import Backup


def new_operation_id(prefix: str, *, now: datetime) -> str:
    """Make the name of a run: when it began, in UTC, and a random end, since two may begin within one second."""
    return f"{prefix}-{now:%Y%m%d%H%M%S}-{secrets.token_hex(4)}"


def backup_named(name: str) -> Backup:
    """Find a backup by its id or its operationId, and by nothing less exact.

    :raises UnknownBackup: when there is none.
    """
    found = Backup.objects.filter(Q(pk=name) | Q(operation_id=name)).first()
    if found is None:
        raise UnknownBackup
    return found
