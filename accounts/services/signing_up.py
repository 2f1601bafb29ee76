"""Becoming a customer."""

import re
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.errors import EmailTaken, PhoneTaken, RegisteredMeanwhile
from accounts.models import User
from cinema.core import throttling
from cinema.core.errors import Malformed

_PHONE = re.compile(r"\+?[0-9]{5,14}")
_PHONE_FILLING = re.compile(r"[\s().\-/]")
_LONGEST_PHONE = 15


def sign_up(*, name: str, email: str, phone: str, password: str, address: str, now: datetime) -> User:
    """Register a customer; the role is never a matter of input. An empty phone means none.

    :raises TooManyTries: when the e-mail or the client's address was tried too often lately.
    :raises Malformed: for an e-mail or a phone that cannot be one, or a password that is easily guessed.
    :raises EmailTaken: when the e-mail is registered.
    :raises PhoneTaken: when the phone is registered.
    :raises RegisteredMeanwhile: when somebody else registered one of them at the same moment.
    """
    user = User(name=name.strip(), email=plain_email(email), phone=plain_phone(phone), created_at=now)
    throttling.count("sign_up", address=address, account=user.email, now=now)
    require_good_password(password, user=user)
    _require_free(user)
    user.set_password(password)
    try:
        _save(user)
    except IntegrityError:
        raise RegisteredMeanwhile from None
    return user


def require_good_password(password: str, *, user: User, field: str = "password") -> None:
    """Check a new password against the rules of the house (settings.AUTH_PASSWORD_VALIDATORS).

    :raises Malformed: with every rule it breaks.
    """
    try:
        validate_password(password, user=user)
    except ValidationError as refused:
        raise Malformed(
            *((("body", field), " ".join(error.messages), error.code or "invalid") for error in refused.error_list)
        ) from None


def plain_email(email: str) -> str:
    """Write an e-mail address the way accounts keep it.

    :raises Malformed: when it is not one that an account could have.
    """
    if not email.isascii():  # their lower case is not PostgreSQL's, and mail servers take the ASCII form
        raise Malformed((("body", "email"), "Write an international domain in its ASCII form (xn--…).", "invalid"))
    return email.strip().lower()


@transaction.atomic(durable=True)
def _save(user: User) -> None:
    user.save(force_insert=True)


def _require_free(user: User) -> None:
    if User.objects.filter(email=user.email).exists():
        raise EmailTaken
    if user.phone and User.objects.filter(phone=user.phone).exists():
        raise PhoneTaken


def plain_phone(phone: str) -> str:
    """Write a phone number the way accounts keep it; nothing stays nothing.

    :raises Malformed: when it cannot be one.
    """
    plain = _PHONE_FILLING.sub("", phone)
    if plain and (len(plain) > _LONGEST_PHONE or not _PHONE.fullmatch(plain)):
        raise Malformed((("body", "phone"), "Write digits, with a + in front if you like, 15 at most.", "invalid"))
    return plain
