"""Changing somebody's data."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.errors import PhoneTaken
from accounts.models import User
from accounts.services import passwords, standing
from accounts.services.signing_up import plain_phone, require_good_password
from accounts.states import Role


@transaction.atomic(durable=True)
def change_profile(
    *,
    user: User,
    by: User,
    now: datetime,
    name: str | None = None,
    password: str | None = None,
    is_active: bool | None = None,
    phone: str | None = None,
) -> User:
    """Change a name, a phone or a password, or let an admin close or reopen an account; unsaid means unchanged.

    Old clients send `password` here without the current one, so it is taken, held to the rules and hashed. A new
    password and a closed account end every session of the person. From anybody but an admin `is_active` is ignored:
    clients send back what they were shown.

    :raises Malformed: when the password is easily guessed.
    :raises OwnDeactivation: when an admin would lock themselves out.
    :raises LastAdmin: when nobody would be left who can undo it.
    :raises PhoneTaken: when somebody else has that phone.
    """
    if is_active is not None and by.role == Role.ADMIN:
        _open_or_close(user, by, now, is_active=is_active)  # first: it locks several people, by id
    if phone is not None:
        _change_phone(user, plain_phone(phone))
    if name is not None:
        user.name = name
        user.save(update_fields=["name"])
    if password is not None:
        require_good_password(password, user=user)
        passwords.replace_password(user=user, password=password, now=now)
    return user


def _change_phone(user: User, phone: str) -> None:
    if phone and User.objects.filter(phone=phone).exclude(pk=user.pk).exists():
        raise PhoneTaken
    user.phone = phone
    try:
        with transaction.atomic():
            user.save(update_fields=["phone"])
    except IntegrityError:
        raise PhoneTaken from None


def _open_or_close(user: User, by: User, now: datetime, *, is_active: bool) -> None:
    if is_active:
        standing.reopen(person_id=user.pk, by=by)
    else:
        standing.close(person_id=user.pk, by=by, now=now)
    user.refresh_from_db(fields=["is_active", "sessions_epoch"])
