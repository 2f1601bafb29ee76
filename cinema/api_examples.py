"""An example for every body and every reply of the OpenAPI, put together field by field from `api_examples.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

Schema = Mapping[str, Any]
NO_EXAMPLE = "(an example is missing)"


def describe_examples(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add an example to every body and reply that has none."""
    shapes = result["components"]["schemas"]
    for item in result["paths"].values():
        for operation in item.values():
            for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
                _add(content, _Examples(shapes, media_type, is_sent=True))
            for response in operation["responses"].values():
                for media_type, content in response.get("content", {}).items():
                    _add(content, _Examples(shapes, media_type, is_sent=False))
    return result


def _add(content: dict[str, Any], examples: "_Examples") -> None:
    if "example" not in content and "examples" not in content and examples.media_type == "application/json":
        content["example"] = examples.of(content["schema"])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text())


class _Examples:
    """Walks a schema and says what stands in each place of it."""

    def __init__(self, shapes: Schema, media_type: str, *, is_sent: bool) -> None:
        self.shapes, self.media_type, self.is_sent = shapes, media_type, is_sent

    def of(self, schema: Schema, name: str = "", shape: str = "") -> Any:
        """Give an example of a schema, which is what the field `name` of `shape` holds."""
        own = _table()["shapes"].get(shape, {})
        if name in own:
            return own[name]
        if "$ref" in schema:
            return self._of_shape(schema["$ref"].rpartition("/")[2], name, shape)
        if "items" in schema and not isinstance(_table()["fields"].get(name), list):
            return [self.of(schema["items"], name, shape)]
        if "properties" in schema:
            return self._of_object(schema, shape)
        if name in _table()["nothing"]:
            return None
        return _table()["fields"].get(name, NO_EXAMPLE)

    def _of_shape(self, reference: str, name: str, shape: str) -> Any:
        target = self.shapes[reference]
        if "properties" in target:
            return self._of_object(target, reference.removeprefix("Patched").removesuffix("Request"))
        return self.of(target, name, shape)

    def _of_object(self, schema: Schema, shape: str) -> dict[str, Any]:
        own, unsaid = _table()["shapes"].get(shape, {}), _table()["unsaid"] if self.is_sent else []
        required = schema.get("required", [])
        return {
            name: self.of(part, name, shape)
            for name, part in schema["properties"].items()
            if name in own or name in required or name not in unsaid
        }
