"""Who works here and as what, who may log in, and who is logged in: what the back office does to people."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.errors import (
    AboveOwn,
    GuestsDoNotWork,
    LastAdmin,
    OwnDeactivation,
    OwnStanding,
    UnknownGroup,
    UnknownUser,
)
from accounts.models import User
from accounts.services import passwords
from accounts.states import Role

ADMINS = Q(role=Role.ADMIN) | Q(is_superuser=True)


class Parties(NamedTuple):
    """Who is acted on and who acts, locked and read afresh, and whether there is another admin."""

    person: User
    by: User
    has_other_admin: bool


def is_admin(user: User) -> bool:
    """Tell whether somebody may do everything, here or over the API."""
    return user.role == Role.ADMIN or user.is_superuser


def is_within(person: User, *, reach_of: User) -> bool:
    """Tell whether somebody may do nothing that the other may not, so that the other may act on them."""
    if reach_of.is_superuser or person.pk == reach_of.pk:
        return True
    return not is_admin(person) and person.get_all_permissions() <= reach_of.get_all_permissions()


@transaction.atomic(durable=True)
def place(*, person_id: int, groups: Collection[str], admin: bool, by: User, now: datetime) -> User:
    """Make somebody an admin, a member of groups of the staff or, with neither, a customer; their sessions end.

    :raises OwnStanding: when it is oneself.
    :raises AboveOwn: when they may do, or would get to do, what `by` may not.
    :raises GuestsDoNotWork: for a guest.
    :raises LastAdmin: when nobody would be left who can undo it.
    :raises UnknownGroup: when there is no such group.
    :raises UnknownUser: when there is no such person.
    """
    parties = _lock_parties(person_id, by)
    person = parties.person
    if person.pk == by.pk:
        raise OwnStanding
    if person.is_guest:
        raise GuestsDoNotWork
    _require_within(parties)
    chosen = _groups(groups)
    _require_own(chosen, admin=admin, by=parties.by)
    if not admin:
        _require_another_admin(parties)
    person.role = Role.ADMIN if admin else Role.USER
    person.is_superuser, person.is_staff = admin, admin or bool(groups)
    _save_and_end(person, now, "role", "is_superuser", "is_staff")
    person.groups.set(chosen)
    if not person.is_staff:
        person.user_permissions.clear()
    return person


@transaction.atomic(durable=True)
def deactivate(*, person_id: int, by: User, now: datetime) -> User:
    """Close an account: nobody logs in with it, and every session of it ends at once.

    :raises OwnDeactivation: when it is one's own.
    :raises AboveOwn: when its owner may do what `by` may not.
    :raises LastAdmin: when nobody would be left who can undo it.
    :raises UnknownUser: when there is no such person.
    """
    return close(person_id=person_id, by=by, now=now)


def close(*, person_id: int, by: User, now: datetime) -> User:
    """Close an account within the caller's transaction, as `deactivate` does."""
    parties = _lock_parties(person_id, by)
    if parties.person.pk == by.pk:
        raise OwnDeactivation
    _require_within(parties)
    _require_another_admin(parties)
    parties.person.is_active = False
    _save_and_end(parties.person, now, "is_active")
    return parties.person


@transaction.atomic(durable=True)
def reactivate(*, person_id: int, by: User) -> User:
    """Open an account again; its owner logs in anew.

    :raises AboveOwn: when its owner may do what `by` may not.
    :raises UnknownUser: when there is no such person.
    """
    return reopen(person_id=person_id, by=by)


def reopen(*, person_id: int, by: User) -> User:
    """Open an account again within the caller's transaction, as `reactivate` does."""
    parties = _lock_parties(person_id, by)
    _require_within(parties)
    parties.person.is_active = True
    parties.person.save(update_fields=["is_active"])
    return parties.person


@transaction.atomic(durable=True)
def end_sessions(*, person_id: int, by: User, now: datetime) -> User:
    """End every session of somebody: of the API, of the pages and of the back office.

    :raises AboveOwn: when they may do what `by` may not.
    :raises UnknownUser: when there is no such person.
    """
    parties = _lock_parties(person_id, by)
    _require_within(parties)
    _save_and_end(parties.person, now)
    return parties.person


def _lock_parties(person_id: int, by: User) -> Parties:
    """Lock both and every admin by id, so that two admins who lower each other come one after the other."""
    rows = User.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = {user.pk: user for user in rows.filter(ADMINS | Q(pk__in=[person_id, by.pk]))}
    if person_id not in found or by.pk not in found:
        raise UnknownUser
    if not found[by.pk].is_active:
        raise AboveOwn
    others = [user for user in found.values() if user.is_superuser and user.is_active and user.pk != person_id]
    return Parties(found[person_id], found[by.pk], has_other_admin=bool(others))


def _require_within(parties: Parties) -> None:
    by = parties.by
    if not (by.role == Role.ADMIN or is_within(parties.person, reach_of=by)):
        raise AboveOwn


def _require_another_admin(parties: Parties) -> None:
    if is_admin(parties.person) and not parties.has_other_admin:
        raise LastAdmin


def _groups(names: Collection[str]) -> QuerySet[Group]:
    chosen = Group.objects.filter(name__in=names)
    if len(chosen) != len(set(names)):
        raise UnknownGroup
    return chosen


def _require_own(chosen: QuerySet[Group], *, admin: bool, by: User) -> None:
    if by.is_superuser:
        return
    wanted = Permission.objects.filter(group__in=chosen).values_list("content_type__app_label", "codename")
    if admin or not {f"{app}.{codename}" for app, codename in wanted} <= by.get_all_permissions():
        raise AboveOwn


def _save_and_end(person: User, now: datetime, *changed: str) -> None:
    """Write a person, who is locked, and end every session: one line in the trail says both."""
    person.sessions_epoch += 1
    person.save(update_fields=[*changed, "sessions_epoch"])
    passwords.end_what_is_open(user=person, now=now)
