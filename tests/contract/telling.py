"""How a scenario says what to call: one function per operation builds a world and tells its calls.

`@tells(n)` registers it. It answers a `Story`: the call that succeeds and the calls that are refused. What follows from
the table alone need not be told: without a token (401), as a customer where only an admin may (403), with an id that
nothing has (404), with something ill-formed (422).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from accounts.models import User
from scheduling.models import Show
from tests.catalog.tmdb_server import TmdbServer
from tests.conftest import Api
from tests.contract.reading import Operation

UNKNOWN = {"integer": "999999999", "uuid": "00000000-0000-4000-8000-000000000000", "hex24": "f" * 24}
ILL_FORMED = "not-an-id"


@dataclass(frozen=True)
class World:
    """Who takes part, the clock, a show on sale and TMDB (made when somebody looks at them)."""

    now: datetime
    customer: User
    stranger: User
    admin: User
    find_show: Callable[[], Show]
    find_tmdb: Callable[[], TmdbServer]

    @property
    def show(self) -> Show:
        return self.find_show()

    @property
    def tmdb(self) -> TmdbServer:
        return self.find_tmdb()


@dataclass(frozen=True)
class Call:
    """One request: who, with which ids, query and body; `first` changes the world before it."""

    by: User | None = None
    ids: tuple[object, ...] = ()
    query: Mapping[str, object] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    first: Callable[[], object] | None = None

    def but(self, **changes: Any) -> "Call":
        return replace(self, **changes)


@dataclass(frozen=True)
class Story:
    success: Call
    refused: Mapping[int, Call] = field(default_factory=dict)


Teller = Callable[[World], Story]
TELLERS: dict[int, Teller] = {}


def tells(*numbers: int) -> Callable[[Teller], Teller]:
    """Register what tells one operation, or several that are called alike."""

    def register(teller: Teller) -> Teller:
        TELLERS.update(dict.fromkeys(numbers, teller))
        return teller

    return register


def call_for(operation: Operation, status: int, story: Story, world: World) -> Call:
    """Find the call that should be answered with a status: the one told, else the one that follows from the table.

    :raises LookupError: when it is not told and does not follow.
    """
    if status == operation.success:
        return story.success
    if status in story.refused:
        return story.refused[status]
    call = story.success
    if status == 401:
        return call.but(by=None)
    if status == 403 and operation.access == "admin":
        return call.but(by=world.customer)
    if status == 404 and call.ids:
        return call.but(ids=(*call.ids[:-1], UNKNOWN[kind_of(call.ids[-1])]))
    if status == 422:
        return _ill_formed(operation, call)
    raise LookupError(f"{operation} has no scenario for {status}: {operation.errors[status]}")


def _ill_formed(operation: Operation, call: Call) -> Call:
    if call.ids:
        return call.but(ids=(*call.ids[:-1], ILL_FORMED))
    if operation.body:
        return call.but(body="neither an object nor an array" if not operation.sends_file else {})
    return call.but(query={**call.query, "limit": 0} if "limit" in operation.query else {})


def kind_of(found: object) -> str:
    """Tell the kind of id by one that exists."""
    text = str(found)
    if text.isdigit() and len(text) < 24:
        return "integer"
    return "uuid" if "-" in text else "hex24"


def send(operation: Operation, call: Call, *, anonymous: Api) -> Any:
    """Make the call and hand back the response."""
    if call.first:
        call.first()
    api = anonymous.signed_in_as(call.by) if call.by else anonymous
    path = operation.path
    for name, value in zip(operation.ids, call.ids, strict=True):
        path = path.replace(f"{{{name}}}", str(value))
    if call.query:
        path = f"{path}?{urlencode(call.query, doseq=True)}"
    if operation.sends_file:
        return api.post(path, call.body, format="multipart", headers=call.headers)
    body = "" if call.body is None else json.dumps(call.body, default=str)
    return api.generic(operation.method, path, body, content_type="application/json", headers=call.headers)
