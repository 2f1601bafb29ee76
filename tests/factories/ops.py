import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import new_hex_id
from ops.models import Backup, DeadLetter, Drill, JobRecord, Restore, TableImport
from ops.states import ArchiveType, ImportStatus
from tests.factories.accounts import UserFactory


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


class JobRecordFactory(DjangoModelFactory[JobRecord]):
    """Has never run."""

    class Meta:
        model = JobRecord

    name = factory.Sequence(lambda number: f"tests.job_{number}")


class DeadLetterFactory(DjangoModelFactory[DeadLetter]):
    """Nobody has decided yet."""

    class Meta:
        model = DeadLetter

    job = "tests.given_up"
    task_id = factory.Sequence(lambda number: f"task-{number}")
    ids = {"booking_id": 1}
    error = "ConnectionRefusedError"
    tries = 9
    died_at = factory.LazyFunction(timezone.now)


class TableImportFactory(DjangoModelFactory[TableImport]):
    """Looked at; nobody has said yet that it is to be written."""

    class Meta:
        model = TableImport

    table = "movies"
    filename = "movies.csv"
    status = ImportStatus.READY
    rows = factory.LazyFunction(lambda: [[2, {"title": "Sholay", "duration": "204"}]])
    row_count = 1
    started_by = factory.SubFactory(UserFactory)
    started_at = factory.LazyFunction(timezone.now)
