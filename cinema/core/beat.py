"""The clock of the jobs: however many `celery beat` are started, on however many hosts, one of them ticks."""

import logging
from contextlib import suppress
from typing import Any

import redis
from celery.beat import PersistentScheduler
from django.conf import settings
from redis.exceptions import LockError, RedisError
from redis.lock import Lock

logger = logging.getLogger(__name__)

LEASE = 60  # seconds; who does not renew it in that time is taken for dead
TICK = 15  # seconds; the longest that a beat sleeps


class OneBeat(PersistentScheduler):
    """A scheduler that ticks only while it holds a lease in the shared cache; the others stand by to take it over."""

    def __init__(self, *args: Any, **options: Any) -> None:
        cache: dict[str, Any] = settings.CACHES["default"]
        client = redis.Redis.from_url(cache["LOCATION"], **cache["OPTIONS"])
        self._lease = Lock(client, settings.BEAT_LEASE, timeout=LEASE, blocking=False, thread_local=False)
        self._leads = False
        super().__init__(*args, **options)
        self.max_interval = TICK

    def tick(self, *args: Any, **options: Any) -> float:
        """Do what is due, if it is ours to do, and say how many seconds to sleep."""
        leads = self._renewed()
        if leads != self._leads:
            logger.warning("this beat %s", "ticks now" if leads else "stands by")
        self._leads = leads
        return float(super().tick(*args, **options)) if leads else float(TICK)

    def close(self) -> None:
        """Give the lease up, so that another takes over at once."""
        with suppress(LockError, RedisError):  # not ours, or away: it lapses by itself
            self._lease.release()
        super().close()

    def _renewed(self) -> bool:
        try:
            return self._still_ours() or bool(self._lease.acquire())
        except RedisError:  # without the broker there is nowhere to send a job
            return False

    def _still_ours(self) -> bool:
        try:
            return self._lease.reacquire()
        except LockError:
            return False
