"""Letting old backups go: those of the night, as the house's retention says, and with each its files."""

import logging
from datetime import datetime

from django.conf import settings

from cinema.core.errors import DomainError
from ops.models import Backup
from ops.retention import Retention, kept
from ops.services.backing_up import NIGHTLY_NOTES, delete_backup
from ops.states import RunStatus

logger = logging.getLogger(__name__)


def drop_old(*, now: datetime) -> int:
    """Delete the nightly backups that no day, week or month keeps; answers how many. Those made by hand stay.

    One that failed is forgotten once a newer one has succeeded: until then it is what the owner must see.
    """
    ended = Backup.objects.filter(performed_by=None, notes=NIGHTLY_NOTES, tables=None, started_at__lte=now)
    good = list(ended.filter(status=RunStatus.COMPLETED).values_list("pk", "started_at"))
    keep = kept(good, Retention(*settings.BACKUP_RETENTION))
    newest = max((started_at for _, started_at in good), default=None)
    failed = ended.filter(status=RunStatus.FAILED, started_at__lt=newest) if newest else Backup.objects.none()
    doomed = [name for name, _ in good if name not in keep] + [backup.pk for backup in failed]
    return sum(_dropped(name) for name in doomed)


def _dropped(backup_id: str) -> bool:
    try:
        delete_backup(backup_id=backup_id)
    except DomainError as refusal:  # it is being restored, or somebody deleted it meanwhile
        logger.info("backup %s stays: %s", backup_id, refusal.code)
        return False
    return True
