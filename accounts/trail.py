"""The trail of changes: PostgreSQL writes it, by triggers, so that no door and no bulk statement gets past it.

A request of the staff that may write names its actor to the connection (`name_actor`), and the middleware takes the name
back when the request is over. A job that such a request queued carries the name along and writes under it too (`signing`).
What is written under no name was done by the system: a job of the clock or for a customer, a command, SQL by hand.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connection, connections
from django.db.migrations import RunSQL

from accounts.models import User
from accounts.states import Role
from cinema.core.jobs import current_actor_id
from cinema.core.logs import current_request_id

NAME = "accounts_trail"  # of the triggers, followed by what they note
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
BY_STAFF = "coalesce(current_setting('marquee.actor', true), '') <> ''"
# For the whole session: `is_local` would end with the first transaction, and a single statement has one of its own.
_NAME = "SELECT set_config('marquee.actor', %s, false), set_config('marquee.request_id', %s, false)"
# A restore may have brought back a day on which the one who asked for a job was not there yet.
_IF_KNOWN = "SELECT coalesce(max(id)::text, '') FROM accounts_user WHERE id = %s"


def name_actor(user: User) -> None:
    """Let what this request writes from now on be noted under somebody's name; one round trip, for staff only."""
    if not (user.is_staff or user.role == Role.ADMIN):
        return
    current_actor_id.set(str(user.pk))
    _tell(str(user.pk), _request_id())


@contextmanager
def signing(actor_id: str) -> Iterator[None]:
    """Let what a job writes meanwhile be noted under the name of whoever of the staff had it started."""
    current_actor_id.set(actor_id)
    try:
        sign(DEFAULT_DB_ALIAS)
        yield
    finally:
        forget_actor()


def sign(using: str) -> None:
    """Let what is written from now on over one more connection be noted under the name of this work, if it has one."""
    if actor_id := current_actor_id.get():
        _tell(_known(actor_id, using), _request_id(), using)


def forget_actor() -> None:
    """Take the name back; a connection that will not have it is closed, so that nobody writes under it later."""
    if not current_actor_id.get():
        return
    current_actor_id.set("")
    try:
        _tell("", "")
    except (DatabaseError, InterfaceError):
        connection.close()


def _request_id() -> str:
    return current_request_id.get().removeprefix("-")


def _known(actor_id: str, using: str) -> str:
    with connections[using].cursor() as cursor:
        cursor.execute(_IF_KNOWN, [actor_id])
        return str(cursor.fetchone()[0])


def _tell(actor: str, request_id: str, using: str = DEFAULT_DB_ALIAS) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(_NAME, [actor, request_id])


class Columns(NamedTuple):
    """How the columns of a table are noted, if not as they are.

    `never`: no change of the trail's. `quiet`: noted only when somebody of the staff wrote them, for customers and jobs
    do so all day. `masked`: quiet too, and their values stay out of the trail.
    """

    never: Sequence[str] = ()
    quiet: Sequence[str] = ()
    masked: Sequence[str] = ()


class When(NamedTuple):
    """On which condition, in SQL, a row is noted."""

    added: str = BY_STAFF  # else the row says itself that it is there
    changed: str = "true"
    deleted: str = "true"


STAFF_ALONE = When(BY_STAFF, BY_STAFF, BY_STAFF)  # of tables that customers write all day


def watching(
    label: str, *, table: str | None = None, key: str = "id", columns: Columns | None = None, when: When | None = None
) -> RunSQL:
    """Make the operation of a migration that has every change of a table noted.

    `table` and `key` are for rows that are part of another: they are noted as changes of the row that `key` names.
    """
    table = table or label.replace(".", "_")
    columns, when = columns or Columns(), when or When()
    rule = json.dumps(
        {"never": [*columns.never], "quiet": [*columns.quiet, *columns.masked], "masked": [*columns.masked]}
    )
    call = f"EXECUTE FUNCTION accounts_note_change('{label}', '{key}', '{rule}')"
    triggers = [
        ("added", "INSERT", when.added),
        ("changed", "UPDATE", when.changed),
        ("deleted", "DELETE", when.deleted),
    ]
    return RunSQL(
        sql=[
            f"CREATE TRIGGER {NAME}_{deed} AFTER {event} ON {table} FOR EACH ROW WHEN ({condition}) {call}"
            for deed, event, condition in triggers
        ],
        reverse_sql=[f"DROP TRIGGER {NAME}_{deed} ON {table}" for deed, _, _ in triggers],
    )
