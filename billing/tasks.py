"""What the worker does for billing alone."""

from django.utils import timezone

from billing.services import checking, sandbox
from cinema.core import jobs
from cinema.core.worker import job


@job(jobs.SETTLE_SANDBOX)
def settle_sandbox(*, charge_id: int) -> None:
    sandbox.settle_late(charge_id=charge_id)


@job(jobs.TELL_SANDBOX)
def tell_sandbox(*, charge_id: int) -> None:
    sandbox.tell(charge_id=charge_id)


# The clock's own job is not tried again: the next night comes.
@job(jobs.CHECK_LEDGER, tries=0, longest=3600)
def check_ledger() -> None:
    checking.check_books(now=timezone.now())
