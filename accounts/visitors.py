"""Who is looking at a page (the API has its own: `accounts.authentication`)."""

from django.http import HttpRequest

from accounts.errors import SignInNeeded
from accounts.models import User


def visitor(request: HttpRequest) -> User | None:
    """Name the person who is logged in, if there is one."""
    return request.user if isinstance(request.user, User) else None


def signed_in(request: HttpRequest) -> User:
    """Name the person who is logged in.

    :raises SignInNeeded: when nobody is.
    """
    user = visitor(request)
    if user is None:
        raise SignInNeeded
    return user
