"""The best seats for a party: what somebody who knows the house would point at. Arithmetic without the ORM.

The best place of a cinema is in the middle of its width, two thirds of the way back. A party sits side by side in one row,
in one price zone, as near to that place as can be; only when no row has room does it divide, into as few groups as
possible, nobody on their own if that can be helped, the others close to the largest. No pick breaks the rule against
single gaps, and wheelchair and companion places are left to those who ask for one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby
from typing import NamedTuple

from booking.lone_seats import shifted, shifts
from booking.seating import GapRule, Place, Stretch, stretches

ROW_IN_SEATS = 2  # one row further is as bad as two seats to the side: a row is twice as deep as a seat is wide
LONE_SEAT_COSTS = 16  # for each of the party, in seats squared: leaving one alone is as bad as sitting four seats off
ANCHORS = 8  # how many places for the largest group are weighed when a party divides


class Spot(NamedTuple):
    """A point of the hall, in rows and columns."""

    row: float
    col: float

    def cost(self, place: Place) -> float:
        """Square the distance to a place, in seats."""
        return (place.col - self.col) ** 2 + (ROW_IN_SEATS * (place.row - self.row)) ** 2


@dataclass(frozen=True, slots=True)
class Wish:
    """What a party asks for; `near` is the middle of what they wanted, when that is gone."""

    party: int
    categories: frozenset[int] = frozenset()  # empty: any
    wheelchair: bool = False
    near: Spot | None = None

    def allows(self, place: Place) -> bool:
        in_zone = not self.categories or place.category_id in self.categories
        return place.is_free and in_zone and (self.wheelchair or not place.is_accessible)


class _Block(NamedTuple):
    rank: tuple[float, ...]  # lowest is best; ends with row and column, so no two are equal
    places: tuple[Place, ...]
    run: tuple[int, int, int]  # two blocks of one run would touch or overlap


def focal_point(places: Iterable[Place]) -> Spot:
    """Find the centre of a hall, two thirds of the way back."""
    everywhere = list(places)
    rows, cols = [place.row for place in everywhere], [place.col for place in everywhere]
    return Spot(min(rows) + (max(rows) - min(rows)) * 2 / 3, (min(cols) + max(cols)) / 2)


def middle(places: Sequence[Place]) -> Spot:
    """Find the point between some places, of which there is at least one."""
    return Spot(sum(place.row for place in places) / len(places), sum(place.col for place in places) / len(places))


def best_seats(places: Iterable[Place], wish: Wish, rule: GapRule) -> tuple[Place, ...]:
    """Pick the seats for a party, or nothing when there are not enough."""
    everywhere = list(places)
    if not everywhere or wish.party < 1:
        return ()
    spot = wish.near or focal_point(everywhere)
    together = min(_blocks(stretches(everywhere), wish, rule, spot), default=None)
    if together is not None:
        picked = together.places
    elif wish.wheelchair:
        picked = _beside_a_wheelchair(everywhere, wish, rule, spot)
    else:
        picked = _divided(everywhere, wish, rule, spot)
    ids = [place.id for place in picked]
    legal = shifted(ids, shifts(everywhere, ids, rule))  # what leaves one alone ranks low, which alone is no guarantee
    return tuple(place for place in everywhere if place.id in legal)


def _blocks(hall: Sequence[Stretch], wish: Wish, rule: GapRule, spot: Spot) -> Iterator[_Block]:
    """List every place where the whole party fits side by side."""
    for number, stretch in enumerate(hall):
        for start, end in stretch.free_runs():
            for run, block, alone in _windows(stretch, start, end, wish, rule):
                yield _Block(_rank(block, wish, spot, alone), block, (number, start, run))


def _windows(
    stretch: Stretch, start: int, end: int, wish: Wish, rule: GapRule
) -> Iterator[tuple[int, tuple[Place, ...], int]]:
    """Slide the party along a run of free places; tell what it may take, and how many it leaves alone."""
    run, size = stretch.places[start:end], wish.party
    closed = [0, *accumulate(not wish.allows(place) for place in run)]
    for first in range(len(run) - size + 1):
        last = first + size
        if closed[last] != closed[first]:
            continue
        block = run[first:last]
        if wish.wheelchair and all(place.kind != "WHEELCHAIR" for place in block):
            continue
        leaves_one = first == 1 or len(run) - last == 1
        alone = len(stretch.left_alone({place.id for place in block}, rule)) if leaves_one else 0
        yield closed[first], block, alone


def _rank(block: Sequence[Place], wish: Wish, spot: Spot, alone: int) -> tuple[float, ...]:
    wheelchairs = sum(place.kind == "WHEELCHAIR" for place in block) if wish.wheelchair else 0
    zones = len({place.category_id for place in block})
    cost = sum(spot.cost(place) for place in block) + len(block) * LONE_SEAT_COSTS * alone
    return (wheelchairs, zones, cost, block[0].row, block[0].col)


def _divided(places: Sequence[Place], wish: Wish, rule: GapRule, spot: Spot) -> tuple[Place, ...]:
    hall = stretches(places)
    sizes = _division(wish.party, _run_lengths(hall, wish))
    blocks = {size: list(_blocks(hall, replace(wish, party=size), rule, spot)) for size in set(sizes)}
    anchors = sorted(blocks[sizes[0]])[:ANCHORS] if sizes else []
    seated = [_seated_near(anchor, sizes[1:], blocks) for anchor in anchors]
    return min(seated, key=lambda pair: pair[0], default=(0, ()))[1]


def _seated_near(
    anchor: _Block, sizes: Sequence[int], blocks: dict[int, list[_Block]]
) -> tuple[float, tuple[Place, ...]]:
    """Seat the smaller groups as near to the largest as they can be; there is room, for each takes a run of its own."""
    taken, spot = [anchor], middle(anchor.places)
    total = anchor.rank[2]
    for size, group in groupby(sizes):
        nearest = iter(sorted(blocks[size], key=lambda block: (_cost_between(block, spot), block.rank)))
        for _ in group:
            block = next(block for block in nearest if all(block.run != other.run for other in taken))
            taken.append(block)
            total += _cost_between(block, spot)
    return total, tuple(place for block in taken for place in block.places)


def _cost_between(block: _Block, spot: Spot) -> float:
    first, last = block.places[0], block.places[-1]
    return (spot.cost(first) + spot.cost(last)) / 2 * len(block.places)


def _run_lengths(hall: Sequence[Stretch], wish: Wish) -> list[int]:
    lengths = [
        sum(1 for _ in run) for stretch in hall for allowed, run in groupby(stretch.places, key=wish.allows) if allowed
    ]
    return sorted(lengths, reverse=True)


def _division(party: int, runs: Sequence[int]) -> tuple[int, ...]:
    """Divide a party into as few groups as the runs allow, as even as can be, so that nobody sits alone without need."""
    room = [*accumulate(runs[:party])]
    groups = next((count for count, seats in enumerate(room, start=1) if seats >= party), 0)
    fitting = [
        sizes
        for sizes in _partitions(party, groups, party)
        if all(size <= run for size, run in zip(sizes, runs, strict=False))
    ]
    return min(fitting, default=())


def _partitions(total: int, parts: int, largest: int) -> Iterator[tuple[int, ...]]:
    if parts == 0:
        if total == 0:
            yield ()
        return
    for first in range(min(total, largest), 0, -1):
        for rest in _partitions(total - first, parts - 1, first):
            yield (first, *rest)


def _beside_a_wheelchair(places: Sequence[Place], wish: Wish, rule: GapRule, spot: Spot) -> tuple[Place, ...]:
    """Seat as many as possible beside a wheelchair place, and the others near them."""
    hall = stretches(places)
    for size in range(wish.party - 1, 0, -1):
        anchor = min(_blocks(hall, replace(wish, party=size), rule, spot), default=None)
        if anchor is None:
            continue
        left = [replace(place, is_free=place.is_free and place not in anchor.places) for place in places]
        others = replace(wish, party=wish.party - size, wheelchair=False, near=middle(anchor.places))
        if rest := best_seats(left, others, rule):
            return anchor.places + rest
    return ()
