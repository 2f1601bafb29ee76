"""How a seat map is laid out on a page: rows with names, aisles where columns are missing, a full name for every seat."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy

from booking.hall_queries import Layout, LayoutSeat, MapCategory, SeatMap, SeatState
from cinema.core.formats import price
from venues.states import SeatKind

ZONES = 4  # how many categories have a colour of their own
PLANS_KEPT = 128  # in each process: a layout at the prices of its shows
SAID = {  # static/js/seat-picker.js says the same
    SeatState.AVAILABLE: gettext_lazy("available"),
    SeatState.MINE: gettext_lazy("held for you"),
    SeatState.LOCKED: gettext_lazy("held by somebody else"),
    SeatState.BOOKED: gettext_lazy("sold"),
    SeatState.CLOSED: gettext_lazy("out of service"),
}
KINDS = {
    "WHEELCHAIR": gettext_lazy("wheelchair space"),
    "COMPANION": gettext_lazy("companion seat"),
    "RECLINER": gettext_lazy("recliner"),
    "SOFA": gettext_lazy("sofa"),
}
_FACES = {"WHEELCHAIR": "♿", "COMPANION": "C"}
_AISLE = '<span class="aisle"></span>'


class Zone(NamedTuple):
    """One line of the legend."""

    number: int
    category: MapCategory


class PlanSeat(NamedTuple):
    """What never changes of a seat's control while people choose."""

    seat: LayoutSeat
    name: str
    opening: str
    middle: str
    face: str
    free: str
    said: Mapping[SeatState, str]

    def label(self, state: SeatState) -> str:
        return f"{self.name}, {self.said[state]}"

    def control(self, state: SeatState, *, is_chosen: bool) -> str:
        """Write the seat as a control of the form.

        Not a template: of 400 seats each costs 15 µs there and 1 µs here.
        """
        if state is SeatState.AVAILABLE and not is_chosen:
            return self.free
        ticked = " checked" if is_chosen else ""
        closed = "" if state in (SeatState.AVAILABLE, SeatState.MINE) else " disabled"
        face = "×" if state is SeatState.BOOKED else self.face
        return f"{self.opening}{state.value}{self.middle}{ticked}{closed}{_end(self.name, self.said[state], face)}"


class HallSeat(NamedTuple):
    """One seat as a control of the form."""

    plan: PlanSeat
    state: SeatState
    is_chosen: bool

    @property
    def label(self) -> str:
        return self.plan.label(self.state)

    @property
    def is_open(self) -> bool:
        return self.state in (SeatState.AVAILABLE, SeatState.MINE)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row from the left, with None for every missing place; `opens` names a price zone that begins with it."""

    name: str
    cells: tuple[PlanSeat | None, ...]
    zone: Zone
    opens: Zone | None
    after_walkway: bool


@dataclass(frozen=True, slots=True)
class HallRow:
    """A row with who has its seats now."""

    plan: PlanRow
    cells: tuple[HallSeat | None, ...]

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def zone(self) -> Zone:
        return self.plan.zone

    @property
    def opens(self) -> Zone | None:
        return self.plan.opens

    @property
    def after_walkway(self) -> bool:
        return self.plan.after_walkway

    @property
    def free(self) -> int:
        """Count the seats that the viewer may choose."""
        return sum(1 for cell in self.cells if cell and cell.is_open)

    @property
    def has_choice(self) -> bool:
        return any(cell and cell.is_chosen for cell in self.cells)

    @property
    def controls(self) -> SafeString:
        """Write the row's seats and aisles; every variable part was escaped when the plan was made."""
        cells = (cell.plan.control(cell.state, is_chosen=cell.is_chosen) if cell else _AISLE for cell in self.cells)
        return mark_safe("".join(cells))  # noqa: S308  # see above


def zones_of(seat_map: SeatMap) -> list[Zone]:
    """List the price zones from the picture backwards."""
    return _zones(seat_map.categories)


def hall_of(seat_map: SeatMap, *, chosen: Collection[int] = ()) -> list[HallRow]:
    """Lay a seat map out; `chosen` are seats that the viewer picked before, kept as far as they are still free."""
    state_of, picked = seat_map.claims.state_of, frozenset(chosen)

    def cell(plan: PlanSeat | None) -> HallSeat | None:
        if plan is None:
            return None
        state = state_of(plan.seat)
        is_chosen = state is SeatState.MINE or (state is SeatState.AVAILABLE and plan.seat.id in picked)
        return HallSeat(plan, state, is_chosen)

    plan = _plan(seat_map.layout, seat_map.categories, seat_map.show.screen.venue.currency, get_language())
    return [HallRow(row, tuple(map(cell, row.cells))) for row in plan]


@lru_cache(maxsize=PLANS_KEPT)
def _plan(layout: Layout, categories: tuple[MapCategory, ...], currency: str, language: str) -> tuple[PlanRow, ...]:
    # Words and prices are written by language: it is part of the key, though nothing below names it.
    said = {state: escape(word) for state, word in SAID.items()}
    zones = {zone.category.id: zone for zone in _zones(categories)}
    columns = [seat.col for seat in layout.seats]
    rows: list[PlanRow] = []
    opened, row_before = 0, 0
    for number, places in groupby(layout.seats, key=lambda seat: seat.row):
        row = list(places)
        name = _row_name(row[0])
        (usual, _), *_ = Counter(seat.category_id for seat in row).most_common(1)
        seats = {seat.col: _plan_seat(seat, name, zones[seat.category_id], currency, said) for seat in row}
        cells = tuple(seats.get(col) for col in range(min(columns), max(columns) + 1))
        opens = zones[usual] if usual != opened else None
        rows.append(PlanRow(name, cells, zones[usual], opens, after_walkway=0 < row_before < number - 1))
        opened, row_before = usual, number
    return tuple(rows)


def _plan_seat(seat: LayoutSeat, row: str, zone: Zone, currency: str, said: Mapping[SeatState, str]) -> PlanSeat:
    number = seat.number.removeprefix(row) or seat.number
    # The module of the page finds the number in the second part: commas separate the parts in every language.
    parts = [gettext("Row %s") % row, gettext("seat %s") % number, zone.category.name.lower()]
    parts += [price(zone.category.price, currency), *([str(KINDS[seat.kind])] if seat.kind in KINDS else [])]
    name = escape(", ".join(parts))
    kind = "" if seat.kind == SeatKind.STANDARD else f" seat--{seat.kind.lower()}"
    opening = f'<label class="seat seat--zone-{zone.number}{kind} seat--'
    middle = f'"><input type="checkbox" name="seats" value="{seat.id}"'
    face = _FACES.get(seat.kind) or escape(number)
    free = f"{opening}{SeatState.AVAILABLE.value}{middle}{_end(name, said[SeatState.AVAILABLE], face)}"
    return PlanSeat(seat, name, opening, middle, face, free, said)


def _end(name: str, said: str, face: str) -> str:
    return f'><span>{name}, {said}</span><i aria-hidden="true">{face}</i></label>'


def _zones(categories: tuple[MapCategory, ...]) -> list[Zone]:
    return [Zone(index % ZONES + 1, category) for index, category in enumerate(categories)]


def _row_name(seat: LayoutSeat) -> str:
    letters = re.match(r"[^\W\d]+", seat.number)
    return letters.group() if letters else str(seat.row)
