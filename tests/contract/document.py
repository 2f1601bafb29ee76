"""The OpenAPI document as tests read it."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from cinema.core.api.docs import openapi_document

Schema = Mapping[str, Any]


def plain(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "{}", path).rstrip("/")


class Document:
    """The OpenAPI document, with its references followed."""

    def __init__(self, document: Schema) -> None:
        self.document = document
        self.operations: dict[tuple[str, str], Schema] = {
            (method.upper(), plain(path)): operation
            for path, item in document["paths"].items()
            for method, operation in item.items()
        }

    def resolved(self, schema: Schema) -> dict[str, Any]:
        """Follow references and merge what a field adds to the schema it refers to."""
        found = dict(schema)
        for part in found.pop("allOf", []):
            found = {**self.resolved(part), **found}
        if "$ref" not in found:
            return found
        target = self.document["components"]["schemas"][found.pop("$ref").rpartition("/")[2]]
        return {**self.resolved(target), **found}

    def alternatives(self, schema: Schema) -> list[dict[str, Any]]:
        """List what a value may be; `null` is one of the types."""
        found = self.resolved(schema)
        choices = [one for key in ("oneOf", "anyOf") for one in found.pop(key, [])]
        if not choices:
            return [found]
        return [{**found, **one} for choice in choices for one in self.alternatives(choice)]

    def misfits(self, value: Any, schema: Schema) -> list[str]:
        """List where a value is not what a schema promises."""
        whole = {**schema, "components": self.document["components"]}
        errors = Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(value)
        return [f"{error.json_path}: {error.message}" for error in errors]

    def types(self, schema: Schema) -> set[str]:
        """Name every JSON type a value may have."""
        kinds: set[str] = set()
        for one in self.alternatives(schema):
            kind = one.get("type")
            kinds |= {kind} if isinstance(kind, str) else set(kind or [])
            kinds |= {"null"} if None in one.get("enum", ["something"]) else set()
        return kinds


@cache
def read_document() -> Document:
    """Read the document as it is served."""
    return Document(json.loads(openapi_document()))
