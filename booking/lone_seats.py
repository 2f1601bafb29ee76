"""The rule against single gaps: nobody can sell one seat between two that are taken. Arithmetic without the ORM.

A choice is refused only when an equal one leaves nobody alone: as many seats side by side, between the same aisles, of the
same prices and kinds. Somebody who takes two of the last three seats has no such choice, and is welcome.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from booking.seating import GapRule, Place, Stretch, named, stretches


@dataclass(frozen=True, slots=True)
class Shift:
    """The seats that would be left alone, and what to take instead of which."""

    alone: tuple[Place, ...]
    instead_of: tuple[Place, ...]
    take: tuple[Place, ...]


def shifts(places: Iterable[Place], chosen: Collection[int], rule: GapRule) -> list[Shift]:
    """List where a choice leaves somebody alone without need, with the nearest equal choice; empty when it is fine."""
    wanted = frozenset(chosen)
    found = (_shift(stretch, wanted, rule) for stretch in stretches(places))
    return [shift for shift in found if shift is not None]


def shifted(chosen: Collection[int], moves: Iterable[Shift]) -> tuple[int, ...]:
    """Tell what the whole choice is once every shift is followed."""
    wanted = set(chosen)
    for move in moves:
        wanted -= {place.id for place in move.instead_of}
        wanted |= {place.id for place in move.take}
    return tuple(sorted(wanted))


def explanation(moves: Sequence[Shift]) -> str:
    """Say it in words, as in: Seat G9 would be left alone; take the two before it instead."""
    alone = [place.number for move in moves for place in move.alone]
    said = ngettext(
        "Seat %(alone)s would be left alone; take %(offer)s instead.",
        "Seats %(alone)s would be left alone; take %(offer)s instead.",
        len(alone),
    )
    return said % {"alone": _and(alone), "offer": offer(moves)}


def offer(moves: Iterable[Shift]) -> str:
    """Name the seats to take."""
    return _and(named(move.take) for move in moves)


def _and(names: Iterable[str]) -> str:
    return gettext(" and ").join(names)


def _shift(stretch: Stretch, wanted: Collection[int], rule: GapRule) -> Shift | None:
    chosen = tuple(place for place in stretch.places if place.id in wanted)
    if not chosen or (not rule.at_accessible and any(place.is_accessible for place in chosen)):
        return None
    alone = stretch.left_alone(wanted, rule)
    equal = _nearest_equal(stretch, chosen, rule) if alone else None
    return Shift(tuple(alone), chosen, equal) if equal else None


def _nearest_equal(stretch: Stretch, chosen: tuple[Place, ...], rule: GapRule) -> tuple[Place, ...] | None:
    size, sort, middle = len(chosen), _sorts(chosen), sum(place.col for place in chosen)
    blocks = (
        stretch.places[first : first + size]
        for start, end in stretch.free_runs()
        for first in range(start, end - size + 1)
    )
    equal = sorted(
        (block for block in blocks if _sorts(block) == sort),
        key=lambda block: abs(sum(place.col for place in block) - middle),
    )
    return next((block for block in equal if not stretch.left_alone({place.id for place in block}, rule)), None)


def _sorts(block: Iterable[Place]) -> Counter[tuple[int, str]]:
    return Counter((place.category_id, place.kind) for place in block)
