"""Runs of backups, restores and drills."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import new_hex_id
from cinema.core.constraints import at_least, one_of
from ops.states import ArchiveType, RunStatus


class Backup(models.Model):
    """One backup, running or ended."""

    id = models.CharField(primary_key=True, max_length=24, default=new_hex_id, editable=False)
    operation_id = models.CharField(max_length=40, unique=True)
    backup_type = models.CharField(max_length=8, choices=ArchiveType)
    status = models.CharField(max_length=11, choices=RunStatus, default=RunStatus.IN_PROGRESS)
    url = models.CharField(max_length=500, blank=True)
    file_paths = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    size = models.BigIntegerField(null=True, blank=True, help_text="Bytes.")
    tables = ArrayField(models.CharField(max_length=63), null=True, blank=True)
    performed_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    error_message = models.TextField(blank=True)
    notes = models.TextField(blank=True)

    class Meta:
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
    error_message = models.TextField(blank=True)
    notes = models.TextField(blank=True)

    class Meta:
        constraints = [
            one_of("restore_type", ArchiveType.values, name="ops_restore_type_known"),
            one_of("status", RunStatus.values, name="ops_restore_status_known"),
            models.CheckConstraint(
                condition=Q(status=RunStatus.IN_PROGRESS) | Q(completed_at__isnull=False), name="ops_restore_end_dated"
            ),
        ]

    def __str__(self) -> str:
        return self.operation_id
