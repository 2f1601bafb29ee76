"""Who is looking at a page (the API has its own: `accounts.authentication`).

A guest is not logged in: their browser's session says which guest they are. Whoever logs in is a guest no longer.
"""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from accounts import queries
from accounts.devices import device_name
from accounts.errors import SignInNeeded
from accounts.models import User
from accounts.services import guests, sessions
from cinema.core.addresses import client_address

GUEST_KEY = "guest"
SID_KEY = "sid"


def visitor(request: HttpRequest) -> User | None:
    """Name the person: who is logged in, else the guest that this browser is, if there is one."""
    return request.user if isinstance(request.user, User) else guest_of(request)


def signed_in(request: HttpRequest) -> User:
    """Name the person, a guest too.

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
    user = visitor(request)
    if user is None:
        user = guests.welcome(address=client_address(request), now=now)
        remember_guest(request, user)
    return user


def account_holder(request: HttpRequest) -> User:
    """Name the person who is logged in; a guest has no account.

    :raises SignInNeeded: when nobody is.
    """
    if not isinstance(request.user, User):
        raise SignInNeeded
    return request.user


def guest_of(request: HttpRequest) -> User | None:
    """Name the guest that this browser is; one query, and none for those who never were."""
    kept = request.session.get(GUEST_KEY)
    return queries.guest(user_id=kept["user_id"], link_key=kept["link_key"]) if kept else None


def remember_guest(request: HttpRequest, user: User) -> None:
    """Let this browser be a guest from now on, under a new session key: the old one may be known to others."""
    request.session.cycle_key()
    request.session[GUEST_KEY] = {"user_id": user.pk, "link_key": user.guest.link_key}


def forget_guest(request: HttpRequest) -> None:
    """Let this browser be nobody's."""
    request.session.pop(GUEST_KEY, None)


def remember_log_in(request: HttpRequest, user: User, *, now: datetime) -> None:
    """Write this browser's log-in down among the sessions of the person."""
    device = device_name(request.headers.get("User-Agent", ""))
    request.session[SID_KEY] = str(sessions.open_browser(user=user, device=device, now=now).pk)


def browser_session(request: HttpRequest) -> UUID | None:
    """Name the session that this browser's log-in was written down as; those of the back office are not."""
    kept = request.session.get(SID_KEY)
    return UUID(kept) if kept else None
