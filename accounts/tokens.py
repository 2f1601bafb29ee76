"""Signed tokens of one session: the access token for an hour, the refresh token for seven days."""

from datetime import datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID

from django.conf import settings
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import Token

from accounts.errors import TokenInvalid
from accounts.keyring import Access, Refresh
from accounts.models import Session

ACCESS_SECONDS = int(cast("timedelta", settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"]).total_seconds())
REFRESH_SECONDS = int(cast("timedelta", settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"]).total_seconds())


class TokenPair(NamedTuple):
    access: str
    refresh: str


class Claims(NamedTuple):
    sid: UUID
    user_id: int
    jti: str


def pair_of(session: Session, *, issued_at: datetime) -> TokenPair:
    """Sign the session's current pair; the same session and instant give the same refresh token."""
    refresh = Refresh()
    refresh["sid"] = str(session.pk)
    refresh["user_id"] = session.user_id
    refresh["jti"] = session.current_jti
    refresh.set_iat(at_time=issued_at)
    refresh.set_exp(from_time=issued_at)
    access = refresh.access_token
    access.set_iat(at_time=issued_at)
    access.set_exp(from_time=issued_at)
    return TokenPair(str(access), str(refresh))


def read_access(text: str) -> Claims:
    """Check signature, type and expiry of an access token.

    :raises TokenInvalid: when one of them does not hold.
    """
    return _read(Access, text)


def read_refresh(text: str) -> Claims:
    """Check signature, type and expiry of a refresh token.

    :raises TokenInvalid: when one of them does not hold.
    """
    return _read(Refresh, text)


def is_refresh(text: str) -> bool:
    """Tell a refresh token that holds from anything else."""
    try:
        read_refresh(text)
    except TokenInvalid:
        return False
    return True


def _read(kind: type[Token], text: str) -> Claims:
    try:
        token = kind(text)  # type: ignore[arg-type]  # the stubs want their own Token type, the library takes text
        return Claims(UUID(token["sid"]), int(token["user_id"]), str(token["jti"]))
    except (TokenError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise TokenInvalid from error
