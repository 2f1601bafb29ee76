import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import new_hex_id
from ops.models import Backup, Drill, Restore
from ops.states import ArchiveType


class BackupFactory(DjangoModelFactory[Backup]):
    """Still running."""

    class Meta:
        model = Backup

    operation_id = factory.Sequence(lambda number: f"backup-{number}")
    backup_type = ArchiveType.POSTGRES
    started_at = factory.LazyFunction(timezone.now)


class RestoreFactory(DjangoModelFactory[Restore]):
    """Still running."""

    class Meta:
        model = Restore

    operation_id = factory.Sequence(lambda number: f"restore-{number}")
    restore_type = ArchiveType.POSTGRES
    source_backup_id = factory.LazyFunction(new_hex_id)
    started_at = factory.LazyFunction(timezone.now)


class DrillFactory(DjangoModelFactory[Drill]):
    """Still running."""

    class Meta:
        model = Drill

    operation_id = factory.Sequence(lambda number: f"drill-{number}")
    source_backup_id = factory.LazyFunction(new_hex_id)
    started_at = factory.LazyFunction(timezone.now)
