"""What became of background jobs: the last run of each kind, and those that were given up."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from cinema.core import jobs
from cinema.core.worker import Run
from ops.models import Backup, DeadLetter, Drill, JobRecord, Restore
from ops.services import records
from ops.states import RunOutcome, Settlement

_RUNS: dict[str, type[Backup | Restore | Drill]] = {
    jobs.RUN_BACKUP: Backup,
    jobs.RUN_RESTORE: Restore,
    jobs.RUN_DRILL: Drill,
}


def note(run: Run) -> None:
    """Record a try of a job that has ended; one that was given up becomes a dead letter."""
    facts = {
        "last_started_at": run.started_at,
        "last_seconds": run.seconds,
        "last_outcome": run.outcome,
        "last_error": run.error[:100],
    }
    if run.outcome in (RunOutcome.DONE, RunOutcome.REFUSED):
        facts |= {"done_count": F("done_count") + 1, "last_done_at": run.started_at}
    elif run.outcome == RunOutcome.FAILED:
        facts |= {"failed_count": F("failed_count") + 1}
    record = JobRecord.objects.filter(name=run.job)
    if not record.update(**facts):
        know([run.job])
        record.update(**facts)
    if run.is_given_up:
        letter = _write_letter(run)
        if run.killed:
            _end_what_it_did(run)
            _alert(letter)


def _write_letter(run: Run) -> DeadLetter | None:
    """Keep one open letter for one piece of work, though sweeps queue it again and again and it is given up each time.

    Answers the letter if it is a new one.
    """
    facts = {"error": run.error[:100], "died_at": run.started_at}
    open_one = DeadLetter.objects.filter(job=run.job, ids=dict(run.ids), settlement="").exclude(task_id=run.task_id)
    if open_one.update(**facts, tries=F("tries") + run.tried):
        return None
    letter, is_new = DeadLetter.objects.get_or_create(
        task_id=run.task_id, defaults={"job": run.job, "ids": dict(run.ids), "tries": run.tried, **facts}
    )
    return letter if is_new else None


def _end_what_it_did(run: Run) -> None:
    """Call failed the backup, restore or drill that nobody will go on with, or others would wait for it."""
    kind = _RUNS.get(run.job)
    if kind:
        (run_id,) = run.ids.values()
        records.give_up(kind(pk=run_id), why=f"It is given up: {run.error}.", now=run.started_at)


def _alert(letter: DeadLetter | None) -> None:
    """Tell the operators of a new letter about a job that has its workers killed: once, not at each of its turns."""
    if letter:
        jobs.enqueue_on_commit(jobs.ALERT_OF_LETTER, letter_id=letter.pk)


def know(names: Iterable[str]) -> None:
    """Give every job its record, also the one that has never run."""
    known = set(JobRecord.objects.values_list("name", flat=True))
    missing = [JobRecord(name=name) for name in names if name not in known]
    if missing:
        JobRecord.objects.bulk_create(missing, ignore_conflicts=True)


def run_now(*, names: Iterable[str]) -> list[str]:
    """Queue jobs of the clock out of their turn, and answer which; those that need ids cannot be."""
    queued = [name for name in names if name in jobs.of_the_clock()]
    for name in queued:
        jobs.enqueue_on_commit(name)
    return queued


@transaction.atomic(durable=True)
def settle(*, letter_ids: Iterable[int], settlement: Settlement, by: User, now: datetime) -> int:
    """Decide about jobs that were given up, each once: queue it again or drop it; answers how many."""
    open_letters = DeadLetter.objects.select_for_update(of=("self",)).filter(pk__in=list(letter_ids), settlement="")
    letters = list(open_letters.order_by("pk"))
    for letter in letters:
        letter.settlement, letter.settled_at, letter.settled_by = settlement, now, by
        letter.save(update_fields=["settlement", "settled_at", "settled_by"])
        if settlement == Settlement.RUN_AGAIN:
            jobs.enqueue_on_commit(letter.job, **letter.ids)
    return len(letters)
