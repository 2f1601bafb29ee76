"""What every background job does alike: a refusal is an answer, a fault is tried again, later and later, and all is told."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Literal

from celery import current_app, shared_task
from django.utils import timezone

from cinema.core import deliveries, jobs, logs, maintenance
from cinema.core.errors import Busy, DomainError, Upstream, UpstreamTimeout

logger = logging.getLogger(__name__)

PASSING = (Busy, Upstream, UpstreamTimeout)  # refusals that another try may not meet
PAUSE = 20  # seconds after which a job asks again whether the site has opened
TRIES = 8  # after 2, 4, 8 … seconds: for eight minutes; then the sweeps and reconciliation find what is left

Outcome = Literal["DONE", "REFUSED", "RETRIED", "FAILED"]


@dataclass(frozen=True)
class Run:
    """One try of a job that has ended."""

    job: str
    task_id: str
    ids: Mapping[str, int | str]
    outcome: Outcome
    error: str  # the code of a refusal, the name of a fault or words of ours; never its text, which may quote people
    tried: int
    is_given_up: bool  # it failed, and neither another try nor the clock will take it up
    started_at: datetime
    seconds: float
    killed: int = 0  # workers that went down with it


watchers: list[Callable[[Run], None]] = []  # apps above register here, in ready(), who keeps the record
namings: list[Callable[[str], AbstractContextManager[None]]] = []  # and here who signs what a job writes for somebody


def job(
    name: str, *, tries: int = TRIES, longest: int | None = None, runs_when_closed: bool = False
) -> Callable[[Callable[..., object]], Any]:
    """Make a function of ids a Celery task under one of the names in `cinema.core.jobs`; it may run twice.

    One that has had its worker killed `deliveries.MAY_BE_LOST` times is given up instead of begun once more.
    It is ended after `longest` seconds, where the kind of worker can do that; by default after those of the settings.
    While the site is closed it waits, unless it `runs_when_closed`; a job of the clock leaves it to its next turn.
    """
    limits = {"time_limit": longest, "soft_time_limit": longest - 30} if longest else {}

    def declare(function: Callable[..., object]) -> Any:
        @wraps(function)
        def run(**ids: Any) -> None:
            if not runs_when_closed and maintenance.is_closed():
                if tries:
                    _put_back(name, ids)
                return
            with deliveries.counted(current_app.tasks[name].request.id or "") as unended:
                if unended >= deliveries.MAY_BE_LOST:
                    _give_up(name, ids, killed=unended)
                    return
                with _watched(name, ids, tries), _signed(name):
                    function(**ids)

        return shared_task(
            run,
            name=name,
            autoretry_for=(Exception,),
            max_retries=tries,
            retry_backoff=2,
            retry_backoff_max=300,
            acks_on_timeout=False,  # what is ended by force comes again, like a job whose worker was killed
            **limits,
        )

    return declare


def _put_back(name: str, ids: Mapping[str, Any]) -> None:
    """Let a job come again a little later, as if it had not been handed out: it used up no try."""
    request = current_app.tasks[name].request
    current_app.tasks[name].apply_async(
        kwargs=dict(ids),
        countdown=PAUSE,
        task_id=request.id,
        retries=request.retries or 0,
        headers=dict(request.headers or {}),
    )


def _give_up(name: str, ids: Mapping[str, Any], *, killed: int) -> None:
    """Tell that a job has its workers killed, and let its message go; while another worker is still at it, wait."""
    request = current_app.tasks[name].request
    if jobs.runs_twice(request.id):
        _put_back(name, ids)
        return
    with logs.naming_task(f"{name} {request.id}", request.headers or {}):
        why = f"its worker was killed {killed} times"
        logger.error("%s %s is given up: %s", name, dict(ids), why)
        run = Run(
            job=name,
            task_id=request.id,
            ids=ids,
            outcome="FAILED",
            error=why,
            tried=killed,
            is_given_up=True,
            started_at=timezone.now(),
            seconds=0.0,
            killed=killed,
        )
        _tell(run)


@contextmanager
def _signed(name: str) -> Iterator[None]:
    """Let a job write under the name of whoever of the staff had it started; one of the clock or a customer has none."""
    actor_id = (current_app.tasks[name].request.headers or {}).get("actor_id", "")
    with ExitStack() as signed:
        for sign in namings if actor_id else ():
            signed.enter_context(sign(actor_id))
        yield


@contextmanager
def _watched(name: str, ids: Mapping[str, Any], tries: int) -> Iterator[None]:
    """Let a refusal pass for an answer; tell the watchers how it went."""
    request = current_app.tasks[name].request
    task_id, tried = request.id or "", request.retries or 0
    started_at, began = timezone.now(), time.monotonic()

    def tell(outcome: Outcome, error: str = "") -> None:
        is_given_up = outcome == "FAILED" and tries > 0
        seconds = time.monotonic() - began
        _tell(Run(name, task_id, ids, outcome, error, tried + 1, is_given_up, started_at, seconds))

    with logs.naming_task(f"{name} {task_id}", request.headers or {}):
        try:
            yield
        except DomainError as refusal:
            if not isinstance(refusal, PASSING):
                logger.info("%s %s: %s", name, ids, refusal.code)
                tell("REFUSED", refusal.code)
                return
            tell("RETRIED" if tried < tries else "FAILED", refusal.code)
            raise
        except Exception as fault:
            tell("RETRIED" if tried < tries else "FAILED", type(fault).__name__)
            raise
        tell("DONE")


def _tell(run: Run) -> None:
    for watch in watchers:
        try:
            watch(run)
        except Exception:  # a job must not fail because its record does
            logger.exception("the end of %s was not recorded", run.job)
