"""The clock of the jobs: however many `celery beat` are started, on however many hosts, one of them ticks."""

import logging
from contextlib import suppress
from datetime import timedelta
from typing import Any

import redis
from celery.beat import PersistentScheduler
from django.conf import settings
from redis.exceptions import LockError, RedisError
from redis.lock import Lock

logger = logging.getLogger(__name__)

LEASE = 60  # seconds; who does not renew it in that time is taken for dead
TICK = 15  # seconds; the longest that a beat sleeps
SENT_BY_NOW = timedelta(seconds=2 * LEASE)


class OneBeat(PersistentScheduler):
    """A scheduler that ticks only while it holds a lease in the shared cache; the others stand by to take it over."""

    def __init__(self, *args: Any, **options: Any) -> None:
        cache: dict[str, Any] = settings.CACHES["default"]
        client = redis.Redis.from_url(cache["LOCATION"], **cache["OPTIONS"])
        self._lease = Lock(client, settings.BEAT_LEASE, timeout=LEASE, blocking=False, thread_local=False)
        self._leads = self._another_leads = False
        super().__init__(*args, **options)
        self.max_interval = TICK

    def tick(self, *args: Any, **options: Any) -> float:
        """Do what is due, if it is ours to do, and say how many seconds to sleep."""
        leads = self._renewed()
        if leads != self._leads:
            logger.warning("this beat %s", "ticks now" if leads else "stands by")
        self._leads = leads
        if leads:
            return float(super().tick(*args, **options))
        if self._another_leads:
            self._leave_to_the_other()
        return float(TICK)

    def close(self) -> None:
        """Give the lease up, so that another takes over at once."""
        with suppress(LockError, RedisError):  # not ours, or away: it lapses by itself
            self._lease.release()
        super().close()

    def _renewed(self) -> bool:
        self._another_leads = False
        try:
            is_ours = self._still_ours() or bool(self._lease.acquire())
        except RedisError:  # without the broker there is nowhere to send a job
            return False
        self._another_leads = not is_ours
        return is_ours

    def _leave_to_the_other(self) -> None:
        """Take what came due for done by the one that ticks, or all of it would come again when we take over.

        Not what came due a moment ago: that one may have died before it.
        """
        for name, entry in list(self.schedule.items()):
            if -entry.schedule.remaining_estimate(entry.last_run_at) > SENT_BY_NOW:
                self.schedule[name] = next(entry)
        self._heap = None

    def _still_ours(self) -> bool:
        try:
            return self._lease.reacquire()
        except LockError:
            return False
