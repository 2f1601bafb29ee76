"""Runs of backups and restores in the back office."""

from django.contrib import admin

from cinema.core.admin import ReadOnlyAdmin
from ops.models import Backup, Drill, Restore


@admin.register(Backup)
class BackupAdmin(ReadOnlyAdmin):
    list_display = ("operation_id", "backup_type", "status", "size", "performed_by", "started_at", "completed_at")
    list_select_related = ("performed_by",)
    list_filter = ("status", "backup_type")
    search_fields = ("operation_id", "notes")
    ordering = ("-started_at",)


@admin.register(Restore)
class RestoreAdmin(ReadOnlyAdmin):
    list_display = ("operation_id", "restore_type", "source_backup_id", "status", "performed_by", "started_at")
    list_select_related = ("performed_by",)
    list_filter = ("status", "restore_type")
    search_fields = ("operation_id", "source_backup_id")
    ordering = ("-started_at",)


@admin.register(Drill)
class DrillAdmin(ReadOnlyAdmin):
    list_display = ("operation_id", "status", "source_backup_id", "started_at", "completed_at", "error_message")
    list_filter = ("status",)
    search_fields = ("operation_id", "source_backup_id")
    ordering = ("-started_at",)
