"""Holds the generated OpenAPI to the table of the contract: additions are welcome, omissions and contradictions are not."""

from collections.abc import Iterator

import pytest

from tests.contract.document import Document, Schema, plain, read_document
from tests.contract.reading import Field, Operation, Shape, Type, operations

TABLE = operations()
FORMATS = {
    "date": "date",
    "time": "time",
    "date-time": "date-time",
    "email": "email",
    "uuid": "uuid",
    "binary": "binary",
}
JSON = "application/json"


@pytest.fixture(scope="module")
def document() -> Document:
    return read_document()


def contradictions(document: Document, schema: Schema, kind: Type, where: str, *, taken: bool) -> Iterator[str]:
    """List where a schema is no home for a type: `taken` for what clients send, else for what they read."""
    kinds = document.types(schema)
    if taken and kind.nullable and "null" not in kinds:
        yield f"{where} does not take null"
    if not taken and not kind.nullable and "null" in kinds:
        yield f"{where} may be null"
    if kind.item is not None:
        yield from _of_array(document, schema, kind.item, where, taken=taken)
    elif kind.shape is not None:
        yield from _of_object(document, schema, kind.shape, where, taken=taken)
    else:
        yield from _of_scalar(document, schema, kind, where)


def _of_array(document: Document, schema: Schema, item: Type, where: str, *, taken: bool) -> Iterator[str]:
    arrays = [one["items"] for one in document.alternatives(schema) if "items" in one]
    if not arrays:
        yield f"{where} is no array"
    for items in arrays:
        yield from contradictions(document, items, item, f"{where}[]", taken=taken)


def _of_object(document: Document, schema: Schema, shape: Shape, where: str, *, taken: bool) -> Iterator[str]:
    objects = [one for one in document.alternatives(schema) if "properties" in one]
    found = objects[0] if objects else {"properties": {}}
    for name, field in shape.items():
        if name not in found["properties"]:
            yield f"{where}.{name} is missing"
            continue
        is_required = name in found.get("required", [])
        if is_required != (field.required if taken else True):
            yield f"{where}.{name} is {'required' if is_required else 'optional'}"
        yield from _of_field(document, found["properties"][name], field, f"{where}.{name}", taken=taken)


def _of_field(document: Document, schema: Schema, field: Field, where: str, *, taken: bool) -> Iterator[str]:
    yield from contradictions(document, schema, field.type, where, taken=taken)
    bare = [one for one in document.alternatives(schema) if one.get("type") != "null"] or [{}]
    for bound, wanted in field.bounds.items():
        if not _holds(bare[0], bound, wanted):
            yield f"{where} has no {bound} of {wanted:g}"
    if field.default is not None and _written(bare[0].get("default")) != field.default:
        yield f"{where} has the default {bare[0].get('default')!r}, not {field.default}"


def _holds(schema: Schema, bound: str, wanted: float) -> bool:
    if bound == "exclusiveMinimum" and schema.get("minimum") == wanted + 1:
        return True  # of a whole number
    return schema.get(bound) == wanted


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _of_scalar(document: Document, schema: Schema, kind: Type, where: str) -> Iterator[str]:
    found = document.alternatives(schema)
    if kind.members:
        told = {member for one in found for member in one.get("enum", []) if member is not None}
        if told != set(kind.members):
            yield f"{where} is one of {sorted(told)}"
        return
    wanted = {_json_type(option) for option in kind.options}
    if document.types(schema) - {"null"} != wanted:
        yield f"{where} is {sorted(document.types(schema))}, not {sorted(wanted)}"
    formats = {one.get("format") for one in found}
    for option in kind.options:
        if option in FORMATS and FORMATS[option] not in formats:
            yield f"{where} has no format {FORMATS[option]}"


def _json_type(option: str) -> str:
    if option.startswith("["):
        return "array"
    return option if option in ("integer", "number", "boolean", "object") else "string"


def parameter_faults(document: Document, operation: Operation, described: Schema) -> Iterator[str]:
    """List the query parameters that are missing or other than in the table."""
    parameters = {one["name"]: one for one in described.get("parameters", []) if one["in"] == "query"}
    for name, field in operation.query.items():
        if name not in parameters:
            yield f"?{name} is missing"
            continue
        schema = parameters[name]["schema"]
        one = schema["items"] if schema.get("type") == "array" else schema  # may be repeated
        yield from _of_field(document, one, field, f"?{name}", taken=True)
        if parameters[name].get("required", False) != field.required:
            yield f"?{name} is {'optional' if field.required else 'required'}"


def body_faults(document: Document, operation: Operation, described: Schema) -> Iterator[str]:
    """List the fields of the body that are missing or other than in the table."""
    if operation.body is None:
        return
    content = described.get("requestBody", {}).get("content", {})
    media_type = "multipart/form-data" if operation.sends_file else JSON
    if media_type not in content:
        yield f"takes no {media_type}"
        return
    yield from contradictions(document, content[media_type]["schema"], operation.body, "body", taken=True)


def reply_faults(document: Document, operation: Operation, described: Schema) -> Iterator[str]:
    """List the fields of the reply that are missing or other than in the table."""
    content = described["responses"].get(str(operation.success), {}).get("content", {})
    if operation.media_type == JSON and operation.reply is not None:
        if JSON not in content:
            yield f"describes no reply: {sorted(content)}"
            return
        yield from contradictions(document, content[JSON]["schema"], operation.reply, "reply", taken=False)
    elif JSON in content:
        yield "describes JSON"
    elif operation.media_type == "text/html" and "text/html" not in content:
        yield "describes no page"


def faults(document: Document, operation: Operation) -> list[str]:
    """Compare one operation with its row."""
    described = document.operations.get((operation.method, plain(operation.path)))
    if described is None:
        return ["is not described"]
    found = [
        *parameter_faults(document, operation, described),
        *body_faults(document, operation, described),
        *reply_faults(document, operation, described),
    ]
    if described["summary"] != operation.summary:
        found.append(f"is called {described['summary']}")
    if described["tags"] != [operation.tag]:
        found.append(f"stands under {described['tags']}")
    missing = {str(status) for status in operation.errors} - set(described["responses"])
    return [*found, *(f"does not describe {status}" for status in sorted(missing))]


class TestOpenApi:
    @pytest.mark.parametrize("operation", TABLE.values(), ids=str)
    def test_says_what_the_table_says(self, document, operation):
        assert faults(document, operation) == []

    def test_offers_patch_beside_every_put_with_a_body(self, document):
        puts = {
            path for (method, path), one in document.operations.items() if method == "PUT" and "requestBody" in one
        }
        assert {path for path in puts if ("PATCH", path) not in document.operations} == set()
