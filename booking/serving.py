"""Whom a page of a purchase serves: who is looking, or the walk-in whom a clerk serves at the counter.

A clerk is logged in as themselves; the browser's session says whom they serve. Every page asks anew whether they may.
"""

from datetime import datetime

from django.http import HttpRequest

from accounts import queries, visitors
from accounts.errors import SignInNeeded
from accounts.models import User
from booking.services import counter

KEY = "walk_in"


def clerk(request: HttpRequest) -> User | None:
    """Name the clerk who serves somebody at the counter in this browser; None for everybody else."""
    if KEY not in request.session or not isinstance(request.user, User):
        return None
    return request.user if request.user.has_perm(counter.MAY_SELL) else None


def visitor(request: HttpRequest) -> User | None:
    """Name the person: the walk-in at the counter, else who is logged in, else the guest that this browser is."""
    return _walk_in(request) or visitors.visitor(request)


def signed_in(request: HttpRequest) -> User:
    """Name the person, a guest and a walk-in too.

    :raises SignInNeeded: when it is nobody.
    """
    user = visitor(request)
    if user is None:
        raise SignInNeeded
    return user


def arriving(request: HttpRequest, *, now: datetime) -> User:
    """Name the person, making a guest of somebody new.

    :raises TooManyTries: when too many guests came from this client's address lately.
    """
    return _walk_in(request) or visitors.arriving(request, now=now)


def remember(request: HttpRequest, user: User) -> None:
    """Go on with another guest: at the counter as the walk-in, elsewhere as who this browser is."""
    if clerk(request):
        begin(request, user)
    else:
        visitors.remember_guest(request, user)


def begin(request: HttpRequest, walk_in: User) -> None:
    """Serve a walk-in from now on."""
    request.session[KEY] = {"user_id": walk_in.pk, "link_key": walk_in.guest.link_key}


def end(request: HttpRequest) -> User | None:
    """Serve nobody any more; answers who was served."""
    walk_in = _walk_in(request)
    request.session.pop(KEY, None)
    return walk_in


def _walk_in(request: HttpRequest) -> User | None:
    if clerk(request) is None:
        return None
    kept = request.session[KEY]
    return queries.guest(user_id=kept["user_id"], link_key=kept["link_key"])
