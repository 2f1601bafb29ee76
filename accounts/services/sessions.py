"""Logging in and out, and keeping a session alive: every token of a session dies with it."""

import logging
import uuid
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session as BrowserSession
from django.db import transaction
from django.db.models import F, Q

from accounts.errors import TokenInvalid, WrongCredentials
from accounts.models import Session, User
from accounts.tokens import TokenPair, pair_of, read_access, read_refresh
from cinema.core import throttling
from cinema.core.errors import DomainError

logger = logging.getLogger(__name__)
TWO_TABS = timedelta(seconds=10)
KEPT = timedelta(days=30)  # after its end: for whoever asks who was logged in


def recognise(*, email: str, password: str, address: str, now: datetime) -> User:
    """Name the person whose credentials these are; a right password gives back its try.

    :raises TooManyTries: when the account or the client's address was tried too often lately.
    :raises WrongCredentials: for an unknown e-mail, a wrong password or a deactivated user, after the same work.
    """
    email = email.strip().lower()
    throttling.count("log_in", address=address, account=email, now=now)
    user = User.objects.filter(email=email, is_guest=False).first()
    if user is None:
        make_password(password)  # as slow as a check, so that time does not tell who is registered
        logger.warning("log-in refused: nobody of that e-mail")
        raise WrongCredentials
    if not user.check_password(password) or not user.is_active:
        logger.warning("log-in refused: user %s", user.pk)
        raise WrongCredentials
    throttling.give_back("log_in", address=address, account=email, now=now)
    logger.info("user %s logged in", user.pk)
    return user


def log_in(*, email: str, password: str, address: str, now: datetime, device: str = "") -> tuple[User, TokenPair]:
    """Check the credentials and open a session of the API.

    :raises TooManyTries: when the account or the client's address was tried too often lately.
    :raises WrongCredentials: when they do not hold.
    """
    user = recognise(email=email, password=password, address=address, now=now)
    return user, open_session(user=user, now=now, device=device)


def open_session(*, user: User, now: datetime, device: str = "") -> TokenPair:
    """Start a session for somebody whose identity has been checked."""
    session = Session.objects.create(
        user=user, device=device, current_jti=uuid.uuid4().hex, created_at=now, expires_at=now + _lifetime()
    )
    return pair_of(session, issued_at=now)


def open_browser(*, user: User, device: str, now: datetime) -> Session:
    """Write down that somebody logged in to the pages, so that they can see it and end it."""
    lifetime = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return Session.objects.create(
        user=user,
        device=device,
        is_browser=True,
        current_jti=uuid.uuid4().hex,
        created_at=now,
        expires_at=now + lifetime,
    )


def end_browser(*, sid: uuid.UUID, now: datetime) -> None:
    """Write down that a browser was logged out."""
    Session.objects.filter(pk=sid, revoked_at=None).update(revoked_at=now)


@transaction.atomic(durable=True)
def end_others(*, user: User, keep: uuid.UUID | None, now: datetime) -> int:
    """End every session of a person but one; answers how many they knew of.

    Browsers are shut out by the epoch that their sessions were signed with, those of the back office too: whoever calls
    this from a browser signs its session anew.
    """
    User.objects.filter(pk=user.pk).update(sessions_epoch=F("sessions_epoch") + 1)
    user.refresh_from_db(fields=["sessions_epoch"])
    return end_sessions(user=user, now=now, except_for=keep)


@transaction.atomic(durable=True)
def _rotate(*, refresh: str, now: datetime) -> TokenPair | None:
    claims = read_refresh(refresh)
    session = Session.objects.select_for_update(of=("self",)).select_related("user").filter(pk=claims.sid).first()
    if session is None or session.revoked_at or not session.user.is_active or session.user_id != claims.user_id:
        raise TokenInvalid
    ends_at = session.created_at + settings.SESSION_LONGEST
    if now >= ends_at:
        raise TokenInvalid
    if claims.jti == session.current_jti:
        session.previous_jti, session.current_jti = session.current_jti, uuid.uuid4().hex
        session.rotated_at, session.expires_at = now, min(now + _lifetime(), ends_at)
        session.save(update_fields=["previous_jti", "current_jti", "rotated_at", "expires_at"])
        return pair_of(session, issued_at=now)
    if claims.jti == session.previous_jti and session.rotated_at and now - session.rotated_at <= TWO_TABS:
        return pair_of(session, issued_at=session.rotated_at)
    session.revoked_at = now
    session.save(update_fields=["revoked_at"])
    logger.warning("a refresh token of user %s was used twice: session ended", session.user_id)
    return None


def rotate(*, refresh: str, now: datetime) -> TokenPair:
    """Exchange a refresh token for the next pair; a reused one ends the session, except within ten seconds (two tabs).

    :raises TokenInvalid: when the token is ill-signed, expired, revoked or reused.
    """
    pair = _rotate(refresh=refresh, now=now)
    if pair is None:
        raise TokenInvalid  # after the commit: the revocation must last
    return pair


def log_out(*, access: str, refresh: str, now: datetime) -> None:
    """End the session of whichever token is valid; without one there is nothing to end."""
    sids = set()
    for read, text in ((read_access, access), (read_refresh, refresh)):
        try:
            sids.add(read(text).sid)
        except DomainError:
            continue
    Session.objects.filter(pk__in=sids, revoked_at=None).update(revoked_at=now)


def end_sessions(*, user: User, now: datetime, except_for: uuid.UUID | None = None) -> int:
    """End a person's sessions, save perhaps the one that asks."""
    others = Q(pk=except_for) if except_for else Q(pk=None)
    return Session.objects.filter(user=user, revoked_at=None).exclude(others).update(revoked_at=now)


def forget_old(*, now: datetime) -> int:
    """Delete sessions, of browsers too, a month after they ended; answers how many of ours."""
    BrowserSession.objects.filter(expire_date__lt=now).delete()
    ended = Q(expires_at__lte=now - KEPT) | Q(revoked_at__lte=now - KEPT)
    return Session.objects.filter(ended).delete()[0]


def _lifetime() -> timedelta:
    return cast("timedelta", settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"])
