"""What has just become of the seats of a show, told to everybody who looks at it.

A version per show stands in the cache that all processes share. Services draw a new one once they have committed; readers
keep what they last read from the database beside it, and ask the database again only when the version is another, when a
lock has lapsed by the clock since, or after half a minute: that bounds what a lost announcement can cost. Without the cache
every reader asks the database.

Push, when it comes, is one more line in `_announce`.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import orjson
from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

TRUSTED_SECONDS = 30
DAY_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Seen:
    """The seats of a show that cannot be had at one instant, as the body of an answer, and until when the clock lets it be."""

    body: bytes
    good_until: datetime | None

    @property
    def etag(self) -> str:
        return f'"{hashlib.blake2b(self.body, digest_size=9).hexdigest()}"'


def announce_on_commit(*show_ids: int) -> None:
    """Tell everybody who looks at these shows that claims on their seats have changed, once that is committed."""
    for show_id in show_ids:
        transaction.on_commit(partial(_announce, show_id))


def seen(show_id: int, *, read: Callable[[], Seen], now: datetime) -> Seen:
    """Answer what is remembered of a show as long as it holds, and otherwise what is read now."""
    found = _tolerantly(partial(cache.get_many, [_version_key(show_id), _seen_key(show_id)]))
    if found is None:
        return read()
    version, kept = found.get(_version_key(show_id)), found.get(_seen_key(show_id))
    if version is not None and kept is not None:
        of_version, body, good_until = kept
        if of_version == version and (good_until is None or now < good_until):
            return Seen(body, good_until)
    return _read_anew(show_id, version, read)


def version(show_id: int) -> str | None:
    """Name the state of a show's seats: another one after every change that was told; None while the cache is away."""
    found = _tolerantly(partial(cache.get, _version_key(show_id)))
    return found if found is not None else _tolerantly(partial(_begin, show_id))


def body_of(**facts: Any) -> bytes:
    """Write what is told."""
    return orjson.dumps(facts)


def _read_anew(show_id: int, version: str | None, read: Callable[[], Seen]) -> Seen:
    # The version is known before the database is asked: a commit in between makes what is kept newer than its version,
    # never older, and the announcement that follows makes it void.
    if version is None:
        version = _tolerantly(partial(_begin, show_id))
    fresh = read()
    if version is not None:
        kept = (version, fresh.body, fresh.good_until)
        _tolerantly(partial(cache.set, _seen_key(show_id), kept, timeout=TRUSTED_SECONDS))
    return fresh


def _begin(show_id: int) -> str | None:
    cache.add(_version_key(show_id), _new_version(), timeout=DAY_SECONDS)
    return cache.get(_version_key(show_id))


def _announce(show_id: int) -> None:
    # When the cache is away the seats are claimed all the same, and others see it half a minute late at most.
    _tolerantly(partial(cache.set, _version_key(show_id), _new_version(), timeout=DAY_SECONDS))


def _tolerantly(ask: Callable[[], Answer]) -> Answer | None:
    try:
        return ask()
    except RedisError as error:
        logger.warning("the cache does not answer: %s", type(error).__name__)
        return None


def _new_version() -> str:
    return secrets.token_hex(6)


def _version_key(show_id: int) -> str:
    return f"seats:{show_id}:version"


def _seen_key(show_id: int) -> str:
    return f"seats:{show_id}:seen"
