"""A hall as it should be: its places and price zones, without the ORM. Generators and spreadsheets make it, services apply it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from string import ascii_uppercase

from venues.errors import HallUnclear
from venues.states import SeatKind

MOST_ROWS = 60
MOST_COLS = 80  # places of one row, aisles included


@dataclass(frozen=True, slots=True)
class Place:
    """One seat to be; row 1 is next to the picture, column 1 is on the left, facing the picture."""

    row: int
    col: int
    number: str
    category: str
    kind: SeatKind = SeatKind.STANDARD
    is_available: bool = True


@dataclass(frozen=True, slots=True)
class HallPlan:
    """All seats of a hall and what a seat of each zone costs (rupees); zones without a price must exist already."""

    places: tuple[Place, ...]
    prices: tuple[tuple[str, Decimal], ...] = ()

    @property
    def price_of(self) -> dict[str, Decimal]:
        return dict(self.prices)

    @property
    def categories(self) -> list[str]:
        """Name the zones from the picture backwards."""
        return list(dict.fromkeys(place.category for place in self.places))


def checked(plan: HallPlan) -> HallPlan:
    """Look whether a plan can be built.

    :raises HallUnclear: when it is empty, too large, or names a seat or a place twice; the message says which.
    """
    problems = [*_size_problems(plan.places), *_twice(plan.places)]
    if problems:
        raise HallUnclear(" ".join(problems))
    ordered = sorted(plan.places, key=lambda place: (place.row, place.col))
    return HallPlan(tuple(ordered), plan.prices)


def row_names(count: int, *, skip: str = "") -> list[str]:
    """Name rows A, B, … Z, AA, AB, …, leaving out letters that are easily misread."""
    letters = [letter for letter in ascii_uppercase if letter not in skip]
    pairs = [first + second for first in letters for second in letters]
    return [*letters, *pairs][:count]


def _size_problems(places: tuple[Place, ...]) -> Iterable[str]:
    if not places:
        yield "The hall has no seats."
        return
    if max(place.row for place in places) > MOST_ROWS or max(place.col for place in places) > MOST_COLS:
        yield f"A hall has at most {MOST_ROWS} rows of {MOST_COLS} places."
    long = [place.number for place in places if len(place.number) > 10]
    if long:
        yield f"Seat numbers have at most 10 characters: {', '.join(long[:5])}."


def _twice(places: tuple[Place, ...]) -> Iterable[str]:
    numbers = Counter(place.number for place in places)
    if repeated := [number for number, count in numbers.items() if count > 1]:
        yield f"These seats are there twice: {', '.join(repeated[:10])}."
    spots = Counter((place.row, place.col) for place in places)
    if any(count > 1 for count in spots.values()):
        yield "Two seats have the same place."
