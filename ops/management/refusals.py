"""What the commands say instead of the API's list of fields."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.utils import timezone

from cinema.core.errors import Malformed
from ops.errors import ArchiveBusy
from ops.models import Backup, Drill, Restore
from ops.services import records


def unknown_tables(refused: Malformed, tables: Sequence[str] | None) -> str:
    """Name the tables that were asked for and are not ours."""
    return f"Unknown tables: {', '.join((tables or [])[int(loc[-1])] for loc, *_ in refused.errors)}"


@contextmanager
def given_up_when_busy(run: Backup | Restore | Drill) -> Iterator[None]:
    """Let no record wait for a command that has gone: a worker comes again, somebody at a terminal may not."""
    try:
        yield
    except ArchiveBusy as busy:
        records.give_up(run, why=busy.detail, now=timezone.now())
        raise
