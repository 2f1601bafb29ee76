"""How often something may be tried: counted in the cache that all processes share, before anything costly is done."""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from cinema.core import errors

logger = logging.getLogger(__name__)


class TooManyTries(errors.TooMany):
    code = "too_many_requests"
    message = _("That was tried too often. Please wait a while.")


def count(action: str, *, now: datetime, **who: str) -> None:
    """Count one try of an action by everybody named (`address=…`, `account=…`, in that order).

    Windows are fixed, so a key that carries the number of its window needs no more than an atomic increment. Without
    the cache nobody is held back: a broker that is down must not lock everybody out.

    :raises TooManyTries: when one of them has used up `settings.THROTTLES["<action>_per_<who>"]`.
    """
    for kind, name in who.items():
        tries, seconds = settings.THROTTLES[f"{action}_per_{kind}"]
        made = _tolerantly(_incremented, _key(action, kind, name, seconds, now), seconds)
        if made > tries:
            raise TooManyTries(retry_after=seconds - int(now.timestamp()) % seconds)


def give_back(action: str, *, now: datetime, **who: str) -> None:
    """Forget a try that turned out to be rightful, such as a log-in with the right password."""
    for kind, name in who.items():
        _, seconds = settings.THROTTLES[f"{action}_per_{kind}"]
        _tolerantly(_decremented, _key(action, kind, name, seconds, now), seconds)


def _tolerantly(change: Callable[[str, int], int], key: str, seconds: int) -> int:
    try:
        return change(key, seconds)
    except (RedisError, ValueError) as error:  # away, or emptied between two commands
        logger.warning("tries are not counted: %s", type(error).__name__)
        return 0


def _incremented(key: str, seconds: int) -> int:
    try:
        return cache.incr(key)  # every try but the first of a window: each change over the API pays for this
    except ValueError:
        cache.add(key, 0, timeout=2 * seconds)  # outlives its window, so it cannot lapse before the next line
        return cache.incr(key)


def _decremented(key: str, seconds: int) -> int:
    cache.add(key, 1, timeout=2 * seconds)
    return cache.decr(key)


def _key(action: str, kind: str, name: str, seconds: int, now: datetime) -> str:
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]  # no e-mail stands in the cache
    return f"tries:{action}:{kind}:{digest}:{int(now.timestamp()) // seconds}"
