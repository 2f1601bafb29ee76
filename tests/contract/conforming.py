"""Compares an answer with the shape that the table gives it."""

import re
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from tests.contract.reading import Type


def misfits(value: Any, kind: Type, where: str = "reply") -> list[str]:
    """List what is missing from a value, ill-typed, or null where it may not be; more fields are welcome."""
    if value is None:
        return [] if kind.nullable else [f"{where} is null"]
    if kind.shape is not None:
        return _misfits_of_object(value, kind, where)
    if kind.item is not None:
        return _misfits_of_array(value, kind.item, where)
    if kind.members:
        return [] if value in kind.members else [f"{where} is {value!r}, none of {kind.members}"]
    return [] if any(_is(value, option) for option in kind.options) else [f"{where} is {value!r}, not {kind.options}"]


def _misfits_of_object(value: Any, kind: Type, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} is no object"]
    found = []
    for name, field in (kind.shape or {}).items():
        if name in value:
            found += misfits(value[name], field.type, f"{where}.{name}")
        else:
            found.append(f"{where}.{name} is missing")
    return found


def _misfits_of_array(value: Any, item: Type, where: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{where} is no array"]
    return [problem for index, one in enumerate(value) for problem in misfits(one, item, f"{where}[{index}]")]


def _is(value: Any, option: str) -> bool:
    if option.startswith("["):
        return isinstance(value, list) and all(_is(one, option[1:-1]) for one in value)
    if isinstance(value, bool):
        return option == "boolean"
    if option in _PLAIN:
        return isinstance(value, _PLAIN[option])
    return isinstance(value, str) and _reads(value, option)


_PLAIN: dict[str, type | tuple[type, ...]] = {"integer": int, "number": (int, float), "string": str, "object": dict}
_READERS: dict[str, Any] = {
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "date-time": datetime.fromisoformat,
    "uuid": UUID,
    "email": re.compile(r"[^@]+@[^@]+").fullmatch,
    "hex24": re.compile(r"[0-9a-f]{24}").fullmatch,
}


def _reads(text: str, option: str) -> bool:
    try:
        read = _READERS[option](text) if option in _READERS else None
    except ValueError:
        return False
    return read is not None and (not isinstance(read, datetime) or read.tzinfo is not None)
