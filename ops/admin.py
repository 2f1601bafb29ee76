"""Runs of backups, restores, drills and background jobs in the back office."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from accounts.visitors import signed_in
from cinema.core import formats, jobs
from cinema.core.admin import ReadOnlyAdmin, act_on_each, ask_first
from cinema.core.admin_columns import in_two_lines, tagged, written
from cinema.core.admin_lists import whether
from ops.models import Backup, DeadLetter, Drill, JobRecord, Restore, TableImport
from ops.services import job_records
from ops.states import RunOutcome, Settlement

LOOKS = {RunOutcome.DONE: "good", RunOutcome.REFUSED: "calm", RunOutcome.RETRIED: "warn", RunOutcome.FAILED: "bad"}


@admin.register(Backup)
class BackupAdmin(ReadOnlyAdmin):
    list_display = ("operation_id", "backup_type", "status", "how_large", "performed_by", "started_at")
    exclude = ("size", "url", "file_paths")
    readonly_fields = ("how_large",)
    list_select_related = ("performed_by",)
    list_filter = ("status", "backup_type")
    search_fields = ("operation_id", "notes")
    ordering = ("-started_at",)

    @admin.display(description="size", ordering="size", empty_value="–")
    def how_large(self, backup: Backup) -> str | None:
        return filesizeformat(backup.size) if backup.size is not None else None


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
    list_display = ("name", "comes", "last_run", "outcome", "runs")
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
    def comes(self, record: JobRecord) -> SafeString:
        queue = settings.CELERY_TASK_ROUTES.get(record.name, {}).get("queue", "–")
        return in_two_lines(_on_the_clock(jobs.of_the_clock().get(record.name, "when asked for")), queue)

    @admin.display(description="last run", ordering="last_started_at", empty_value="never")
    def last_run(self, record: JobRecord) -> SafeString | None:
        if record.last_started_at is None:
            return None
        return in_two_lines(written(record.last_started_at, None), f"took {record.last_seconds:.2f} s")

    @admin.display(description="how it went", ordering="last_outcome", empty_value="–")
    def outcome(self, record: JobRecord) -> SafeString | None:
        if not record.last_outcome:
            return None
        looks = LOOKS[RunOutcome(record.last_outcome)]
        return in_two_lines(tagged(looks, record.get_last_outcome_display()), record.last_error)

    @admin.display(description="runs", ordering="failed_count")
    def runs(self, record: JobRecord) -> SafeString:
        failed = f"{formats.number(record.failed_count)} failed" if record.failed_count else ""
        return in_two_lines(f"{formats.number(record.done_count)} done", failed)

    def row_actions(self, request: HttpRequest, row: JobRecord) -> list[str]:
        return ["run_now"] if row.name in jobs.of_the_clock() else []

    @admin.action(description="Run now, out of turn…", permissions=["run"])
    def run_now(self, request: HttpRequest, queryset: QuerySet[JobRecord]) -> HttpResponse | None:
        """Jobs of the clock; the others need to know for what."""
        chosen, clock = list(queryset.order_by("name")), jobs.of_the_clock()
        own = [record for record in chosen if record.name in clock]
        says = "It is queued now, once; its next turn comes as always: {}."
        question = ask_first(
            self,
            request,
            title="Run now, out of turn",
            consequences=[(record, says.format(_on_the_clock(clock[record.name]))) for record in own],
            unfitting=[record for record in chosen if record not in own],
        )
        if question:
            return question

        def act(record: JobRecord, note: str) -> str:
            job_records.run_now(names=[record.name])
            return "queued out of turn"

        act_on_each(self, request, own, act)
        return None


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnlyAdmin):
    list_display = ("job", "about", "error", "tries", "died_at", "settled")
    tables = ("ids",)
    list_select_related = ("settled_by",)
    list_filter = (("settled_at", whether("settled")), "job")
    search_fields = ("job", "task_id")
    ordering = ("-died_at", "-id")
    actions = ("run_again", "drop")

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("ops.settle_deadletter")

    def row_actions(self, request: HttpRequest, row: DeadLetter) -> list[str]:
        return [] if row.settlement else ["run_again", "drop"]

    @admin.display(description="about")
    def about(self, letter: DeadLetter) -> str:
        return ", ".join(f"{name.removesuffix('_id').replace('_', ' ')} {value}" for name, value in letter.ids.items())

    @admin.display(description="settled", ordering="settled_at")
    def settled(self, letter: DeadLetter) -> str:
        return f"{letter.get_settlement_display()}, {letter.settled_by}" if letter.settlement else "–"

    @admin.action(description="Run again…", permissions=["settle"])
    def run_again(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> HttpResponse | None:
        """What may succeed by now."""
        says = "It is queued again, for {}; when it fails as often once more, it comes back here."
        return self._settle(request, queryset, Settlement.RUN_AGAIN, "Run again", says)

    @admin.action(description="Drop…", permissions=["settle"])
    def drop(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> HttpResponse | None:
        """What nobody needs any more."""
        says = "It is never done for {}: whoever waits for it waits in vain."
        return self._settle(request, queryset, Settlement.DROPPED, "Drop", says)

    def _settle(
        self, request: HttpRequest, queryset: QuerySet[DeadLetter], settlement: Settlement, title: str, says: str
    ) -> HttpResponse | None:
        chosen = list(queryset.order_by("pk"))
        waiting = [letter for letter in chosen if not letter.settlement]
        question = ask_first(
            self,
            request,
            title=title,
            consequences=[(letter, says.format(self.about(letter))) for letter in waiting],
            unfitting=[letter for letter in chosen if letter not in waiting],
        )
        if question:
            return question
        by, now = signed_in(request), timezone.now()

        def act(letter: DeadLetter, note: str) -> str:
            done = job_records.settle(letter_ids=[letter.pk], settlement=settlement, by=by, now=now)
            return f"{title.lower()}: settled" if done else "somebody settled it before"

        act_on_each(self, request, waiting, act)
        return None


def _on_the_clock(said: str) -> str:
    """Write a turn of the day, which is kept in UTC, on the clock of the house."""
    if not said.endswith(" UTC"):
        return said
    turn = datetime.strptime(said, "%H:%M UTC").replace(tzinfo=UTC, year=timezone.now().year)
    return f"daily at {date_format(timezone.localtime(turn), 'TIME_FORMAT')}"


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
