"""Runs of backups, restores and drills, and of background jobs."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import new_hex_id
from cinema.core.constraints import at_least, one_of
from ops.states import IMPORT_OVER, ArchiveType, ImportStatus, RunOutcome, RunStatus, Settlement


class Backup(models.Model):
    """One backup, running or ended."""

    id = models.CharField(primary_key=True, max_length=24, default=new_hex_id, editable=False)
    operation_id = models.CharField(max_length=40, unique=True)
    backup_type = models.CharField(max_length=8, choices=ArchiveType)
    status = models.CharField(max_length=11, choices=RunStatus, default=RunStatus.IN_PROGRESS)
    url = models.CharField("URL", max_length=500, blank=True)
    file_paths = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    size = models.BigIntegerField(null=True, blank=True, help_text="Bytes.")
    tables = ArrayField(models.CharField(max_length=63), null=True, blank=True)
    performed_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    progress = models.TextField(blank=True, db_default="", help_text="The last step that was done.")
    error_message = models.TextField(blank=True)
    notes = models.TextField(blank=True)

    class Meta:
        permissions = [
            ("run_backup", "Can run backups"),
        ]
        constraints = [
            one_of("backup_type", ArchiveType.values, name="ops_backup_type_known"),
            one_of("status", RunStatus.values, name="ops_backup_status_known"),
            at_least("size", 0, name="ops_backup_size_not_negative"),
            models.CheckConstraint(
                condition=Q(status=RunStatus.IN_PROGRESS) | Q(completed_at__isnull=False), name="ops_backup_end_dated"
            ),
        ]

    def __str__(self) -> str:
        return self.operation_id


class Drill(models.Model):
    """One trial that the newest backup can be restored, into a database that was thrown away after it."""

    id = models.CharField(primary_key=True, max_length=24, default=new_hex_id, editable=False)
    operation_id = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=11, choices=RunStatus, default=RunStatus.IN_PROGRESS)
    source_backup_id = models.CharField(max_length=24, blank=True)  # plain: the record outlives the backup
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    error_message = models.TextField(blank=True)
    findings = models.TextField(blank=True, help_text="What was tried and held.")

    class Meta:
        permissions = [
            ("run_drill", "Can run drills"),
        ]
        constraints = [
            one_of("status", RunStatus.values, name="ops_drill_status_known"),
            models.CheckConstraint(
                condition=Q(status=RunStatus.IN_PROGRESS) | Q(completed_at__isnull=False), name="ops_drill_end_dated"
            ),
        ]

    def __str__(self) -> str:
        return self.operation_id


class Restore(models.Model):
    """One restore of a backup, running or ended."""

    id = models.CharField(primary_key=True, max_length=24, default=new_hex_id, editable=False)
    operation_id = models.CharField(max_length=40, unique=True)
    restore_type = models.CharField(max_length=8, choices=ArchiveType)
    status = models.CharField(max_length=11, choices=RunStatus, default=RunStatus.IN_PROGRESS)
    source_backup_id = models.CharField(max_length=24, db_index=True)  # plain: the record outlives the backup
    performed_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    tables = ArrayField(models.CharField(max_length=63), null=True, blank=True, help_text="Only these; null: all.")
    progress = models.TextField(blank=True, db_default="", help_text="The last step that was done.")
    error_message = models.TextField(blank=True)
    notes = models.TextField(blank=True)

    class Meta:
        permissions = [
            ("run_restore", "Can restore a backup"),
        ]
        constraints = [
            one_of("restore_type", ArchiveType.values, name="ops_restore_type_known"),
            one_of("status", RunStatus.values, name="ops_restore_status_known"),
            models.CheckConstraint(
                condition=Q(status=RunStatus.IN_PROGRESS) | Q(completed_at__isnull=False), name="ops_restore_end_dated"
            ),
        ]

    def __str__(self) -> str:
        return self.operation_id


class JobRecord(models.Model):
    """How one kind of background job went the last time, and how often it went well."""

    name = models.CharField(max_length=60, unique=True)
    last_started_at = models.DateTimeField(null=True, blank=True)
    last_done_at = models.DateTimeField(null=True, blank=True)
    last_seconds = models.FloatField("duration", default=0, help_text="Seconds.")
    last_outcome = models.CharField(max_length=7, choices=RunOutcome, blank=True)
    last_error = models.CharField(max_length=100, blank=True, help_text="Code of a refusal, or name of a fault.")
    done_count = models.BigIntegerField("done", default=0)
    failed_count = models.BigIntegerField("failed", default=0)

    class Meta:
        permissions = [
            ("run_jobrecord", "Can run jobs out of turn"),
        ]
        verbose_name = "background job"
        constraints = [
            one_of("last_outcome", [*RunOutcome.values, ""], name="ops_job_outcome_known"),
            at_least("last_seconds", 0, name="ops_job_duration_not_negative"),
            models.CheckConstraint(
                condition=Q(last_outcome="", last_started_at=None) | Q(last_started_at__isnull=False),
                name="ops_job_run_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeadLetter(models.Model):
    """One piece of work that was tried as often as it may be and not done; it waits for somebody to decide."""

    job = models.CharField(max_length=60)
    task_id = models.CharField(max_length=60, unique=True)
    ids = models.JSONField(default=dict, blank=True)
    error = models.CharField(max_length=100)
    tries = models.PositiveIntegerField()
    died_at = models.DateTimeField()
    settlement = models.CharField(max_length=9, choices=Settlement, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        permissions = [
            ("settle_deadletter", "Can decide about work that failed"),
        ]
        constraints = [
            one_of("settlement", [*Settlement.values, ""], name="ops_letter_settlement_known"),
            models.CheckConstraint(
                condition=Q(settlement="", settled_at=None) | (~Q(settlement="") & Q(settled_at__isnull=False)),
                name="ops_letter_settlement_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.task_id}"


class TableImport(models.Model):
    """One table that somebody brought in a spreadsheet, and what came of it; its rows are forgotten at the end."""

    id = models.CharField(primary_key=True, max_length=24, default=new_hex_id, editable=False)
    table = models.CharField(max_length=20)
    filename = models.CharField(max_length=200)
    status = models.CharField(max_length=8, choices=ImportStatus, default=ImportStatus.CHECKING)
    rows = models.JSONField(default=list, blank=True, editable=False)
    row_count = models.PositiveIntegerField()
    report = models.JSONField(default=dict, blank=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, help_text="Of all that it would write: what was shown.")
    started_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("status", ImportStatus.values, name="ops_import_status_known"),
            at_least("row_count", 1, name="ops_import_has_rows"),
            models.CheckConstraint(
                condition=Q(status__in=IMPORT_OVER, ended_at__isnull=False)
                | (~Q(status__in=IMPORT_OVER) & Q(ended_at=None)),
                name="ops_import_end_dated",
            ),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(rows=[]), name="ops_ended_import_forgets_rows"),
        ]

    def __str__(self) -> str:
        return f"{self.table}: {self.filename}"

    @property
    def is_busy(self) -> bool:
        return self.status in (ImportStatus.CHECKING, ImportStatus.WRITING)
