"""How often a job was begun and never ended: what kills its worker must not be handed out for ever.

The broker hands a job that nobody ended to another worker. When that is because the job itself has the process killed, by
taking all of its memory say, it would take down one worker after the other.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

MAY_BE_LOST = 3  # so often a worker may be killed at the same job: once is a power cut, thrice is the job
REMEMBERED = 7 * 24 * 3600  # seconds; longer than the broker keeps handing anything out


@contextmanager
def counted(task_id: str) -> Iterator[int]:
    """Count one delivery of a job for as long as it runs; gives how many others were begun and have not ended.

    Without the cache nothing is counted, and no work is held back.
    """
    key = f"deliveries:{task_id}"
    begun = _tolerantly(_one_more, key) if task_id else 0  # called directly, it was not handed out
    try:
        yield max(begun - 1, 0)
    finally:  # whatever it raises; only who is killed does not come by here
        if begun:
            _tolerantly(_one_less, key)


def _tolerantly(change: Callable[[str], int], key: str) -> int:
    try:
        return change(key)
    except (RedisError, ValueError) as error:  # away, or emptied between two commands
        logger.warning("deliveries are not counted: %s", type(error).__name__)
        return 0


def _one_more(key: str) -> int:
    cache.add(key, 0, timeout=REMEMBERED)
    return cache.incr(key)


def _one_less(key: str) -> int:
    left = cache.decr(key)
    if left <= 0:
        cache.delete(key)
    return left
