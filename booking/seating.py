"""Who sits beside whom: the places of a hall as stretches between aisles. Arithmetic without the ORM.

Neighbours are told by columns, never by printed numbers: houses number from either side, and skip.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

ACCESSIBLE = frozenset({"WHEELCHAIR", "COMPANION"})


@dataclass(frozen=True, slots=True)
class Place:
    """One seat as one chooser sees it; what the chooser holds already is free."""

    id: int
    number: str
    row: int
    col: int
    category_id: int
    kind: str
    is_free: bool

    @property
    def is_accessible(self) -> bool:
        return self.kind in ACCESSIBLE


@dataclass(frozen=True, slots=True)
class GapRule:
    """Where a seat that is left alone matters to a venue, besides between two seats that are taken."""

    at_row_ends: bool = True
    at_aisles: bool = True
    at_accessible: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Places side by side without an aisle between them, from the left; the two flags tell where the row ends."""

    places: tuple[Place, ...]
    begins_row: bool
    ends_row: bool

    def free_runs(self) -> Iterator[tuple[int, int]]:
        """Find the largest blocks of free places, each as its first index and the one after its last."""
        start = None
        for index, place in enumerate(self.places):
            if place.is_free and start is None:
                start = index
            elif not place.is_free and start is not None:
                yield start, index
                start = None
        if start is not None:
            yield start, len(self.places)

    def has_company(self, index: int, chosen: Collection[int], rule: GapRule) -> bool:
        """Tell whether somebody could still sit at an index, the neighbour of a place, or the rule does not mind."""
        if index < 0:
            return not (rule.at_row_ends if self.begins_row else rule.at_aisles)
        if index >= len(self.places):
            return not (rule.at_row_ends if self.ends_row else rule.at_aisles)
        return self.places[index].is_free and self.places[index].id not in chosen

    def left_alone(self, chosen: Collection[int], rule: GapRule) -> list[Place]:
        """List the free places that a choice would leave without a neighbour; the ones that had none are not its fault."""
        return [
            place
            for index, place in enumerate(self.places)
            if place.is_free
            and place.id not in chosen
            and (rule.at_accessible or not place.is_accessible)
            and any(near.id in chosen for near in self.places[max(index - 1, 0) : index + 2])
            and not self.has_company(index - 1, chosen, rule)
            and not self.has_company(index + 1, chosen, rule)
        ]


def stretches(places: Iterable[Place]) -> list[Stretch]:
    """Cut the rows of a hall at its aisles, which are the columns without a seat."""
    found: list[Stretch] = []
    for _, row in groupby(sorted(places, key=lambda place: (place.row, place.col)), key=lambda place: place.row):
        pieces = _cut_at_aisles(tuple(row))
        last = len(pieces) - 1
        found += [Stretch(piece, begins_row=i == 0, ends_row=i == last) for i, piece in enumerate(pieces)]
    return found


def _cut_at_aisles(row: Sequence[Place]) -> list[tuple[Place, ...]]:
    # Along a stretch, column minus position stays the same; every aisle raises it.
    keyed = groupby(enumerate(row), key=lambda pair: pair[1].col - pair[0])
    return [tuple(place for _, place in piece) for _, piece in keyed]


def named(places: Iterable[Place]) -> str:
    """Name places as people would: neighbours by the first and the last of them."""
    groups = (stretch.places for stretch in stretches(places))
    return " and ".join("–".join(dict.fromkeys((group[0].number, group[-1].number))) for group in groups)
