"""`manage.py restore`: a backup takes the place of the live database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cinema.core.errors import DomainError, Malformed
from ops.archives import sessions
from ops.demo.progress import Progress
from ops.errors import UnknownBackup
from ops.management.refusals import given_up_when_busy, unknown_tables
from ops.models import Backup
from ops.services import drilling, records, restoring
from ops.states import ArchiveType, RunStatus

STEPS = 3


class Command(BaseCommand):
    help = (
        "Restore a backup: into a fresh database first, which takes the place of the live one only when it holds what "
        "was backed up. What was live before is kept beside it. Every session ends. A backup of which there are only "
        "the files is found by its operationId."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = [ArchiveType.POSTGRES.value, ArchiveType.BOTH.value]
        parser.add_argument("backup", nargs="?", help="id or operationId")
        parser.add_argument(
            "--drill", action="store_true", help="try the newest backup in a database of its own; nothing changes"
        )
        parser.add_argument("--type", choices=kinds, help="default: all that the backup holds")
        parser.add_argument(
            "--table",
            action="append",
            metavar="NAME",
            help="only this table, beside the others as they are now; may be repeated",
        )
        parser.add_argument(
            "--ignore-room", action="store_true", help="go on though the disk seems too small: you know it is not"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--notes", default="")

    def handle(self, *, backup: str | None, drill: bool, **options: Any) -> None:
        if bool(backup) == drill:
            raise CommandError("Name a backup, or --drill.")
        progress = Progress(self.stderr)
        progress.start(STEPS)
        if backup:
            self._restore(backup, progress, **options)
        else:
            self._drill(progress)

    def _drill(self, progress: Progress) -> None:
        try:
            recorded = drilling.record_drill(now=timezone.now())
            with given_up_when_busy(recorded):
                drill = drilling.run_drill(drill_id=recorded.pk, clock=timezone.now, tell=progress.step)
        except DomainError as refused:
            raise CommandError(refused.detail)
        if drill.status != RunStatus.COMPLETED:
            raise CommandError(f"{drill.operation_id} failed: {drill.error_message}")
        self.stdout.write(f"{drill.operation_id}: {drill.findings}")

    def _restore(
        self,
        backup: str,
        progress: Progress,
        *,
        type: str | None,  # noqa: A002  # the option is called --type
        table: list[str] | None,
        yes: bool,
        notes: str,
        ignore_room: bool,
        **options: Any,
    ) -> None:
        try:
            chosen = _find(backup)
            if not yes:
                self._confirm(chosen, table or chosen.tables)
            recorded = restoring.record_restore(
                backup_id=chosen.pk,
                restore_type=type or chosen.backup_type,
                tables=table,
                notes=notes,
                by=None,
                now=timezone.now(),
            )
            with given_up_when_busy(recorded):
                restore = restoring.run_restore(
                    restore_id=recorded.pk, clock=timezone.now, tell=progress.step, ignore_room=ignore_room
                )
        except Malformed as refused:
            raise CommandError(unknown_tables(refused, table))
        except DomainError as refused:
            raise CommandError(refused.detail)
        if restore.status != RunStatus.COMPLETED:
            raise CommandError(f"{restore.operation_id} failed: {restore.error_message}")
        self.stdout.write(f"{restore.operation_id}: {chosen.operation_id} of {chosen.started_at:%d %b %Y} is live.")

    def _confirm(self, chosen: Backup, tables: list[str] | None) -> None:
        name = sessions.live_name()
        what = f"{', '.join(tables)} of {name}" if tables else name
        self.stdout.write(
            f"All that happened in {what} since {chosen.started_at:%d %b %Y %H:%M} UTC will be gone. "
            f"Type the operationId {chosen.operation_id} to go on:"
        )
        try:
            typed = input()
        except EOFError:
            raise CommandError("Nobody can type here: repeat it with --yes. Nothing was changed.") from None
        if typed.strip() != chosen.operation_id:
            raise CommandError("Nothing was changed.")


def _find(name: str) -> Backup:
    try:
        return records.backup_named(name)
    except UnknownBackup:
        return restoring.adopt_backup(operation_id=name)
