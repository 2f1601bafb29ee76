"""Replacing a password: by its owner, or with a link that came by mail. Every session of the person ends."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from accounts import keepers, mails
from accounts.errors import ResetTokenInvalid, SamePassword, UnknownUser, WrongPassword
from accounts.models import PasswordReset, User
from accounts.services import guests, sessions
from accounts.services.signing_up import plain_email, require_good_password
from cinema.core import jobs, throttling

SENDING_TAKES = timedelta(minutes=1)


@transaction.atomic(durable=True)
def ask_for_reset(*, email: str, address: str, now: datetime) -> None:
    """Have a link for a new password sent to an address, if somebody has it; it replaces an earlier one.

    Who has the address is looked up when the mail is written, in a worker: here the work is the same for every address.

    :raises Malformed: when no account could have this address.
    :raises TooManyTries: when it was asked too often lately, for this address or by this client.
    """
    email = plain_email(email)
    throttling.count("forgot_password", address=address, account=email, now=now)
    reset = PasswordReset(email=email, asked_at=now, expires_at=now + settings.PASSWORD_RESET_LIFETIME)
    PasswordReset.objects.bulk_create(
        [reset],
        update_conflicts=True,
        unique_fields=["email"],
        update_fields=["token_hash", "asked_at", "expires_at"],
    )
    jobs.enqueue_on_commit(jobs.MAIL_RESET_LINK, reset_id=reset.pk)


def mail_reset(*, reset_id: int, now: datetime) -> bool:
    """Draw the token and mail the link, once per request; answer whether this call did."""
    asked = PasswordReset.objects.filter(pk=reset_id, token_hash="", expires_at__gt=now)
    email = asked.values_list("email", flat=True).first() or ""
    write = _letter_to(email)
    if write is None:
        asked.delete()
        return False
    token = secrets.token_urlsafe(32)
    if not asked.update(token_hash=_digest(token)):
        return False  # another worker took it up
    try:
        write(token=token).send()
    except BaseException:  # whatever happened, the next try may take it up at once
        PasswordReset.objects.filter(token_hash=_digest(token)).update(token_hash="")
        raise
    return True


@transaction.atomic(durable=True)
def reset_password(*, token: str, new: str, address: str, now: datetime) -> User:
    """Give the person who got the token by mail a new password; a token works once.

    Whoever bought as a guest of that address has an account from then on, and everything that was bought is in it: only
    the mail has shown that the address is theirs.

    :raises TooManyTries: when this client tried tokens too often lately.
    :raises ResetTokenInvalid: when it is not one of ours, was used, was replaced by a later one, or its time is over.
    :raises UnknownUser: when the person has been deactivated meanwhile.
    :raises Malformed: when the new password is easily guessed; the token stays good.
    """
    throttling.count("reset_password", address=address, now=now)
    reset = PasswordReset.objects.select_for_update().filter(token_hash=_digest(token), expires_at__gt=now).first()
    if reset is None:
        raise ResetTokenInvalid
    user = _person(reset.email) or _newcomer(reset.email, now)
    if user is None:
        raise UnknownUser
    require_good_password(new, user=user, field="newPassword")
    if user.pk is None:
        user.save(force_insert=True)
    replace_password(user=user, password=new, now=now)  # which ends the link too
    _join_guests(user)
    return user


@transaction.atomic(durable=True)
def change_password(*, user: User, current: str, new: str, now: datetime) -> None:
    """Replace a password by its owner.

    :raises TooManyTries: when the current one was guessed at too often lately.
    :raises WrongPassword: when the current password is not right.
    :raises SamePassword: when nothing would change.
    :raises Malformed: when the new one is easily guessed.
    """
    throttling.count("change_password", account=str(user.pk), now=now)
    if not user.check_password(current):
        raise WrongPassword
    throttling.give_back("change_password", account=str(user.pk), now=now)
    if current == new:
        raise SamePassword
    require_good_password(new, user=user, field="newPassword")
    replace_password(user=user, password=new, now=now)


def replace_password(*, user: User, password: str, now: datetime) -> None:
    """Store a password that was found good and end what the old one opened, within the caller's transaction."""
    user.set_password(password)
    user.save(update_fields=["password"])
    end_what_is_open(user=user, now=now)


def end_what_is_open(*, user: User, now: datetime) -> None:
    """End the sessions and the mailed link of somebody whose password or state has changed.

    Sessions of pages end by themselves: Django keeps a hash of the password in them, and asks for the state each time.
    """
    PasswordReset.objects.filter(email=user.email).delete()
    sessions.end_sessions(user=user, now=now)


def tidy_resets(*, now: datetime) -> int:
    """Forget links whose time is over, and queue again the mails whose message was lost; answers how many of these."""
    PasswordReset.objects.filter(expires_at__lte=now).delete()
    lost = PasswordReset.objects.filter(token_hash="", asked_at__lte=now - SENDING_TAKES).order_by("id")
    ids = list(lost.values_list("pk", flat=True)[:200])
    for reset_id in ids:
        jobs.enqueue_on_commit(jobs.MAIL_RESET_LINK, reset_id=reset_id)
    return len(ids)


def _person(email: str) -> User | None:
    return User.objects.filter(email=email, is_active=True, is_guest=False).first()


def _letter_to(email: str) -> Callable[..., EmailMultiAlternatives] | None:
    user = _person(email)
    if user is not None:
        return partial(mails.password_reset, user)
    return partial(mails.first_password, email) if _newcomer(email) else None


def _newcomer(email: str, now: datetime | None = None) -> User | None:
    """Describe the account that guests of an address could have; None when there are none, or somebody has it."""
    if not guests.named(email) or User.objects.filter(email=email).exists():
        return None
    return User(name=email.partition("@")[0], email=email, **({"created_at": now} if now else {}))


def _join_guests(user: User) -> None:
    giver_ids = guests.named(user.email)
    for keeper in keepers.registered() if giver_ids else ():
        keeper.hand_over(giver_ids=giver_ids, taker=user)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
