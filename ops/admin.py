"""Runs of backups, restores, drills and background jobs in the back office."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from cinema.core import jobs
from cinema.core.admin import ReadOnlyAdmin
from cinema.core.admin_lists import whether
from ops.models import Backup, DeadLetter, Drill, JobRecord, Restore, TableImport
from ops.services import job_records
from ops.states import Settlement


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


@admin.register(JobRecord)
class JobRecordAdmin(ReadOnlyAdmin):
    list_display = (
        "name",
        "comes",
        "queue",
        "last_started_at",
        "duration",
        "last_outcome",
        "last_error",
        "done_count",
        "failed_count",
    )
    list_filter = ("last_outcome",)
    search_fields = ("name",)
    ordering = ("name",)
    actions = ("run_now",)

    def has_run_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("ops.run_jobrecord")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        job_records.know(settings.CELERY_TASK_ROUTES)
        return super().changelist_view(request, extra_context)

    @admin.display(description="comes")
    def comes(self, record: JobRecord) -> str:
        return jobs.of_the_clock().get(record.name, "when it is asked for")

    @admin.display(description="queue")
    def queue(self, record: JobRecord) -> str:
        return str(settings.CELERY_TASK_ROUTES.get(record.name, {}).get("queue", "–"))

    @admin.display(description="duration", ordering="last_seconds")
    def duration(self, record: JobRecord) -> str:
        return f"{record.last_seconds:.2f} s" if record.last_started_at else "–"

    @admin.action(description="Run now, out of turn", permissions=["run"])
    def run_now(self, request: HttpRequest, chosen: QuerySet[JobRecord]) -> None:
        queued = job_records.run_now(names=chosen.values_list("name", flat=True))
        for record in chosen:
            if record.name in queued:
                self.log_change(request, record, "Queued out of turn.")
        if queued:
            messages.success(request, f"Queued: {', '.join(queued)}.")
        if len(queued) < len(chosen):
            messages.warning(request, "Only jobs of the clock can be run by hand: the others need to know for what.")


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnlyAdmin):
    list_display = ("job", "ids", "error", "tries", "died_at", "settlement", "settled_by", "settled_at")
    list_select_related = ("settled_by",)
    list_filter = (("settled_at", whether("settled")), "job")
    search_fields = ("job", "task_id")
    ordering = ("-died_at", "-id")
    actions = ("run_again", "drop")

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("ops.settle_deadletter")

    @admin.action(description="Run again", permissions=["settle"])
    def run_again(self, request: HttpRequest, chosen: QuerySet[DeadLetter]) -> None:
        self._settle(request, chosen, Settlement.RUN_AGAIN)

    @admin.action(description="Drop", permissions=["settle"])
    def drop(self, request: HttpRequest, chosen: QuerySet[DeadLetter]) -> None:
        self._settle(request, chosen, Settlement.DROPPED)

    def _settle(self, request: HttpRequest, chosen: QuerySet[DeadLetter], settlement: Settlement) -> None:
        letter_ids = list(chosen.values_list("pk", flat=True))
        by = cast("User", request.user)
        settled = job_records.settle(letter_ids=letter_ids, settlement=settlement, by=by, now=timezone.now())
        messages.success(request, f"{settled} settled, {len(letter_ids) - settled} had been before.")


@admin.register(TableImport)
class TableImportAdmin(ReadOnlyAdmin):
    list_display = ("table", "filename", "status", "row_count", "started_by", "started_at", "ended_at")
    list_select_related = ("started_by",)
    list_filter = ("table", "status")
    search_fields = ("filename", "started_by__email")
    ordering = ("-started_at",)
    exclude = ("rows", "report")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("rows", "report")
