"""What the worker does for the programme: each task reads the clock and calls one service."""

from django.utils import timezone

from cinema.core import jobs
from cinema.core.worker import job
from scheduling.services import filling

LONGEST = 3600  # seconds: many venues, weighed one after the other


@job(jobs.FILL_PROGRAMMES, longest=LONGEST, tries=0)
def fill_programmes() -> None:
    filling.fill_all(now=timezone.now())
