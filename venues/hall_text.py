"""How staff write zones, aisles and exceptions, one to a line, and how they are read."""

import re
from decimal import Decimal, InvalidOperation

from venues.errors import HallUnclear
from venues.generator import Zone
from venues.states import SeatKind

_ZONE = re.compile(
    r"^(?P<name>.+?)\s+(?P<price>\d+(?:\.\d{1,2})?)\s+(?P<rows>[A-Z]+(?:\s*-\s*[A-Z]+)?)(?:\s+(?P<kind>\w+))?$"
)
_SEATS = re.compile(r"^(?P<row>[A-Z]+)(?P<first>\d+)(?:\s*-\s*(?:(?P=row))?(?P<last>\d+))?\s+(?P<kind>\w+)$")
_PRICE = re.compile(r"^(?P<name>.+?)\s+(?P<price>\d+(?:\.\d{1,2})?)$")


def zones(text: str) -> tuple[Zone, ...]:
    """Read zones like `Gold 240 E-H` or `Lounge 500 J recliner`.

    :raises HallUnclear: naming the line that is not like that.
    """
    return tuple(_zone(line) for line in _lines(text))


def exceptions(text: str) -> dict[str, SeatKind | None]:
    """Read exceptions like `A1-A2 wheelchair`, `A3 companion` or `F7 none`.

    :raises HallUnclear: naming the line that is not like that.
    """
    found: dict[str, SeatKind | None] = {}
    for line in _lines(text):
        match = _SEATS.match(line)
        if match is None:
            raise HallUnclear(f"“{line}” is not like “A1-A2 wheelchair”.")
        kind = None if match["kind"].lower() == "none" else _kind(match["kind"])
        first, last = int(match["first"]), int(match["last"] or match["first"])
        if last - first > 100:
            raise HallUnclear(f"“{line}” are too many seats.")
        found |= {f"{match['row']}{number}": kind for number in range(first, last + 1)}
    return found


def prices(text: str) -> tuple[tuple[str, Decimal], ...]:
    """Read what zones cost, like `Gold 240.00`.

    :raises HallUnclear: naming the line that is not like that.
    """
    found = []
    for line in _lines(text):
        match = _PRICE.match(line)
        if match is None:
            raise HallUnclear(f"“{line}” is not like “Gold 240”.")
        found.append((match["name"], _money(match["price"])))
    return tuple(found)


def numbers(text: str) -> tuple[int, ...]:
    """Read whole numbers with commas or spaces between them.

    :raises HallUnclear: when one is none.
    """
    parts = [part for part in re.split(r"[,\s]+", text.strip()) if part]
    if strange := [part for part in parts if not re.fullmatch(r"\d{1,3}", part)]:
        raise HallUnclear(f"“{strange[0]}” is not a number of seats.")
    return tuple(sorted({int(part) for part in parts}))


def names(text: str) -> tuple[str, ...]:
    """Read names of rows with commas or spaces between them."""
    return tuple(part.upper() for part in re.split(r"[,\s]+", text.strip()) if part)


def kind_named(word: str) -> SeatKind:
    """Find a kind of seat by its word.

    :raises HallUnclear: when there is none.
    """
    return _kind(word)


def _zone(line: str) -> Zone:
    match = _ZONE.match(line)
    if match is None:
        raise HallUnclear(f"“{line}” is not like “Gold 240 E-H”: name, price, rows, and perhaps a kind of seat.")
    first, *last = re.split(r"\s*-\s*", match["rows"])
    kind = _kind(match["kind"]) if match["kind"] else SeatKind.STANDARD
    return Zone(match["name"], _money(match["price"]), first, last[0] if last else first, kind)


def _kind(word: str) -> SeatKind:
    try:
        return SeatKind(word.upper())
    except ValueError:
        known = ", ".join(kind.value.lower() for kind in SeatKind)
        raise HallUnclear(f"“{word}” is not a kind of seat; there are {known}.") from None


def _money(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise HallUnclear(f"“{text}” is not a price.") from None
    if amount > 999:
        raise HallUnclear(f"A price of {text} is more than 999.")
    return amount


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
