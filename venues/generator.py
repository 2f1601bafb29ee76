"""Halls made from a few numbers: rows, seats in a row, aisles, zones. Pure arithmetic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from venues.errors import HallUnclear
from venues.hall_plan import HallPlan, Place, checked, row_names
from venues.states import SeatKind

LOOK_ALIKES = "IO"


@dataclass(frozen=True, slots=True)
class Zone:
    """Rows that cost the same, by their names, and what kind of seat stands there."""

    name: str
    price: Decimal
    first_row: str
    last_row: str
    kind: SeatKind = SeatKind.STANDARD


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """What a generated hall looks like.

    Aisles run from front to back, each after so many seats from the left; walkways run across, each behind a row.
    `exceptions` say of single seats that they are of another kind, or (None) that there is none.
    """

    rows: int
    seats_per_row: int
    zones: tuple[Zone, ...]
    is_a_at_the_back: bool = False
    is_1_on_the_right: bool = False
    skips_look_alikes: bool = True
    aisles: tuple[int, ...] = ()
    walkways: tuple[str, ...] = ()
    exceptions: Mapping[str, SeatKind | None] = field(default_factory=dict)


def generate(blueprint: Blueprint) -> HallPlan:
    """Lay a hall out.

    :raises HallUnclear: when a row belongs to no zone or to two, a name is unknown, or the hall is empty or too large.
    """
    names = row_names(blueprint.rows, skip=LOOK_ALIKES if blueprint.skips_look_alikes else "")
    zone_of = _zones_by_row(names, blueprint.zones)
    _require_known(blueprint, names)
    from_picture = list(reversed(names)) if blueprint.is_a_at_the_back else names
    places: list[Place] = []
    row = 0
    for name in from_picture:
        row += 1
        places += _row(blueprint, row, name, zone_of[name])
        row += name in blueprint.walkways
    prices = tuple((zone.name, zone.price) for zone in blueprint.zones)
    return checked(HallPlan(tuple(places), prices))


def _row(blueprint: Blueprint, row: int, name: str, zone: Zone) -> Iterable[Place]:
    width = blueprint.seats_per_row
    for position in range(1, width + 1):
        number = f"{name}{width + 1 - position if blueprint.is_1_on_the_right else position}"
        kind = blueprint.exceptions.get(number, zone.kind)
        if kind is not None:
            col = position + sum(aisle < position for aisle in blueprint.aisles)
            yield Place(row, col, number, zone.name, kind)


def _zones_by_row(names: list[str], zones: tuple[Zone, ...]) -> dict[str, Zone]:
    found: dict[str, Zone] = {}
    for zone in zones:
        if zone.first_row not in names or zone.last_row not in names:
            raise HallUnclear(f"{zone.name} is for rows {zone.first_row} to {zone.last_row}; {_said(names)}")
        first, last = sorted((names.index(zone.first_row), names.index(zone.last_row)))
        for name in names[first : last + 1]:
            if name in found:
                raise HallUnclear(f"Row {name} is in two zones: {found[name].name} and {zone.name}.")
            found[name] = zone
    if missing := [name for name in names if name not in found]:
        raise HallUnclear(f"These rows are in no zone: {', '.join(missing)}.")
    return found


def _require_known(blueprint: Blueprint, names: list[str]) -> None:
    if unknown := [name for name in blueprint.walkways if name not in names]:
        raise HallUnclear(f"There is no row {', '.join(unknown)}; {_said(names)}")
    if wide := [aisle for aisle in blueprint.aisles if not 0 < aisle < blueprint.seats_per_row]:
        raise HallUnclear(f"An aisle after seat {wide[0]} is not between two seats of a row.")
    seats = {f"{name}{seat}" for name in names for seat in range(1, blueprint.seats_per_row + 1)}
    if strange := [number for number in blueprint.exceptions if number not in seats]:
        raise HallUnclear(f"There is no seat {', '.join(sorted(strange)[:5])}.")


def _said(names: list[str]) -> str:
    return f"the rows are {names[0]} to {names[-1]}." if names else "there are no rows."
