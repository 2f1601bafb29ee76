"""Leaving for good: what is only the person's goes, what the law wants kept stays without their name."""

import logging
import secrets
from datetime import datetime
from functools import partial

from django.db import transaction

from accounts import keepers
from accounts.errors import StaffStays, WrongPassword
from accounts.models import MutedNotice, Notification, Session, User
from accounts.services import passwords
from accounts.states import Role
from cinema.core import throttling

logger = logging.getLogger(__name__)

NAME = "Former customer"
DOMAIN = "deleted.invalid"  # RFC 2606: no mail ever goes there


@transaction.atomic(durable=True)
def delete_account(*, user: User, password: str, now: datetime) -> None:
    """Make a person unknown to us, at their own wish; docs/operations.md says what stays and by which law.

    :raises TooManyTries: when the password was guessed at too often lately.
    :raises WrongPassword: when it is not right.
    :raises StaffStays: for an admin or a member of the staff.
    And what the apps above raise while something of the person is under way.
    """
    throttling.count("delete_account", account=str(user.pk), now=now)
    person = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not person.check_password(password):
        raise WrongPassword
    if person.is_staff or person.role == Role.ADMIN:
        raise StaffStays
    for keeper in keepers.registered():
        keeper.require_finished(user=person)
        keeper.let_go(user=person, now=now)
    Notification.objects.filter(user=person).delete()
    MutedNotice.objects.filter(user=person).delete()
    passwords.end_what_is_open(user=person, now=now)
    Session.objects.filter(user=person).delete()
    _forget(person)
    transaction.on_commit(partial(logger.info, "account %s deleted", person.pk), robust=True)


def _forget(person: User) -> None:
    person.name, person.phone, person.is_active, person.last_login = NAME, "", False, None
    person.email = f"{secrets.token_hex(12)}@{DOMAIN}"
    person.set_unusable_password()
    person.save(update_fields=["name", "phone", "is_active", "last_login", "email", "password"])
