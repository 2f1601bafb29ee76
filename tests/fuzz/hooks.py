"""What Schemathesis must know of the house: who is signed in, whom a call may harm, and what a wall clock looks like.

Calls that end sessions (log-out, a new password, a deactivated account) run as somebody made for that one call. Nothing
needs a database of its own: the whole run has one, and without a worker a restore is queued and never carried out.
"""

import os
import uuid
from typing import Any
from urllib.parse import urlencode

import django
import schemathesis
from django.db import connection
from django.utils import timezone

django.setup()

from accounts.models import User  # noqa: E402  # the models need django.setup() first
from accounts.services import sessions  # noqa: E402  # the models need django.setup() first
from accounts.states import Role  # noqa: E402  # the models need django.setup() first
from cinema.core import demo  # noqa: E402  # the models need django.setup() first
from cinema.core.api.views import LARGEST_ID  # noqa: E402  # the models need django.setup() first

CALLER = os.environ.get("FUZZ_CALLER", "")  # the e-mail of a demo log-in; empty for nobody
LONGEST_QUERY = 7000
FIRST_ROWS = 40
ENDS_SESSIONS = {
    "POST /users/logout",
    "POST /users/change-password",
    "PUT /users/{user_id}",
    "PATCH /users/{user_id}",
}


def _throw_away() -> User:
    role = User.objects.get(email=CALLER).role if CALLER else Role.USER
    return User.objects.create_user(f"{uuid.uuid4().hex}@example.com", name="Made to be lost", role=role)


class SignedIn:
    """Sends the caller's token, or that of somebody whose session may end."""

    _token = ""

    def get(self, case: Any, context: Any) -> str:
        if context.operation.label in ENDS_SESSIONS:
            return self._open(_throw_away())
        self._token = self._token or self._open(User.objects.get(email=CALLER))
        return self._token

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers["Authorization"] = f"Bearer {data}"

    def _open(self, user: User) -> str:
        try:
            return sessions.open_session(user=user, now=timezone.now()).access
        finally:
            connection.close()


if CALLER:
    schemathesis.auth(refresh_interval=None)(SignedIn)


def _nearby(value: Any) -> Any:
    """Fold a number that no row has to one that demo data has, so that more calls get past 404."""
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    return 1 + value % FIRST_ROWS if FIRST_ROWS < value <= LARGEST_ID else value


@schemathesis.hook
def filter_query(context: Any, query: dict[str, Any] | None) -> bool:
    """Leave out addresses that never reach us: gunicorn answers 414 to a line of more than 8190 bytes."""
    return len(urlencode(query or {}, doseq=True)) < LONGEST_QUERY


@schemathesis.hook
def map_query(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """Ask for ids that there are."""
    return _with_known_ids(query)


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """Send ids that there are."""
    return _with_known_ids(body)


def _with_known_ids(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    found = {name: _nearby(value) if name.endswith("_id") else value for name, value in part.items()}
    for name in ("seats", "seat_ids"):
        if isinstance(part.get(name), list):
            found[name] = [_nearby(value) for value in part[name]]
    return found


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Call for ids that there are."""
    return _with_known_ids(path_parameters)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Spare the people of the demo: whoever would lose their password or account is made for it."""
    given = str((case.path_parameters or {}).get("user_id", ""))
    if case.operation.label not in ENDS_SESSIONS or not (given.isascii() and given.isdigit() and len(given) < 19):
        return
    if User.objects.filter(pk=int(given), email__in=demo.LOG_INS).exists():
        case.path_parameters["user_id"] = _throw_away().pk
    connection.close()


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    """Say what the document cannot: that a wall-clock time has no offset, which RFC 3339 wants of `time`, the contract's
    word for it, and that an amount has two places, which most validators of clients would get wrong.
    """
    _spell_out(raw_schema)


def _spell_out(part: Any) -> None:
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _spell_out(one)
    if isinstance(part, dict) and part.get("format") == "time":
        del part["format"]
        part["pattern"] = r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"
    if isinstance(part, dict) and part.get("format") == "double" and str(part.get("maximum", "")).endswith(".99"):
        part["multipleOf"] = 0.01
