"""What comes back: a plan, what it is worth, and an account of how it was found and what it could not grant."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from scheduling.engine.problem import Quota

Told = Callable[[int, int], None]  # of how many days are planned, and of how many there are


def silent(_done: int, _days: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, order=True)
class PlacedShow:
    """A new show: its day by position; it starts and ends (without the turnaround) in minutes since the instant of reference."""

    day: int
    screen: int
    start: int
    end: int
    film: int


@dataclass(frozen=True, slots=True)
class Plan:
    """New shows by day, screen and start. What was fixed is not repeated: it stands unchanged."""

    shows: tuple[PlacedShow, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """What a plan with its fixed shows is worth, and what of it is penalties."""

    admissions: float
    contribution: float  # admissions at what they leave, less the cost of shows
    penalties: dict[str, float] = field(default_factory=dict)  # by wish, each at least 0

    @property
    def objective(self) -> float:
        return self.contribution - sum(self.penalties.values())


class Blocker(StrEnum):
    """The rule that stands in the way of a wish; the first that leaves no start at all."""

    NOT_AVAILABLE = "NOT_AVAILABLE"  # the film is not available on that day or on these screens
    FORMAT = "FORMAT"  # no screen has its format
    HOURS = "HOURS"  # it does not fit between opening and closing
    CURFEW = "CURFEW"  # its hours for children or by rating leave no start
    FIXED = "FIXED"  # shows that stand, or screens out of use, leave no gap
    CLEAN_RUN = "CLEAN_RUN"  # it would have to share a screen, or another's screen is not to be shared
    MOST = "MOST"  # another rule's maximum is reached
    ROOM = "ROOM"  # there are starts, but not enough beside the other shows


@dataclass(frozen=True, slots=True)
class Unmet:
    """A minimum that the plan does not reach on a day, with the rule that blocked it."""

    quota: Quota
    day: int
    scheduled: int
    blocker: Blocker


@dataclass(frozen=True, slots=True)
class Report:
    """How a plan was found and how good it is known to be.

    `bound`: no plan at all is worth more; None when nobody looked. `gap` is what is left between, relative to the
    bound. `proved` is said only of a plan for which no gap is left. `work` is the effort in the engine's own units, the
    same for the same input; `seconds` is what it took on this machine.
    """

    engine: str
    score: Score
    unmet: tuple[Unmet, ...]
    seconds: float
    work: float = 0.0
    bound: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def objective(self) -> float:
        return self.score.objective

    @property
    def gap(self) -> float | None:
        if self.bound is None:
            return None
        return max(0.0, self.bound - self.objective) / max(1.0, abs(self.bound))

    @property
    def proved(self) -> bool:
        return self.gap is not None and self.gap <= PROVED_WITHIN


PROVED_WITHIN = 1e-6


@dataclass(frozen=True, slots=True)
class Solution:
    plan: Plan
    report: Report
