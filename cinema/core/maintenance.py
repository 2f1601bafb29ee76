"""The site closed for a moment, as while another database takes the place of the live one: who says so, who hears it.

The notice hangs in the cache that all processes share, and lapses by itself: a process that is killed while the site is
closed cannot leave it closed.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from cinema.core import errors

logger = logging.getLogger(__name__)

KEY = "closed"
LEASE = 15  # seconds; who does not renew the notice in that time is taken for dead
RENEWAL = 5.0  # seconds
DEAF = 10.0  # seconds for which a cache that is away is not asked again
RETRY_SECONDS = 15


class ClosedForMaintenance(errors.Busy):
    code = "closed_for_maintenance"
    message = _("We are closed for a moment of maintenance. Nothing was changed; please try again.")


class _Door:
    """What this process knows of the notice, and until when it need not look again."""

    def __init__(self) -> None:
        self._is_closed = False
        self._known_until = 0.0

    def is_closed(self) -> bool:
        moment = time.monotonic()
        if moment >= self._known_until:
            self._known_until = moment + settings.CLOSING_IS_HEARD_WITHIN  # first: other threads need not look too
            try:
                self._is_closed = cache.get(KEY) is not None
            except RedisError:
                self._is_closed, self._known_until = False, moment + DEAF
        return self._is_closed

    def forget(self) -> None:
        self._known_until = 0.0


_door = _Door()


def is_closed() -> bool:
    """Say whether the site is closed; the cache is asked once a second, whatever the traffic."""
    return _door.is_closed()


@contextmanager
def closed() -> Iterator[None]:
    """Close the site to everybody while the block runs; at its start every process has heard of it.

    Without the cache nobody hears of it: what is done meanwhile must hold by its own locks, and this is a courtesy.
    """
    ended = Event()
    _hang_out()
    renewing = Thread(target=_renew, args=(ended,), daemon=True)
    renewing.start()
    try:
        time.sleep(settings.CLOSING_IS_HEARD_WITHIN)
        yield
    finally:
        ended.set()
        renewing.join()
        _take_in()


def _renew(ended: Event) -> None:
    while not ended.wait(RENEWAL):
        _hang_out()


def _hang_out() -> None:
    try:
        cache.set(KEY, "closed", timeout=LEASE)
    except RedisError as error:
        logger.warning("nobody is told that the site is closed: %s", type(error).__name__)
    _door.forget()


def _take_in() -> None:
    try:
        cache.delete(KEY)
    except RedisError as error:
        logger.warning("the site opens when the notice lapses: %s", type(error).__name__)
    _door.forget()
