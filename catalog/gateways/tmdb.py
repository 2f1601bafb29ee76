"""TMDB over HTTP: its answers as it gives them, its failures as refusals a caller understands.

https://developer.themoviedb.org/docs: search-and-query-for-details, append-to-response, errors, rate-limiting.
"""

import logging
import time
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import orjson
import requests
from django.conf import settings

from catalog.errors import TmdbFailed, TmdbKeyMissing, TmdbMovieUnknown, TmdbPageTooFar, TmdbTimedOut

logger = logging.getLogger(__name__)
LAST_PAGE = 500  # TMDB's own bound
BACK_OFF = (0.3, 0.9)  # seconds before the second and the third try
LONGEST_WAIT = 3.0  # seconds that a request of ours may sleep because TMDB asks for it
LARGEST_ANSWER = 2 * 1024 * 1024
CHUNK = 8 * 1024
pause = time.sleep
Json = dict[str, Any]


class _TryAgain(Exception):
    """A failure that may pass; after so many seconds, if TMDB says."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        self.reason, self.wait = reason, wait
        super().__init__(reason)


def search_movies(*, text: str, page: int) -> Json:
    """Ask for one page of movies whose titles are like a text.

    :raises TmdbPageTooFar: when TMDB shows no such page.
    :raises TmdbKeyMissing: when no key is set.
    :raises TmdbFailed: when TMDB answers an error or nonsense.
    :raises TmdbTimedOut: when it does not answer in time.
    """
    if page > LAST_PAGE:
        raise TmdbPageTooFar
    return _asked("/search/movie", {"query": text, "page": str(page), "include_adult": "false"})


def movie_details(*, tmdb_id: int) -> Json:
    """Ask for one movie with its people and its releases.

    :raises TmdbMovieUnknown: when TMDB has no such movie.
    :raises TmdbKeyMissing, TmdbFailed, TmdbTimedOut: as `search_movies`.
    """
    return _asked(f"/movie/{tmdb_id}", {"append_to_response": "credits,release_dates"})


def image(*, url: str, largest: int) -> tuple[str, bytes]:
    """Fetch a picture: its declared type and its bytes, no more of them than allowed.

    :raises TmdbFailed: when there is none, or it is larger.
    :raises TmdbTimedOut: when it does not come in time.
    """
    with requests.Session() as session:
        try:
            return _fetched(session, url, {}, largest)
        except _TryAgain:
            raise TmdbFailed from None


def _asked(path: str, query: Mapping[str, str]) -> Json:
    url = settings.TMDB_BASE_URL.rstrip("/") + path
    with requests.Session() as session:
        key = _signed(session)
        for wait in (*BACK_OFF, None):
            try:
                return _read(_fetched(session, url, {**query, **key}, LARGEST_ANSWER)[1])
            except _TryAgain as failure:
                logger.warning("TMDB %s: %s", path, failure.reason)
                _wait(failure.wait, wait)
    raise TmdbFailed


def _signed(session: requests.Session) -> dict[str, str]:
    if settings.TMDB_BEARER:
        session.headers["Authorization"] = f"Bearer {settings.TMDB_BEARER}"
        return {}
    if settings.TMDB_API_KEY:
        return {"api_key": settings.TMDB_API_KEY}
    raise TmdbKeyMissing(retry_after=3600)


def _wait(asked: float | None, planned: float | None) -> None:
    if planned is None or (asked is not None and asked > LONGEST_WAIT):
        raise TmdbFailed
    pause(planned if asked is None else max(asked, planned))


def _fetched(session: requests.Session, url: str, query: Mapping[str, str], largest: int) -> tuple[str, bytes]:
    # `from None` throughout: the message of a failure of requests repeats the address, and with it the key.
    deadline = time.monotonic() + settings.TMDB_TIMEOUT
    try:
        answer = session.get(url, params=query, timeout=settings.TMDB_TIMEOUT, stream=True, allow_redirects=False)
        with closing(answer):
            _require_success(answer)
            return answer.headers.get("Content-Type", ""), _body(answer, largest, deadline)
    except requests.Timeout:
        raise TmdbTimedOut from None
    except requests.ConnectionError:
        raise _TryAgain("no connection") from None
    except requests.RequestException:
        raise TmdbFailed from None


def _require_success(answer: requests.Response) -> None:
    status = answer.status_code
    if status == 429 or status >= 500:
        raise _TryAgain(f"status {status}", _seconds(answer.headers.get("Retry-After", "")))
    if status == 404:
        raise TmdbMovieUnknown
    if status in (401, 403):
        raise TmdbFailed("TMDB does not accept our key. Please ask whoever runs this site.")
    if status != 200:
        raise TmdbFailed


def _body(answer: requests.Response, largest: int, deadline: float) -> bytes:
    content = bytearray()
    try:
        for chunk in answer.iter_content(CHUNK):
            content += chunk
            if len(content) > largest:
                raise TmdbFailed
            if time.monotonic() > deadline:  # each chunk came in time, all of them together do not
                raise TmdbTimedOut
    except requests.ConnectionError:  # what requests makes of a time-out in the middle of a body
        raise TmdbTimedOut from None
    return bytes(content)


def _read(content: bytes) -> Json:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise TmdbFailed from None
    if not isinstance(found, dict):
        raise TmdbFailed
    return found


def _seconds(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
