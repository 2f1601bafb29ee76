"""Every body and every reply of the OpenAPI shows an example, and each example fits the schema it stands beside."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from cinema.api_examples import NO_EXAMPLE
from cinema.core.api.docs import openapi_document

DOCUMENT = json.loads(openapi_document())
FREE_OF_EXAMPLES = {
    "multipart/form-data",  # bytes; the fields are those of the JSON or explain themselves
    "application/x-www-form-urlencoded",
    "application/pdf",
    "image/*",
    "application/octet-stream",
}


def contents() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name every body and reply, its media type and what the document says of it."""
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            place = f"{method.upper()} {path}"
            parts = {"body": operation.get("requestBody", {}), **operation["responses"]}
            for part, said in parts.items():
                target = said.get("$ref", "").rpartition("/")[2]
                said = DOCUMENT["components"]["responses"][target] if target else said
                for media_type, content in said.get("content", {}).items():
                    yield f"{place} {part} {media_type}", media_type, content


CONTENTS = list(contents())


def example_of(content: dict[str, Any]) -> Any:
    """Find the example beside a schema, or the one that the shape it names has."""
    if "example" in content:
        return content["example"]
    shape = content["schema"].get("$ref", "").rpartition("/")[2]
    return DOCUMENT["components"]["schemas"].get(shape, {}).get("example", NO_EXAMPLE)


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]}, format_checker=FormatChecker())


class TestExamples:
    def test_stand_beside_every_body_and_reply(self):
        bare = [
            place
            for place, media_type, content in CONTENTS
            if media_type not in FREE_OF_EXAMPLES and NO_EXAMPLE in json.dumps(example_of(content))
        ]
        assert bare == [], "add the missing fields to cinema/api_examples.toml"
        assert len(CONTENTS) > 500

    @pytest.mark.parametrize("media_type", sorted({media_type for _, media_type, _ in CONTENTS} - FREE_OF_EXAMPLES))
    def test_fit_their_schemas(self, media_type):
        misfits = [
            f"{place}: {error.json_path} {error.message}"
            for place, kind, content in CONTENTS
            if kind == media_type
            for error in validator(content["schema"]).iter_errors(example_of(content))
        ]
        assert misfits == []

    def test_would_be_seen_not_to_fit(self):
        [price] = [
            content for place, _, content in CONTENTS if place == "GET /food-items/{food_id} 200 application/json"
        ]
        errors = validator(price["schema"]).iter_errors(price["example"] | {"price": "180.00", "category_id": None})
        assert sorted(error.json_path for error in errors) == ["$.category_id", "$.price"]

    def test_add_up(self):
        [booking] = [
            content["example"] for place, _, content in CONTENTS if place.startswith("GET /bookings/{booking_id} 200")
        ]
        lines = [*booking["seats"], *booking["foods"], *booking["fees"]]
        assert round(sum(line["taxable"] + line["cgst"] + line["sgst"] for line in lines), 2) == booking["amount"]
        assert sum(line.get("discount_share", 0) for line in lines) == booking["discount_amount"]
