"""Walks the table of the contract: every operation, its success and each of its documented refusals."""

from functools import partial
from typing import Any

import pytest

from tests.conftest import Api
from tests.contract import scenarios  # noqa: F401  # registers them
from tests.contract.conforming import misfits
from tests.contract.document import plain, read_document
from tests.contract.reading import SIZE, Operation, operations
from tests.contract.telling import TELLERS, World, call_for, send

TABLE = operations()
CASES = [(operation, status) for operation in TABLE.values() for status in (operation.success, *operation.errors)]

READ = {operation.path for operation in TABLE.values() if operation.method == "GET"}
CHANGED_AS_READ = [one for one in TABLE.values() if one.method == "PUT" and one.path in READ]

EXTRA = (101, 102, 103)  # what the real client also calls


@pytest.fixture
def world(request, customer, stranger, admin, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    show, tmdb = (partial(request.getfixturevalue, name) for name in ("selling_show", "tmdb"))
    return World(now, customer, stranger, admin, show, tmdb)


def faults(operation: Operation, status: int, world: World) -> list[str]:
    """Make one call of the table; list what its answer gets wrong."""
    if operation.n not in TELLERS:
        return [f"{operation} has no scenario"]
    call = call_for(operation, status, TELLERS[operation.n](world), world)
    response = send(operation, call, anonymous=Api())
    if response.status_code != status:
        return [f"answers {response.status_code} instead of {status}: {response.content[:300]!r}"]
    if status == operation.success or operation.media_type == "text/html":
        return _wrong_success(operation, response)  # a page refuses with a page
    return _wrong_refusal(status, response)


def _wrong_success(operation: Operation, response) -> list[str]:
    content_type = response.headers["Content-Type"].partition(";")[0]
    if operation.reply is not None:
        return misfits(response.json(), operation.reply) + _broken_promises(operation, response.json())
    if operation.media_type == "binary":
        response.close()  # nobody reads the file it holds open
        return [] if response.headers["Content-Disposition"].startswith("attachment") else ["is no attachment"]
    return [] if content_type == operation.media_type else [f"is {content_type}"]


def _broken_promises(operation: Operation, reply: Any) -> list[str]:
    """List where a reply is not what our own OpenAPI says of it, additions to the contract included."""
    described = read_document().operations[operation.method, plain(operation.path)]
    content = described["responses"][str(operation.success)]["content"]["application/json"]
    return read_document().misfits(reply, content["schema"])


def _wrong_refusal(status: int, response) -> list[str]:
    body = response.json()
    if status != 422:
        return [] if isinstance(body["detail"], str) and isinstance(body["code"], str) else [f"is {body}"]
    told = all(isinstance(problem["loc"], list) and problem["msg"] and problem["type"] for problem in body["detail"])
    return [] if told and body["detail"] else [f"is {body}"]


class TestTable:
    def test_holds_every_operation_once(self):
        assert list(TABLE) == [*range(1, SIZE + 1), *EXTRA]

    def test_is_told_in_full(self):
        assert sorted(set(TABLE) - set(TELLERS)) == []


class TestOperations:
    @pytest.mark.parametrize(("operation", "status"), CASES, ids=str)
    def test_answer_as_the_table_says(self, world, operation, status):
        assert faults(operation, status, world) == []


class TestChanges:
    """Clients that know only some of the fields send the others back as they read them."""

    @pytest.mark.parametrize("change", CHANGED_AS_READ, ids=str)
    def test_take_back_what_was_read(self, world, change):
        call = TELLERS[change.n](world).success
        path = change.path.replace(f"{{{change.ids[0]}}}", str(call.ids[0]))
        assert call.by is not None
        api = Api().signed_in_as(call.by)
        read = api.get(path).json()
        answer = api.put(path, read, format="json")
        assert answer.status_code == 200, answer.json()
        assert {**answer.json(), "updated_at": None} == {**read, "updated_at": None}
