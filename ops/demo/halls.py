"""Three auditoriums as they are drawn on paper: one string per row, the row next to the picture first."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import NamedTuple

from venues.states import SeatKind

ROW_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O, which are read as digits
AISLE = "."
OUT_OF_SERVICE = "x"


class Zone(NamedTuple):
    """One price zone, with what a seat costs before noon, by day, and from five o'clock (rupees, before tax)."""

    name: str
    kind: SeatKind
    morning: Decimal
    day: Decimal
    evening: Decimal


ZONES = {
    "s": Zone("Silver", SeatKind.STANDARD, Decimal(95), Decimal(180), Decimal(220)),
    "g": Zone("Gold", SeatKind.STANDARD, Decimal(150), Decimal(260), Decimal(310)),
    "r": Zone("Recliner", SeatKind.RECLINER, Decimal(320), Decimal(450), Decimal(550)),
    "p": Zone("Sofa", SeatKind.SOFA, Decimal(400), Decimal(550), Decimal(650)),
}
KINDS = {"w": SeatKind.WHEELCHAIR, "c": SeatKind.COMPANION}  # priced like the hall's cheapest zone


@dataclass(frozen=True, slots=True)
class Hall:
    name: str
    type: str
    rows: tuple[str, ...]
    surcharge: Decimal
    opens: tuple[int, int]  # hour and minute of the first start
    rota: tuple[str, ...]  # slugs, in the order of a day

    @property
    def zones(self) -> tuple[str, ...]:
        return tuple(letter for letter in ZONES if any(letter in row for row in self.rows))

    def zone_of(self, letter: str) -> str:
        """Name the zone of a place: wheelchair, companion and broken seats belong to the cheapest."""
        return letter if letter in ZONES else self.zones[0]

    def price(self, zone: str, *, hour: int, is_weekend: bool) -> Decimal:
        """Look up what a seat costs (rupees, before tax) at a start on the venue's wall clock."""
        prices = ZONES[zone]
        if hour < 12:
            return prices.morning + self.surcharge
        base = prices.evening if hour >= 17 else prices.day
        return base + self.surcharge + (30 if is_weekend else 0)


class Place(NamedTuple):
    zone: str
    row: int
    col: int
    number: str
    kind: SeatKind
    is_available: bool


def places(hall: Hall) -> Iterator[Place]:
    """List the seats of a hall; gaps between columns are its aisles."""
    for row, pattern in enumerate(hall.rows, start=1):
        numbers = count(1)
        for col, letter in enumerate(pattern, start=1):
            if letter != AISLE:
                zone = hall.zone_of(letter)
                yield Place(
                    zone=zone,
                    row=row,
                    col=col,
                    number=f"{ROW_LETTERS[row - 1]}{next(numbers)}",
                    kind=KINDS.get(letter, ZONES[zone].kind),
                    is_available=letter != OUT_OF_SERVICE,
                )


HALLS = (
    Hall(
        name="Screen 1",
        type="IMAX",
        rows=(
            "....ssss.ssssssssss.ssss....",
            "...sssss.ssssssssss.sssss...",
            "...sssss.ssssssssss.sssss...",
            "..ssssss.ssssssssss.ssssss..",
            "..ssssss.ssssssssss.ssssss..",
            "wc.wc....gggggggggg....cw.cw",
            ".ggggggg.gggggggggg.ggggggg.",
            ".ggggggg.gggggggggg.ggggggg.",
            ".ggggggg.gggggggggg.ggggggg.",
            ".ggggggg.gggggggggg.ggggggg.",
            ".ggggggg.gggggggggg.ggggggg.",
            ".ggggggg.gggggggggg.ggggggg.",
            "rr.rr.rr.rr.rr.rr.rr.rr.rr..",
        ),
        surcharge=Decimal(60),
        opens=(9, 30),
        rota=("dune-part-two", "interstellar", "rrr", "kantara", "inside-out-2"),
    ),
    Hall(
        name="Screen 2",
        type="Dolby Atmos",
        rows=(
            "wc.wc..ssssss.....",
            "ssss..ssssssssss..",
            "ssxs..ssssssssss..",
            "ssss..ssssssssss..",
            "gggg..gggggggggggg",
            "gggg..gggggggggggg",
            "gggg..gggggggggggg",
            "gggg..gggggggggggg",
            "gggg..gggggggggggg",
            "gggg..gggggggggggg",
            "rr....rr.rr.rr.rr.",
        ),
        surcharge=Decimal(0),
        opens=(9, 45),
        rota=("sholay", "dangal", "3-idiots", "manjummel-boys", "lagaan", "rrr"),
    ),
    Hall(
        name="Screen 3",
        type="Gold Class",
        rows=(
            "wc.rr....rr.cw",
            "rr.rr.rr.rr.rr",
            "rr.rr.rr.rr.rr",
            "rr.rr.rr.rr.rr",
            "rr.rr.rr.rr.rr",
            "rr.rr.rr.rr.rr",
            "pp.pp.pp.pp.pp",
        ),
        surcharge=Decimal(0),
        opens=(10, 15),
        rota=("inside-out-2", "parasite", "pather-panchali", "dune-part-two", "3-idiots", "interstellar"),
    ),
)
