"""What the worker does for billing alone."""

from billing.services import sandbox
from cinema.core import jobs
from cinema.core.worker import job


@job(jobs.SETTLE_SANDBOX)
def settle_sandbox(*, charge_id: int) -> None:
    sandbox.settle_late(charge_id=charge_id)


@job(jobs.TELL_SANDBOX)
def tell_sandbox(*, charge_id: int) -> None:
    sandbox.tell(charge_id=charge_id)
