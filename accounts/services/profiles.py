"""Changing one's own data."""

from datetime import datetime

from django.contrib.auth.hashers import check_password
from django.db import transaction

from accounts.errors import SamePassword, WrongPassword
from accounts.models import User
from accounts.services import sessions
from accounts.services.signing_up import require_good_password


@transaction.atomic(durable=True)
def change_profile(*, user: User, now: datetime, name: str | None = None, password: str | None = None) -> User:
    """Change a name or a password; a new password ends every session of the person.

    Old clients send `password` here without the current one, so it is taken, held to the rules and hashed.

    :raises Malformed: when the password is easily guessed.
    """
    if name is not None:
        user.name = name
        user.save(update_fields=["name"])
    if password is not None:
        require_good_password(password, user=user)
        _replace_password(user, password, now)
    return user


@transaction.atomic(durable=True)
def change_password(*, user: User, current: str, new: str, now: datetime) -> None:
    """Replace a password by its owner, ending every session of theirs.

    :raises WrongPassword: when the current password is not right.
    :raises SamePassword: when nothing would change.
    :raises Malformed: when the new one is easily guessed.
    """
    if not check_password(current, user.password):
        raise WrongPassword
    if current == new:
        raise SamePassword
    require_good_password(new, user=user, field="newPassword")
    _replace_password(user, new, now)


def _replace_password(user: User, password: str, now: datetime) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions.end_sessions(user=user, now=now)
