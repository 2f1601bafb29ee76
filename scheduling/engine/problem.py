"""What is to be planned: days, screens, films, the rules that hold and the wishes that are weighed, as frozen values.

Every time is in whole minutes since an instant of the caller's choice, so an hour is always 60 minutes. Money is in the
venue's currency as `float`: these are estimates that are compared, never amounts that are charged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

A_DAY = 24 * 60
TRACE = 0.001  # admissions


@dataclass(frozen=True, slots=True)
class Day:
    """One business day. A new show starts at or after `opens` and its feature ends by `closes`, after midnight or not.

    `midnight` is where the times of day of dayparts and curfews are counted from: twelve hours before the wall clock
    shows noon, so that a night in which the clock changes moves no evening.
    """

    midnight: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Daypart:
    """A stretch of the day in which an audience would accept another start; minutes after `Day.midnight`.

    The first also covers what starts before it, the last what starts after it.
    """

    name: str
    start: int


@dataclass(frozen=True, slots=True)
class Screen:
    """One auditorium; `cost` is what opening it for one show costs."""

    id: int
    capacity: int
    turnaround: int = 15
    pre_show: int = 10
    formats: frozenset[str] = frozenset()
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Film:
    """One title that may be shown.

    `formats`: any one of them will do; empty: every screen can show it. `turnaround` and `pre_show` are its own, when
    it needs more cleaning or has other advertisements. `clean`: it shares no screen with another film on a day, as
    contracts ask in the first weeks. `days`, `screens`: where it may be shown; None: everywhere. `share` is the
    distributor's part of the net ticket price, by day where it changes within the horizon.
    """

    id: int
    duration: int
    title: str = ""
    interval: int = 0
    turnaround: int = 0
    pre_show: int | None = None
    formats: frozenset[str] = frozenset()
    kind: str = ""
    rating: str = ""
    clean: bool = False
    days: frozenset[int] | None = None
    screens: frozenset[int] | None = None
    net_price: float = 0.0
    share: float = 0.0
    share_by_day: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Curfew:
    """Hours for films of some kinds or ratings, by licence or custom; minutes after `Day.midnight`."""

    name: str
    kinds: frozenset[str] = frozenset()
    ratings: frozenset[str] = frozenset()
    starts_from: int | None = None
    ends_by: int | None = None

    def concerns(self, film: Film) -> bool:
        return film.kind in self.kinds or film.rating in self.ratings


@dataclass(frozen=True, slots=True)
class Quota:
    """How often a film should and may be shown on each day it names (None: every day), fixed shows included.

    `least` is a wish that outweighs all money (`Weights.shortfall`) and is reported when it is not met; `most` always
    holds for what is planned. Narrowed to a screen or to a daypart (by its position) where they are given.
    """

    film: int
    least: int = 0
    most: int | None = None
    screen: int | None = None
    daypart: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class FixedShow:
    """A show that stands, published or sold: it is kept as it is and counts towards quotas, demand and crowding.

    `day` is a position in `Problem.days`; -1 is the day before the first, for the sake of continuity. `film` is None
    for one that is not among the films. The screen is taken from `start` until `free_at`.
    """

    screen: int
    day: int
    start: int
    end: int
    free_at: int
    film: int | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """A stretch in which a screen is out of use."""

    screen: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Weights:
    """What the soft wishes are worth, in the venue's currency: shown to whoever plans, and theirs to change.

    `reach`: which share of a daypart's demand one show of a film can draw, two can, three and more can. Crowding is
    counted at every grid time: `lobby_penalty` for each start above `lobby_starts` within the `lobby_minutes` from it,
    `cleaning_penalty` for each end above `cleaning_crews` within `cleaning_minutes`, `spacing_penalty` for each start
    of the same film above one within `spacing_minutes`. `empty_seat` is charged per seat that stays empty,
    `continuity_penalty` per show of a film that had shows the day before, none within `continuity_minutes` of that
    time of day. `shortfall` is charged for each show below a quota's `least`.
    """

    reach: tuple[float, ...] = (0.7, 0.9, 1.0)
    lobby_minutes: int = 15
    lobby_starts: int = 2
    lobby_penalty: float = 300.0
    cleaning_minutes: int = 15
    cleaning_crews: int = 2
    cleaning_penalty: float = 200.0
    spacing_minutes: int = 30
    spacing_penalty: float = 400.0
    empty_seat: float = 0.5
    continuity_minutes: int = 30
    continuity_penalty: float = 150.0
    shortfall: float = 100_000.0


@dataclass(frozen=True)
class Problem:
    """Everything the engines know.

    `demand`: the admissions expected for a film (id), on a day (position), in a daypart (position), if seats and times
    were no object; absent means none. `food_margin` is what an admission leaves at the counter. New shows start on
    multiples of `grid` minutes after `Day.midnight`.

    :raises ValueError: for a problem that contradicts itself.
    """

    days: tuple[Day, ...]
    dayparts: tuple[Daypart, ...]
    screens: tuple[Screen, ...]
    films: tuple[Film, ...]
    demand: Mapping[tuple[int, int, int], float]
    quotas: tuple[Quota, ...] = ()
    fixed: tuple[FixedShow, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    curfews: tuple[Curfew, ...] = ()
    food_margin: float = 0.0
    weights: Weights = Weights()
    grid: int = 15

    def __post_init__(self) -> None:
        for wrong, is_wrong in {
            "The grid is at least one minute.": self.grid < 1,
            "There is at least one daypart, in order.": not self.dayparts
            or not _ascend(p.start for p in self.dayparts),
            "The days are in order.": not _ascend(day.midnight for day in self.days),
            "Two screens have one id.": len(self.screen_by_id) < len(self.screens),
            "Two films have one id.": len(self.film_by_id) < len(self.films),
            "A screen is not known.": any(show.screen not in self.screen_by_id for show in self.fixed)
            or any(blocked.screen not in self.screen_by_id for blocked in self.blocked),
            "A film is not known.": any(quota.film not in self.film_by_id for quota in self.quotas)
            or any(film not in self.film_by_id for film, _, _ in self.demand),
            "Each further show reaches less, and together they reach no more than all.": not _reaches(
                self.weights.reach
            ),
        }.items():
            if is_wrong:
                raise ValueError(wrong)

    @cached_property
    def screen_by_id(self) -> dict[int, Screen]:
        return {screen.id: screen for screen in self.screens}

    @cached_property
    def film_by_id(self) -> dict[int, Film]:
        return {film.id: film for film in self.films}

    def wanted(self, film: int, day: int, part: int) -> float:
        """Tell how many admissions are expected; traces of one are none: solvers go astray among numbers so far apart."""
        expected = self.demand.get((film, day, part), 0.0)
        return expected if expected >= TRACE else 0.0

    def running(self, film: Film, screen: Screen) -> int:
        """Tell how long a show runs, from the announced start until the doors open again."""
        pre_show = screen.pre_show if film.pre_show is None else film.pre_show
        return pre_show + film.duration + film.interval

    def turnaround(self, film: Film, screen: Screen) -> int:
        return max(film.turnaround, screen.turnaround)

    def earns(self, film: Film, day: int) -> float:
        """Tell what one admission leaves to the house: the net price less the distributor's share, and food."""
        return film.net_price * (1 - film.share_by_day.get(day, film.share)) + self.food_margin

    def daypart_at(self, day: int, start: int) -> int:
        """Tell in which daypart, by position, a show that starts then is."""
        clock = start - self.days[day].midnight
        begun = (position for position, part in enumerate(self.dayparts) if part.start <= clock)
        return max(begun, default=0)


def _ascend(times: Iterable[int]) -> bool:
    return all(one < other for one, other in pairwise(times))


def _reaches(reach: tuple[float, ...]) -> bool:
    steps = [further - so_far for so_far, further in pairwise((0.0, *reach))]
    falls = all(later <= sooner + 1e-9 for sooner, later in pairwise(steps))
    return bool(reach) and falls and min(steps) >= 0 and reach[-1] <= 1 + 1e-9
