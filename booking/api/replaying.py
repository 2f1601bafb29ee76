"""`Idempotency-Key`: an order that is sent again gets the first answer, not a second booking."""

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import signed_in
from booking.services import replays
from cinema.core.api.errors import refusal, status_of
from cinema.core.api.json import JSONRenderer
from cinema.core.errors import DomainError, Malformed

LONGEST_KEY = 100


def answer_once(request: Request, act: Callable[[], Response]) -> Response:
    """Run a call once per Idempotency-Key of the caller; without the header, simply run it.

    An answer of ours from 200 to 499 is kept and replayed; a failure on our side is forgotten, so that it may be tried again.

    :raises Malformed: when the key is empty, longer than 100 characters or not printable ASCII, or the body is nested so
        deeply that it cannot be told from others.
    :raises KeyReused, KeyInProgress: as `replays.begin`.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return act()
    if not 0 < len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Malformed((("header", "Idempotency-Key"), "Must be 1 to 100 printable characters.", "string_pattern"))
    user = signed_in(request)
    earlier = replays.begin(user=user, key=key, fingerprint=_fingerprint(request.data), now=timezone.now())
    if earlier is not None:
        return Response(earlier.body, status=earlier.status, headers={"Idempotent-Replayed": "true"})
    response: Response | None = None
    try:
        response = _answer(act)
    finally:
        if response is None or response.status_code >= 500:
            replays.forget(user=user, key=key)
        else:
            replays.finish(user=user, key=key, status=response.status_code, body=_plain(response.data))
    return response


def _fingerprint(data: Any) -> str:
    try:
        written = orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # it writes 254 levels and reads 1,024
        raise Malformed((("body",), "Nested too deeply.", "json_invalid")) from None
    return hashlib.sha256(written).hexdigest()


def _answer(act: Callable[[], Response]) -> Response:
    try:
        return act()
    except DomainError as error:
        if status_of(error) == 422:
            raise
        return refusal(error)


def _plain(data: Any) -> Any:
    return orjson.loads(JSONRenderer().render(data))
