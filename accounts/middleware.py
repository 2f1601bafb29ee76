"""Under whose name a request writes (`accounts.trail`)."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts import trail
from accounts.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]


def name_actor(get_response: GetResponse) -> GetResponse:
    """Have what the staff write in the back office and on pages noted under their name, and forget it afterwards.

    Callers of the API are known only later, to `TokenAuthentication`, which names them; they are forgotten here too.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            if request.method in trail.WRITING and settings.SESSION_COOKIE_NAME in request.COOKIES:
                _name(request)
            return get_response(request)
        finally:
            trail.forget_actor()

    return middleware


def _name(request: HttpRequest) -> None:
    if isinstance(request.user, User):
        trail.name_actor(request.user)
