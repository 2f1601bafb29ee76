"""What the worker does for the programme: each task reads the clock and calls one service."""

from django.utils import timezone

from cinema.core import jobs
from cinema.core.worker import job
from scheduling.services import fill_runs

LONGEST = 570  # seconds; the broker hands a job out once more after ten minutes without an end


@job(jobs.FILL_PROGRAMMES, tries=0)
def fill_programmes() -> None:
    fill_runs.start_all(now=timezone.now())


@job(jobs.FILL_PROGRAMME, longest=LONGEST, tries=2)
def fill_programme(*, run_id: str) -> None:
    fill_runs.go_on(run_id=run_id, now=timezone.now())
