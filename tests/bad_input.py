"""Values no field should take, as raw JSON, so that what a serializer of ours would refuse to write is sent too."""

import json
from typing import Any

from tests.conftest import Api

_NEVER = ["[]", "{}", '"nul\\u0000nul"', '"\\ud800"', "9" * 400, "1e999"]
TEXT = [*_NEVER, "null", '""', "true", "5", json.dumps("x" * 6000)]
OPTIONAL_TEXT = [*_NEVER, "true", "5", json.dumps("x" * 6000)]
WHOLE = [*_NEVER, "null", '""', '"many"', "true", "1.5", "-1", "99999999999", str(2**63), str(2**64)]
NUMBER = [*_NEVER, "null", '""', '"many"', "true", "-1", "NaN", '"NaN"', '"Infinity"', "1e30"]
FLAG = [*_NEVER, "null", '""', '"perhaps"', "7"]
DAY = [*_NEVER, '""', '"soon"', "5", "true", '"2026-02-30"', '"0000-01-01"', '"99999-01-01"']
WORDS = ["{}", '"Drama"', "5", "true", "[null]", "[5]", "[[]]", '[""]', '["nul\\u0000"]', json.dumps(["x" * 300])]


def cases(**kinds: list[str]) -> list[tuple[str, str]]:
    """Pair each field with each value it should refuse."""
    return [(field, bad) for field, values in kinds.items() for bad in values]


def raw(body: dict[str, Any], field: str, bad: str) -> str:
    """Write a good body with one bad value as JSON."""
    return json.dumps(body | {field: "BAD VALUE"}).replace('"BAD VALUE"', bad)


def send(client: Api, method: str, path: str, body: dict[str, Any], field: str, bad: str) -> Any:
    """Send a good body with one bad value."""
    return client.generic(method, path, raw(body, field, bad), content_type="application/json")


def locations(response: Any) -> list[list[str | int]]:
    """Read where the faults of a 422 are."""
    return [error["loc"] for error in response.json()["detail"]]
