"""Who is asking: one signature check, one query."""

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts import trail
from accounts.errors import ActingForAnother, SignInNeeded, TokenInvalid, UnknownUser
from accounts.models import Session, User
from accounts.queries import live_session
from accounts.states import Role
from accounts.tokens import read_access
from cinema.core.logs import current_user_id


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>` of a live session whose user is active; role and state are read fresh."""

    def authenticate(self, request: Request) -> tuple[User, Session] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer":
            raise TokenInvalid
        claims = read_access(token.strip())
        found = live_session(sid=claims.sid, user_id=claims.user_id, now=timezone.now())
        if found is None:
            raise TokenInvalid
        current_user_id.set(str(found[0].pk))
        if request.method in trail.WRITING:
            trail.name_actor(found[0])
        return found

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def token_holder(request: HttpRequest) -> User | None:
    """Name whose access token came with the request of a page; None when none came.

    :raises TokenInvalid: when it does not hold.
    """
    found = TokenAuthentication().authenticate(Request(request))
    return found[0] if found else None


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library is untyped
    target_class = TokenAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def signed_in(request: Request) -> User:
    """Name the person behind a request that permissions let through.

    :raises SignInNeeded: when there is none after all.
    """
    if not isinstance(request.user, User):
        raise SignInNeeded
    return request.user


def acting_as(request: Request, user_id: int | None) -> User:
    """Resolve a `user_id` a client sent: absent means oneself, and only an admin may name another.

    :raises ActingForAnother: otherwise.
    :raises UnknownUser: when an admin names nobody.
    """
    me = signed_in(request)
    if user_id is None or user_id == me.pk:
        return me
    if me.role != Role.ADMIN:
        raise ActingForAnother
    other = User.objects.filter(pk=user_id, is_active=True).first()
    if other is None:
        raise UnknownUser
    return other


def require_self_or_admin(request: Request, user_id: str | None) -> None:
    """Let only an admin ask for what belongs to another person.

    :raises ActingForAnother: otherwise.
    """
    me = signed_in(request)
    if user_id is not None and user_id != str(me.pk) and me.role != Role.ADMIN:
        raise ActingForAnother
