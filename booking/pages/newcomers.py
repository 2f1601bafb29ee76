"""The seat map for newcomers, who all see the same: written once, and handed out while it holds.

Whoever has a session may hold seats, be logged in or have a message waiting: for them the page is written afresh. A kept
page is good for one version of the show's seats (`booking.live`), until the clock itself changes something, and for a few
seconds at most, which bounds how old a price or a title can be. Only the token of its forms differs from one newcomer to
the next.
"""

import secrets
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.translation import get_language

from booking import live

PAGES_KEPT = 64  # in each process, some 90 kB each
MADE_FROM = {"party", "view"}  # what an address may ask for without being somebody's own
TOKEN = f"token-{secrets.token_hex(16)}"  # stands where each gets their own


@dataclass(frozen=True, slots=True)
class Written:
    """A page, and until when the clock lets it be."""

    html: str
    good_until: datetime


_kept: dict[Hashable, Written] = {}


def page(
    request: HttpRequest, show_id: int, *, write: Callable[[], tuple[str, datetime | None]], now: datetime
) -> HttpResponse | None:
    """Answer a newcomer; None for everybody else. `write` makes the page, and tells when the clock changes it."""
    if not settings.SEAT_PAGE_KEPT or not _is_newcomer(request):
        return None
    version = live.version(show_id)
    if version is None:
        return None
    key = (show_id, version, get_language(), *sorted(request.GET.items()))
    written = _kept.get(key)
    if written is None or now >= written.good_until:
        html, changes_at = write()
        latest = now + settings.SEAT_PAGE_KEPT
        written = Written(html, min(latest, changes_at) if changes_at else latest)
        _keep(key, written)
    return HttpResponse(written.html.replace(TOKEN, get_token(request)))


def _is_newcomer(request: HttpRequest) -> bool:
    asked = request.GET
    return (
        not {settings.SESSION_COOKIE_NAME, "messages"} & set(request.COOKIES)
        and set(asked) <= MADE_FROM
        and all(len(value) <= 4 for value in asked.values())  # nobody fills the memory with addresses
    )


def _keep(key: Hashable, written: Written) -> None:
    if len(_kept) >= PAGES_KEPT:
        _kept.clear()
    _kept[key] = written
