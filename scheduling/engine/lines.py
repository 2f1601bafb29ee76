"""The best day of one screen while all others stay as they are: a walk through its grid times, best value first."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduling.engine.grid import Option
from scheduling.engine.tally import Tally

Line = list[Option]
Priced = tuple[Option, float]  # with the burden of its time
Draws = dict[tuple[int, int, int], float]  # what a film's next show in a daypart adds, after so many on this screen


@dataclass(frozen=True, slots=True)
class _Walk:
    """A screen's shows so far: the last one and the walk before it; `spent` counts those of films with a maximum."""

    worth: float
    spent: int = 0
    last: Option | None = None
    before: "_Walk | None" = None

    def shows(self) -> Iterator[Option]:
        walk: _Walk | None = self
        while walk is not None and walk.last is not None:
            yield walk.last
            walk = walk.before


Walks = dict[int, _Walk]  # the best by what it spent: one that saved its maxima may yet do better


def best_line(tally: Tally, options: Sequence[Option], *, mending: bool) -> Line:
    """Choose shows of one screen, one after the other, in time.

    Values within the line are those of each show after the ones before it; crowding by the line itself does not arise.
    With `mending`, missing minima count. Options come in any order; equals are decided by it.
    """
    starts = sorted({option.start for option in options})
    by_start: dict[int, list[Priced]] = {start: [] for start in starts}
    for option in options:
        by_start[option.start].append((option, tally.burden(option)))
    draws: Draws = {}
    reached: list[Walks] = [{0: _Walk(0.0)}, *({} for _ in starts)]
    for position, start in enumerate(starts):
        for walk in _undominated(reached[position]):
            _keep(reached[position + 1], walk)
            for further, free_at in _steps(tally, walk, by_start[start], draws, mending=mending):
                _keep(reached[bisect_left(starts, free_at)], further)
    best = max(reached[-1].values(), key=lambda walk: walk.worth)
    return list(best.shows())[::-1]


def _keep(walks: Walks, walk: _Walk) -> None:
    known = walks.get(walk.spent)
    if known is None or known.worth < walk.worth:
        walks[walk.spent] = walk


def _undominated(walks: Walks) -> Iterator[_Walk]:
    best = float("-inf")
    for spent in sorted(walks):
        if walks[spent].worth > best:
            best = walks[spent].worth
            yield walks[spent]


def _steps(
    tally: Tally, here: _Walk, options: Sequence[Priced], draws: Draws, *, mending: bool
) -> Iterator[tuple[_Walk, int]]:
    in_part: Counter[tuple[int, int]] = Counter()
    in_all: Counter[int] = Counter()
    for show in here.shows():
        in_part[show.film.id, show.part] += 1
        in_all[show.film.id] += 1
    for option, burden in options:
        film, part = option.film.id, option.part
        key = film, part, in_part[film, part]
        if key not in draws:
            draws[key] = tally.draws(option, key[2])
        worth, spent = draws[key], here.spent
        for row in tally.rows(film, option.screen.id, part):
            quota = tally.quotas[row]
            shown = tally.quota[row] + (in_all[film] if quota.daypart is None else in_part[film, part])
            if quota.most is not None and shown >= quota.most:
                break
            spent = max(spent, here.spent + (quota.most is not None))
            worth += tally.weights.shortfall * (mending and shown < quota.least)
        else:
            yield _Walk(here.worth + worth - burden, spent, option, here), option.free_at
