"""What every background job does alike: a refusal is an answer, a fault is tried again, later and later."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from celery import shared_task

from cinema.core.errors import Busy, DomainError, Upstream, UpstreamTimeout

logger = logging.getLogger(__name__)

PASSING = (Busy, Upstream, UpstreamTimeout)  # refusals that another try may not meet
TRIES = 8  # after 2, 4, 8 … seconds: for eight minutes; then the sweeps and reconciliation find what is left


def job(name: str, *, tries: int = TRIES, longest: int | None = None) -> Callable[[Callable[..., object]], Any]:
    """Make a function of ids a Celery task under one of the names in `cinema.core.jobs`; it may run twice.

    It is ended after `longest` seconds, where the kind of worker can do that; by default after those of the settings.
    """
    limits = {"time_limit": longest, "soft_time_limit": longest - 30} if longest else {}

    def declare(function: Callable[..., object]) -> Any:
        @wraps(function)
        def run(**ids: Any) -> None:
            try:
                function(**ids)
            except PASSING:
                raise
            except DomainError as refusal:
                logger.info("%s %s: %s", name, ids, refusal.code)

        return shared_task(
            run,
            name=name,
            autoretry_for=(Exception,),
            max_retries=tries,
            retry_backoff=2,
            retry_backoff_max=300,
            **limits,
        )

    return declare
