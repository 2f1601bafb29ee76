"""Movies from TMDB: looking for them, and taking them over."""

import hashlib
import logging
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from redis.exceptions import RedisError

from accounts.models import User
from catalog.errors import MovieWithoutRuntime, MovieWithoutTitle, TmdbMovieUnknown
from catalog.gateways import tmdb
from catalog.models import Movie
from catalog.posters import FOLDER, LARGEST, kind_of, name_of
from catalog.tmdb_facts import MovieFacts, facts_of, search_results
from cinema.core.errors import DomainError

logger = logging.getLogger(__name__)
REMEMBERED = 600  # seconds that a search is kept: people go back and forth between pages
LARGEST_TMDB_ID = 2**31 - 1


def search(*, text: str, page: int) -> dict[str, Any]:
    """Look for movies at TMDB by title.

    :raises TmdbPageTooFar: when TMDB shows no such page.
    :raises TmdbKeyMissing: when no key is set.
    :raises TmdbFailed: when TMDB answers an error or nonsense.
    :raises TmdbTimedOut: when it does not answer in time.
    """
    key = f"tmdb:search:{page}:{hashlib.sha256(text.lower().encode()).hexdigest()}"
    found = _recalled(key)
    if found is None:
        found = search_results(tmdb.search_movies(text=text, page=page), image_url=settings.TMDB_IMAGE_URL)
        _remember(key, found)
    return found


def import_movie(*, tmdb_id: int, by: User, now: datetime) -> Movie:
    """Take a movie over from TMDB, or bring the one we have up to date.

    What TMDB knows replaces what we had; what is the house's own (formats, interval, waiver, archived or not, the
    address of its page) stays, and so does a running time that TMDB does not know.

    :raises TmdbMovieUnknown: when TMDB has no such movie.
    :raises MovieWithoutTitle: when it has no title there.
    :raises MovieWithoutRuntime: when a new one has no running time there.
    :raises TmdbKeyMissing, TmdbFailed, TmdbTimedOut: as `search`.
    """
    if not 1 <= tmdb_id <= LARGEST_TMDB_ID:
        raise TmdbMovieUnknown
    facts = facts_of(tmdb.movie_details(tmdb_id=tmdb_id))
    if not facts.title:
        raise MovieWithoutTitle
    if facts.duration is None and not Movie.objects.filter(tmdb_id=tmdb_id).exists():
        raise MovieWithoutRuntime
    movie = _stored(tmdb_id, _columns(tmdb_id, facts), now)
    logger.info("user %s imported movie %s from TMDB", by.pk, movie.pk)
    return movie


@transaction.atomic(durable=True)
def _stored(tmdb_id: int, columns: dict[str, Any], now: datetime) -> Movie:
    new = {"created_at": now, **columns}
    movie, _ = Movie.objects.update_or_create(tmdb_id=tmdb_id, defaults=columns, create_defaults=new)
    return movie


def _columns(tmdb_id: int, facts: MovieFacts) -> dict[str, Any]:
    columns = asdict(facts)
    poster, backdrop = columns.pop("poster_path"), columns.pop("backdrop_path")
    columns |= {"poster_url": _picture(tmdb_id, poster), "background_image_url": _picture(tmdb_id, backdrop)}
    if facts.duration is None:
        del columns["duration"]
    return columns


def _picture(tmdb_id: int, path: str) -> str:
    """Keep a picture in our storage and name its address there; one that cannot be had is linked."""
    if not path:
        return ""
    url = f"{settings.TMDB_IMAGE_URL}{path}"
    try:
        declared, content = tmdb.image(url=url, largest=LARGEST)
    except DomainError as failure:
        logger.warning("a picture of TMDB movie %s is linked, not kept: %s", tmdb_id, failure.code)
        return url
    kind = kind_of(declared, content)
    if kind is None:
        logger.warning("a picture of TMDB movie %s is linked, not kept: it is no JPEG, PNG or WebP", tmdb_id)
        return url
    name = name_of(tmdb_id, content, kind)
    if not default_storage.exists(FOLDER + name):
        default_storage.save(FOLDER + name, ContentFile(content))
    return reverse("poster", args=[name])


def _recalled(key: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] | None = cache.get(key)
    except RedisError:
        return None
    return found


def _remember(key: str, found: dict[str, Any]) -> None:
    try:
        cache.set(key, found, timeout=REMEMBERED)
    except RedisError:
        logger.warning("a search of TMDB is not remembered: no cache")
