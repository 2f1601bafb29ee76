"""Reads the table of the contract: 93 operations as data, one file per tag in `table/`.

A shape maps field names to lines like `"string | null, required, maxLength 50, default A"`: a type, then what OpenAPI
calls its bounds. Types are `integer number string boolean object date time date-time email uuid hex24 binary`, the name
of a shape, `[type]` for an array, `one of A B` for an enumeration, `X or Y`. A field of a body is optional unless it
says `required`; every field of a reply is there, and null only where the type says so.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("table")
SIZE = 93
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "minLength", "maxLength", "maxItems")
SCALARS = {
    "integer",
    "number",
    "string",
    "boolean",
    "object",
    "date",
    "time",
    "date-time",
    "email",
    "uuid",
    "hex24",
    "binary",
}

Shape = Mapping[str, "Field"]


@dataclass(frozen=True)
class Type:
    """What a value may be: scalars by name, members of an enumeration, an array of something, an object of a shape."""

    options: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    item: "Type | None" = None
    shape: Shape | None = None
    nullable: bool = False


@dataclass(frozen=True)
class Field:
    type: Type
    required: bool = False
    default: str | None = None
    bounds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    n: int
    method: str
    path: str
    tag: str
    summary: str
    access: str
    success: int
    reply: Type | None
    media_type: str
    query: Shape
    body: Type | None
    errors: Mapping[int, str]

    def __str__(self) -> str:
        return f"{self.n} {self.method} {self.path}"

    @property
    def ids(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    @property
    def sends_file(self) -> bool:
        return bool(self.body and self.body.shape and "file" in self.body.shape)


@cache
def operations() -> dict[int, Operation]:
    """Read the whole table, by number."""
    found = [operation for file in sorted(TABLE.glob("*.toml")) for operation in _read(file)]
    return {operation.n: operation for operation in sorted(found, key=lambda operation: operation.n)}


def _read(file: Path) -> list[Operation]:
    data = tomllib.loads(file.read_text())
    shapes = _Shapes(data.get("shapes", {}))
    return [_operation(row, data["tag"], shapes) for row in data["operations"]]


def _operation(row: Mapping[str, Any], tag: str, shapes: "_Shapes") -> Operation:
    method, _, path = row["call"].partition(" ")
    is_json = row["reply"] not in ("text/html", "binary")
    return Operation(
        n=row["n"],
        method=method,
        path=path,
        tag=tag,
        summary=row["summary"],
        access=row["access"],
        success=row["success"],
        reply=shapes.type_of(row["reply"]) if is_json else None,
        media_type="application/json" if is_json else row["reply"],
        query={name: shapes.field_of(line) for name, line in row.get("query", {}).items()},
        body=shapes.type_of(row["body"]) if "body" in row else None,
        errors={int(status): when for status, when in row.get("errors", {}).items()},
    )


class _Shapes:
    def __init__(self, lines: Mapping[str, Mapping[str, str]]) -> None:
        self.lines = lines

    def field_of(self, line: str) -> Field:
        kind, *rest = line.split(", ")
        words = dict(part.partition(" ")[::2] for part in rest)
        return Field(
            type=self.type_of(kind),
            required="required" in words,
            default=words.get("default"),
            bounds={name: float(words[name]) for name in BOUNDS if name in words},
        )

    def type_of(self, text: str) -> Type:
        bare = text.removesuffix(" | null")
        nullable = bare != text
        if bare.startswith("one of "):
            return Type(members=tuple(bare.split()[2:]), nullable=nullable)
        if bare.startswith("["):
            return Type(item=self.type_of(bare[1:-1]), nullable=nullable)
        if bare in self.lines:
            shape = {name: self.field_of(line) for name, line in self.lines[bare].items()}
            return Type(shape=shape, nullable=nullable)
        options = tuple(bare.split(" or "))
        unknown = [option for option in options if option.strip("[]") not in SCALARS]
        if unknown:
            raise ValueError(f"The table knows no {unknown}.")
        return Type(options=options, nullable=nullable)
