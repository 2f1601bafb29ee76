"""`manage.py backup`: a backup at once, without a worker."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cinema.core.errors import DomainError, Malformed
from ops.demo.progress import Progress
from ops.management.refusals import given_up_when_busy, unknown_tables
from ops.services import backing_up
from ops.states import ArchiveType, RunStatus


class Command(BaseCommand):
    help = "Back up the database, and the uploaded files unless told otherwise, while the site goes on working."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = [ArchiveType.POSTGRES.value, ArchiveType.BOTH.value]
        parser.add_argument("--type", choices=kinds, default=kinds[1], help="postgres: without the uploaded files")
        parser.add_argument("--table", action="append", metavar="NAME", help="only this table; may be repeated")
        parser.add_argument("--notes", default="")

    def handle(self, *, type: str, table: list[str] | None, notes: str, **options: Any) -> None:  # noqa: A002  # the option is called --type
        progress = Progress(self.stderr)
        progress.start(3 if type == ArchiveType.BOTH else 2)
        try:
            recorded = backing_up.record_backup(
                backup_type=type, tables=table, notes=notes, by=None, now=timezone.now()
            )
            with given_up_when_busy(recorded):
                backup = backing_up.run_backup(backup_id=recorded.pk, clock=timezone.now, tell=progress.step)
        except Malformed as refused:
            raise CommandError(unknown_tables(refused, table))
        except DomainError as refused:
            raise CommandError(refused.detail)
        if backup.status != RunStatus.COMPLETED:
            raise CommandError(f"{backup.operation_id} failed: {backup.error_message}")
        self.stdout.write(f"{backup.operation_id}: {backup.size} bytes in {', '.join(backup.file_paths)}")
