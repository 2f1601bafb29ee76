"""What backups and restores record alike."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Q

from cinema.core import jobs
from cinema.core.errors import Malformed
from ops.archives import figures
from ops.errors import UnknownBackup
from ops.models import Backup, Drill, Restore
from ops.states import RunStatus

Tell = Callable[[str], None]
INTERRUPTED = "It was interrupted and never ended."


def silent(_what: str) -> None:
    """Tell nobody."""


def noting(run: Backup | Restore, tell: Tell) -> Tell:
    """Write each step on the record of the run too, for whoever follows it."""

    def note(what: str) -> None:
        type(run)._default_manager.filter(pk=run.pk).update(progress=what)
        tell(what)

    return note


def end_abandoned(kind: "type[Backup | Restore | Drill]", *, before: datetime, now: datetime) -> None:
    """Call failed what began before an instant and never ended, and tell the operators."""
    stale = kind._default_manager.filter(status=RunStatus.IN_PROGRESS, started_at__lt=before)
    for run_id in list(stale.values_list("pk", flat=True)):
        ended = {"status": RunStatus.FAILED, "completed_at": now, "error_message": INTERRUPTED}
        if stale.filter(pk=run_id).update(**ended):
            jobs.enqueue_on_commit(jobs.ALERT_OPERATORS, run_id=run_id)


def give_up(run: "Backup | Restore | Drill", *, why: str, now: datetime) -> None:
    """Call failed what its caller will not do after all; one that has ended is left as it is."""
    waiting = type(run)._default_manager.filter(pk=run.pk, status=RunStatus.IN_PROGRESS)
    waiting.update(status=RunStatus.FAILED, completed_at=now, error_message=why)


def known_tables(tables: Sequence[str]) -> list[str]:
    """Sort the names of tables, each once.

    :raises Malformed: when one is not ours.
    """
    ours = figures.own_tables()
    unknown = [
        (("body", "tables", place), "There is no such table here.", "table_unknown")
        for place, table in enumerate(tables)
        if table not in ours
    ]
    if unknown:
        raise Malformed(*unknown)
    return sorted(set(tables))


def new_operation_id(prefix: str, *, now: datetime) -> str:
    """Make the name of a run: when it began, in UTC, and a random end, since two may begin within one second."""
    return f"{prefix}-{now:%Y%m%d%H%M%S}-{secrets.token_hex(4)}"


def backup_named(name: str) -> Backup:
    """Find a backup by its id or its operationId, and by nothing less exact.

    :raises UnknownBackup: when there is none.
    """
    found = Backup.objects.filter(Q(pk=name) | Q(operation_id=name)).first()
    if found is None:
        raise UnknownBackup
    return found
