"""How many people will come, from how many came: plain arithmetic that a manager can follow, without the ORM.

    expected = level of the movie * part of the day * day of the week * keep ** weeks since its run began

Every factor is a ratio of sums over the cells sold so far (a cell: one movie, one day, one part of the day), pooled: as if
some more cells had been seen that agree with the mean above it: the movie's with its genre, the genre's with the house.
What a sold-out cell could have sold is not seen: it counts for what it sold.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar

from scheduling.states import PartOfDay

POOLED = 6.0  # cells: how much a mean above weighs against what was seen itself
USUAL_KEEP = (
    0.7  # of a week's admissions the next week keeps; published week-on-week drop of 30 % (see docs/scheduling.md)
)
KEEP_BOUNDS = (0.3, 1.0)
ASSUMED = 30.0  # admissions of a cell where nothing was ever sold
FEWEST_CELLS = 20  # of a house, below which a forecast is a guess
FARTHEST_DAYS = 28  # beyond the last day sold
HELD_DAYS = 14
A_DAY = timedelta(days=1)
Key = TypeVar("Key", bound=Hashable)


class Basis(StrEnum):
    """What a forecast rests on."""

    OVERRIDE = "override"  # somebody said so
    OWN = "own"  # sales of the movie here
    GENRE = "genre"  # sales of movies of its genres here
    HOUSE = "house"  # sales of anything here
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one movie sold on one day in one part of the day, all its shows together."""

    movie_id: int
    day: date
    part: PartOfDay
    admissions: int
    seats: int = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """One forecast, and all it is made of."""

    admissions: float
    basis: Basis
    level: float
    part: float
    weekday: float
    weeks: int
    kept: float
    doubts: tuple[str, ...] = ()

    @property
    def is_entered(self) -> bool:
        return self.basis == Basis.OVERRIDE

    @property
    def because(self) -> str:
        """Write the sum as staff read it."""
        if self.is_entered:
            return "entered by hand"
        sum_of = f"{self.level:.0f} × {self.part:.2f} part of day × {self.weekday:.2f} weekday × {self.kept:.2f} for week {self.weeks + 1}"
        return f"{sum_of} ({self.basis})"


@dataclass(frozen=True)
class Forecast:
    """What was learnt from the sales of one venue."""

    cells: int
    last_day: date | None
    house: float
    parts: Mapping[PartOfDay, float]
    weekdays: Mapping[int, float]
    keep: float
    keep_seen: int  # weeks of runs that followed another: without any, `keep` is the usual and nothing of this venue's
    levels: Mapping[int, float]  # by movie with sales
    cells_of: Mapping[int, int]
    genre_levels: Mapping[str, float]
    genres: Mapping[int, Sequence[str]]
    begun: Mapping[int, date]  # when each movie's run began here
    overrides: Mapping[tuple[int, PartOfDay], float] = field(default_factory=dict)

    def expect(self, movie_id: int, day: date, part: PartOfDay, *, begins: date | None = None) -> Expected:
        """Tell how many would come if seats and times were no object; `begins`: its first day, where it was never shown."""
        level, basis = self.level_of(movie_id)
        weeks = max((day - self.begun.get(movie_id, begins or day)).days // 7, 0)
        part_factor, weekday = self.parts.get(part, 1.0), self.weekdays.get(day.weekday(), 1.0)
        kept = self.keep**weeks
        said = self.overrides.get((movie_id, part))
        admissions = level * part_factor * weekday * kept if said is None else said
        basis = basis if said is None else Basis.OVERRIDE
        doubts = () if said is not None else tuple(self._doubts(movie_id, day, part, basis))
        return Expected(admissions, basis, level, part_factor, weekday, weeks, kept, doubts)

    def level_of(self, movie_id: int) -> tuple[float, Basis]:
        """Find what an average cell of a movie sells in its first week, and where that is known from."""
        if movie_id in self.levels:
            return self.levels[movie_id], Basis.OWN
        known = [self.genre_levels[name] for name in self.genres.get(movie_id, ()) if name in self.genre_levels]
        if known:
            return sum(known) / len(known), Basis.GENRE
        return self.house, Basis.HOUSE if self.cells else Basis.NOTHING

    def _doubts(self, movie_id: int, day: date, part: PartOfDay, basis: Basis) -> Iterable[str]:
        if self.cells < FEWEST_CELLS:
            yield f"only {self.cells} cells were ever sold here"
        elif basis != Basis.OWN:
            yield f"never shown here: taken from its {basis}"
        elif self.cells_of[movie_id] < POOLED:
            yield f"shown here in {self.cells_of[movie_id]} cells only"
        if self.cells and part not in self.parts:
            yield f"nothing was ever sold in the {part.value}"
        if self.cells and day.weekday() not in self.weekdays:
            yield "nothing was ever sold on this day of the week"
        if self.last_day and (day - self.last_day).days > FARTHEST_DAYS:
            yield f"more than {FARTHEST_DAYS} days beyond the last sale"


def learn(cells: Sequence[Cell], genres: Mapping[int, Sequence[str]]) -> Forecast:
    """Work out every factor from what was sold; `genres` by movie."""
    begun: dict[int, date] = {}
    for cell in cells:
        begun[cell.movie_id] = min(begun.get(cell.movie_id, cell.day), cell.day)
    house = sum(cell.admissions for cell in cells) / len(cells) if cells else ASSUMED
    parts = _factors(cells, lambda cell: cell.part, lambda _: house)
    weekdays = _factors(cells, lambda cell: cell.day.weekday(), lambda cell: house * parts[cell.part])

    def without_age(cell: Cell) -> float:
        return parts[cell.part] * weekdays[cell.day.weekday()]

    pairs = _weeks_that_followed(cells, begun, without_age)
    keep = _keep(pairs)
    shares = [(cell, without_age(cell) * keep ** _weeks(cell, begun)) for cell in cells]
    fresh = _pooled([(cell.admissions, share) for cell, share in shares], towards=house)
    by_genre = _grouped(
        (name, cell.admissions, share) for cell, share in shares for name in genres.get(cell.movie_id, ())
    )
    genre_levels = {name: _pooled(seen, towards=fresh) for name, seen in by_genre.items()}
    by_movie = _grouped((cell.movie_id, cell.admissions, share) for cell, share in shares)
    return Forecast(
        cells=len(cells),
        last_day=max((cell.day for cell in cells), default=None),
        house=fresh if cells else ASSUMED,
        parts=parts,
        weekdays=weekdays,
        keep=keep,
        keep_seen=len(pairs),
        levels={pk: _pooled(seen, towards=_above(pk, genres, genre_levels, fresh)) for pk, seen in by_movie.items()},
        cells_of={pk: len(seen) for pk, seen in by_movie.items()},
        genre_levels=genre_levels,
        genres=genres,
        begun=begun,
    )


def _factors(cells: Iterable[Cell], key: Callable[[Cell], Key], expected: Callable[[Cell], float]) -> dict[Key, float]:
    seen = _grouped((key(cell), cell.admissions, expected(cell)) for cell in cells)
    mean = {name: sum(share for _, share in rows) / len(rows) for name, rows in seen.items()}
    return {
        name: (sum(sold for sold, _ in rows) + POOLED * mean[name])
        / (sum(share for _, share in rows) + POOLED * mean[name])
        if mean[name]
        else 1.0
        for name, rows in seen.items()
    }


def _grouped(rows: Iterable[tuple[Key, float, float]]) -> dict[Key, list[tuple[float, float]]]:
    found: defaultdict[Key, list[tuple[float, float]]] = defaultdict(list)
    for name, sold, share in rows:
        found[name].append((sold, share))
    return dict(found)


def _pooled(seen: Collection[tuple[float, float]], *, towards: float) -> float:
    """Estimate a level from (sold, share of the level that was to be expected), as if some cells more had sold `towards`."""
    return (sum(sold for sold, _ in seen) + POOLED * towards) / (sum(share for _, share in seen) + POOLED)


def _above(
    movie_id: int, genres: Mapping[int, Sequence[str]], genre_levels: Mapping[str, float], house: float
) -> float:
    known = [genre_levels[name] for name in genres.get(movie_id, ()) if name in genre_levels]
    return sum(known) / len(known) if known else house


def _weeks(cell: Cell, begun: Mapping[int, date]) -> int:
    return (cell.day - begun[cell.movie_id]).days // 7


def _weeks_that_followed(
    cells: Iterable[Cell], begun: Mapping[int, date], without_age: Callable[[Cell], float]
) -> list[tuple[float, float]]:
    """List what an average cell sold in a week of a run and in the week after it, for every such pair of every run."""
    weeks: defaultdict[tuple[int, int], list[float]] = defaultdict(list)
    for cell in cells:
        if share := without_age(cell):
            weeks[cell.movie_id, _weeks(cell, begun)].append(cell.admissions / share)
    means = {place: sum(values) / len(values) for place, values in weeks.items()}
    return [
        (means[one], means[two]) for one, two in pairwise(sorted(means)) if one[0] == two[0] and two[1] == one[1] + 1
    ]


def _keep(pairs: Collection[tuple[float, float]]) -> float:
    """Compare each week of each run with the week before it, all runs together, pooled with the usual."""
    if not pairs:
        return USUAL_KEEP
    before, after = sum(one for one, _ in pairs), sum(two for _, two in pairs)
    typical = before / len(pairs)
    keep = (after + POOLED * typical * USUAL_KEEP) / (before + POOLED * typical) if before else USUAL_KEEP
    return min(max(keep, KEEP_BOUNDS[0]), KEEP_BOUNDS[1])


@dataclass(frozen=True, slots=True)
class Backtest:
    """How wrong it would have been: learnt before a day, compared with what was sold from that day on.

    Nothing of what was sold from then on is in it, only what was planned: which movies, from when, and so many seats.
    Numbers entered by hand are not in it either: it is the arithmetic that is judged.
    """

    since: date
    cells: int
    sold: int
    expected: float
    error: float  # sum of what each cell was off by, of all that was sold (WAPE)
    naive_error: float  # the same, had every cell been expected to sell the house's mean
    by_movie: Mapping[int, tuple[int, float]]  # sold, expected

    @property
    def bias(self) -> float:
        """How much more was expected than came, of all that was sold."""
        return (self.expected - self.sold) / self.sold if self.sold else 0.0


def backtest(cells: Sequence[Cell], genres: Mapping[int, Sequence[str]]) -> Backtest | None:
    """Learn without the last days (two weeks, or a third of what there is), and compare; None without enough of either."""
    if not cells:
        return None
    first, last = min(cell.day for cell in cells), max(cell.day for cell in cells)
    since = last + A_DAY - A_DAY * min(HELD_DAYS, ((last - first).days + 1) // 3)
    before, held = [cell for cell in cells if cell.day < since], [cell for cell in cells if cell.day >= since]
    sold = sum(cell.admissions for cell in held)
    if len(before) < FEWEST_CELLS or not sold:
        return None
    guesses = _guesses(learn(before, genres), held)
    mean = sum(cell.admissions for cell in before) / len(before)
    by_movie: dict[int, tuple[int, float]] = {}
    for cell, guess in zip(held, guesses, strict=True):
        had, thought = by_movie.get(cell.movie_id, (0, 0.0))
        by_movie[cell.movie_id] = (had + cell.admissions, thought + guess)
    off = sum(abs(cell.admissions - guess) for cell, guess in zip(held, guesses, strict=True))
    naive = sum(abs(cell.admissions - mean) for cell in held)
    return Backtest(since, len(held), sold, sum(guesses), off / sold, naive / sold, by_movie)


def _guesses(learnt: Forecast, held: Iterable[Cell]) -> list[float]:
    begins: dict[int, date] = {}
    for cell in held:
        begins[cell.movie_id] = min(begins.get(cell.movie_id, cell.day), cell.day)
    expected = [learnt.expect(cell.movie_id, cell.day, cell.part, begins=begins[cell.movie_id]) for cell in held]
    return [
        min(one.admissions, cell.seats) if cell.seats else one.admissions
        for one, cell in zip(expected, held, strict=True)
    ]
