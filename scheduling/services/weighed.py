"""Planning days of a venue by what they are expected to leave: weighed without a lock, written under it, all or nothing."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Avg, Count, Q, QuerySet
from psycopg.errors import ExclusionViolation

from accounts.models import User
from catalog.models import Movie
from scheduling import expectations, hire
from scheduling.drafting import opening_of
from scheduling.engine import checker, greedy, improver
from scheduling.engine.plans import Report, Solution, Told, silent
from scheduling.errors import NothingToWeigh, ScreensChanged
from scheduling.hybrid import Placed
from scheduling.models import Show
from scheduling.services import autoplanning, planning
from scheduling.states import ShowStatus
from scheduling.weighing import Case, Hall, Money, Wanted
from venues.models import Screen, SeatCategory, Venue

logger = logging.getLogger(__name__)
A_DAY = timedelta(days=1)
LEAST_PATIENCE = 0.001  # seconds: enough to begin with, and over at the first look at the clock
TRIES = 3  # of planning anew when somebody changed the screens meanwhile


def _unwitnessed(_drawn: "Filled") -> None:
    """Let a plan be written that nobody records."""


@dataclass(frozen=True, kw_only=True)
class Follower:
    """Who follows the planning: `told` hears of each day that is weighed; `witness` sees the plan in the transaction that
    writes it, before it does, and undoes it all by raising."""

    told: Told = silent
    witness: Callable[["Filled"], None] = _unwitnessed


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is to be planned at a venue; `screen_ids`: only there, None: on every screen in service.

    `patience`: so many seconds at most a solver looks for a better plan than the first good one, all tries together;
    what they leave no time for is planned by the greedy, and the report says so. With 0 no solver is asked, and the greedy
    thinks each screen's day over in so many `rounds`.
    """

    venue: Venue
    days: Sequence[date]
    opens_at: time
    closes_at: time
    buffer_minutes: int
    movies: Mapping[int, Movie]
    wanted: Sequence[Wanted]
    money: Money = field(default_factory=Money)
    screen_ids: frozenset[int] | None = None
    is_draft: bool = True
    patience: float = 0.0
    rounds: int = greedy.ROUNDS
    follower: Follower = field(default_factory=Follower)


@dataclass(frozen=True)
class Filled:
    """What was planned for the days of a case, and the engine's account of it; `written` only if it was not a dry run."""

    case: Case
    placed: list[Placed]
    report: Report
    written: bool = False


def draw_up(*, work: Work, by: User | None, now: datetime) -> Filled:
    """Plan and write nothing.

    :raises NothingToWeigh: when there is nothing to show, nowhere, or never.
    :raises ShowInPast: when the first day is over.
    :raises ShowTooFarAhead: when the last day is more than two years away.
    """
    today = now.astimezone(work.venue.zone).date()
    for day in (work.days[0], work.days[-1]):
        planning.require_near(day, today=today)
    case = _case(work, now)
    solution = _solved(case, work)
    return Filled(case, case.placed(solution.plan), solution.report)


def plan(*, work: Work, by: User | None, now: datetime) -> Filled:
    """Plan and put all the shows on their screens, with prices; what is there stays as it is.

    It is weighed without a lock, for that may take long; under the locks only what has not changed meanwhile is written.

    :raises NothingToWeigh, ShowInPast, ShowTooFarAhead: as `draw_up`.
    :raises ScreensChanged: when somebody changed these screens again and again.
    :raises ScreenTaken: naming the show that took a screen in spite of everything, decided by PostgreSQL.
    """
    for _ in range(TRIES):
        drawn = draw_up(work=work, by=by, now=now)
        if _written(work, drawn, now):
            who = f"user {by.pk}" if by else "the night"
            logger.info("%s planned %s shows at venue %s", who, len(drawn.placed), work.venue.pk)
            return replace(drawn, written=True)
        work = replace(work, patience=_left(work.patience, drawn.report.seconds))
    raise ScreensChanged


def _left(patience: float, spent: float) -> float:
    """Tell what is left of a patience; what was asked of the solver stays asked, if only to say that the time was up."""
    return max(patience - spent, LEAST_PATIENCE) if patience else 0.0


def _solved(case: Case, work: Work) -> Solution:
    if work.patience:
        effort = improver.Effort(seconds=work.patience)
        solution = improver.solve(case.problem, effort=effort, told=work.follower.told)
    else:
        solution = greedy.solve(case.problem, rounds=work.rounds, told=work.follower.told)
    if wrong := checker.violations(case.problem, solution.plan, solution.report.unmet):
        raise AssertionError(f"The engine broke a rule: {wrong[0].message}")  # a fault of ours, not of whoever plans
    return solution


def _written(work: Work, drawn: Filled, now: datetime) -> bool:
    case = drawn.case
    screens = {hall.screen.pk: hall.screen for hall in case.halls}
    status = ShowStatus.DRAFT if work.is_draft else ShowStatus.UPCOMING
    shows = [
        autoplanning.show_of(placed, screens[placed.screen_id], case.movies[placed.movie_id], status, now)
        for placed in drawn.placed
    ]
    try:
        return _put_on(work, drawn, shows)
    except IntegrityError as refused:
        if not isinstance(refused.__cause__, ExclusionViolation):
            raise
        raise autoplanning.clash(shows) from refused


@transaction.atomic(durable=True)
def _put_on(work: Work, drawn: Filled, shows: Sequence[Show]) -> bool:
    case = drawn.case
    for screen_id in sorted(hall.screen.pk for hall in case.halls):
        Show.objects.guarded_screen(screen_id)
    if _facts(_standing(case.halls, work.days)) != _facts(case.standing):
        return False
    work.follower.witness(drawn)
    autoplanning.put_on(shows)
    return True


def _case(work: Work, now: datetime) -> Case:
    halls, venue = _halls(work), work.venue
    openings = {day: opening_of(venue, day, work.opens_at, work.closes_at, now) for day in work.days}
    known = {day: span for day, span in openings.items() if span is not None}
    if not (work.movies and halls and known):
        raise NothingToWeigh
    return Case(
        venue=venue,
        openings=known,
        halls=halls,
        movies=work.movies,
        wanted=work.wanted,
        standing=list(_standing(halls, work.days)),
        forecast=expectations.of_venue(venue.pk, today=now.astimezone(venue.zone).date()).forecast,
        money=work.money,
        shares=hire.shares_on(sorted(known), venue_id=venue.pk, movie_ids=work.movies),
    )


def _halls(work: Work) -> list[Hall]:
    seats = Count("seats", filter=Q(seats__retired_at=None, seats__is_available=True) & ~Q(seats__seat_number=None))
    screens = Screen.objects.filter(venue=work.venue, is_available=True).annotate(seat_count=seats).order_by("id")
    if work.screen_ids is not None:
        screens = screens.filter(pk__in=work.screen_ids)
    categories = SeatCategory.objects.filter(screen__venue=work.venue).order_by()
    prices = dict(categories.values_list("screen").annotate(mean=Avg("base_price")))
    found = []
    for screen in screens:
        screen.venue = work.venue
        if count := int(getattr(screen, "seat_count", 0)):
            gap = max(work.buffer_minutes, planning.turnaround_of(screen))
            found.append(Hall(screen, count, gap, float(prices.get(screen.pk, 0))))
    return found


def _standing(halls: Iterable[Hall], days: Sequence[date]) -> QuerySet[Show]:
    around = (days[0] - A_DAY, days[-1] + A_DAY)
    shows = Show.objects.exclude(status=ShowStatus.CANCELLED).filter(show_date__range=around)
    return shows.filter(screen__in=[hall.screen.pk for hall in halls]).order_by("starts_at", "id")


def _facts(shows: Iterable[Show]) -> list[tuple[int, datetime, datetime]]:
    return [(show.screen_id, show.starts_at, show.free_at) for show in shows]
