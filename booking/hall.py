"""How a seat map is laid out on a page: rows with names, aisles where columns are missing, a full name for every seat."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from booking.queries import MapCategory, MapSeat, SeatMap, SeatState
from cinema.core.formats import price

ZONES = 4  # how many categories have a colour of their own
_SAID = {
    SeatState.AVAILABLE: "available",
    SeatState.MINE: "held for you",
    SeatState.LOCKED: "held by somebody else",
    SeatState.BOOKED: "sold",
    SeatState.CLOSED: "out of service",
}
_KINDS = {"WHEELCHAIR": "wheelchair space", "COMPANION": "companion seat", "RECLINER": "recliner", "SOFA": "sofa"}


@dataclass(frozen=True, slots=True)
class HallSeat:
    """One seat as a control of the form."""

    id: int
    label: str
    number: str
    zone: int
    state: str
    kind: str
    price: str
    is_open: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class HallRow:
    """One row from the left, with None for every missing place; `opens` names a price zone that begins with it."""

    name: str
    cells: tuple[HallSeat | None, ...]
    opens: MapCategory | None
    after_walkway: bool


@dataclass(frozen=True, slots=True)
class Zone:
    """One line of the legend."""

    number: int
    category: MapCategory


def zones_of(seat_map: SeatMap) -> list[Zone]:
    """List the price zones from the picture backwards."""
    return [Zone(index % ZONES + 1, category) for index, category in enumerate(seat_map.categories)]


def hall_of(seat_map: SeatMap, *, chosen: Collection[int] = ()) -> list[HallRow]:
    """Lay a seat map out; `chosen` are seats that the viewer picked before, kept as far as they are still free."""
    zones = {zone.category.id: zone for zone in zones_of(seat_map)}
    currency = seat_map.show.screen.venue.currency
    columns = [seat.col for seat in seat_map.seats if seat.state is not SeatState.WALKWAY]
    rows: list[HallRow] = []
    opened, row_before = 0, 0
    for row in seat_map.rows:
        places = [seat for seat in row if seat.state is not SeatState.WALKWAY]
        if not places:
            continue
        name = _row_name(places[0])
        (usual, _), *_ = Counter(seat.category_id for seat in places).most_common(1)
        category = zones[usual].category
        seats = {seat.col: _seat(seat, name, zones[seat.category_id], currency, chosen) for seat in places}
        opens = category if category.id != opened else None
        cells = tuple(seats.get(col) for col in range(min(columns), max(columns) + 1))
        rows.append(HallRow(name, cells, opens, after_walkway=0 < row_before < places[0].row - 1))
        opened, row_before = category.id, places[0].row
    return rows


def _seat(seat: MapSeat, row: str, zone: Zone, currency: str, chosen: Collection[int]) -> HallSeat:
    number = seat.number.removeprefix(row) or seat.number
    is_open = seat.state in (SeatState.AVAILABLE, SeatState.MINE)
    said = [f"Row {row}", f"seat {number}", zone.category.name.lower(), price(seat.price, currency)]
    said += [_KINDS[seat.kind]] if seat.kind in _KINDS else []
    return HallSeat(
        id=seat.id,
        label=", ".join([*said, _SAID[seat.state]]),
        number=number,
        zone=zone.number,
        state=seat.state.value,
        kind=seat.kind.lower(),
        price=str(seat.price),
        is_open=is_open,
        is_chosen=seat.state is SeatState.MINE or (is_open and seat.id in chosen),
    )


def _row_name(seat: MapSeat) -> str:
    letters = re.match(r"[^\W\d]+", seat.number)
    return letters.group() if letters else str(seat.row)
