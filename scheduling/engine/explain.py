"""Why a minimum was not reached: the first rule that leaves no start at all, else the other shows."""

from collections.abc import Iterable

from scheduling.engine.grid import DayGrid, Option
from scheduling.engine.plans import Blocker, PlacedShow, Plan, Unmet
from scheduling.engine.problem import Film, Problem, Quota, Screen
from scheduling.engine.score import counts_for, shortfalls, shows_by_day


def unmet_of(problem: Problem, plan: Plan) -> tuple[Unmet, ...]:
    """List every minimum that a plan does not reach, with the rule that blocked it."""
    by_day = shows_by_day(problem, plan.shows)
    return tuple(
        Unmet(quota, day, quota.least - missing, _blocker(problem, quota, day, plan.shows))
        for day in range(len(problem.days))
        for quota, missing in shortfalls(problem, day, by_day[day])
    )


def _blocker(problem: Problem, quota: Quota, day: int, shows: Iterable[PlacedShow]) -> Blocker:
    film = problem.film_by_id[quota.film]
    grid = DayGrid(problem, day)
    screens = [screen for screen in problem.screens if quota.screen in (None, screen.id)]
    refused = {screen.id: grid.refuses(film, screen) for screen in screens}
    open_to_it = [screen for screen in screens if refused[screen.id] is None]
    if not open_to_it:  # the reason of the screen that came nearest
        order = list(Blocker)
        return max((reason for reason in refused.values() if reason), key=order.index, default=Blocker.NOT_AVAILABLE)
    for blocker, starts in _narrowing(grid, film, open_to_it, quota):
        if not starts:
            return blocker
    return _among_others(problem, quota, day, [show for show in shows if show.day == day])


def _narrowing(
    grid: DayGrid, film: Film, screens: list[Screen], quota: Quota
) -> Iterable[tuple[Blocker, list[int] | list[Option]]]:
    hours, (opens, closes) = grid.hours, grid.hours_of(film)
    running = min(grid.problem.running(film, screen) for screen in screens)
    in_part = [start for start in grid.starts if quota.daypart in (None, grid.parts[start])]
    yield Blocker.HOURS, [start for start in in_part if hours.opens <= start <= hours.closes - running]
    yield Blocker.CURFEW, [start for start in in_part if opens <= start <= closes - running]
    free = (option for screen in screens for option in grid.starts_of(film, screen))
    yield Blocker.FIXED, [option for option in free if quota.daypart in (None, option.part)]


def _among_others(problem: Problem, quota: Quota, day: int, shows: list[PlacedShow]) -> Blocker:
    by_day = shows_by_day(problem, shows)[day]
    wider = (other for other in problem.quotas if other.film == quota.film and _covers(other, quota))
    for other in wider:
        count = sum(counts_for(problem, other, day, show) for show in by_day)
        if other.most is not None and other.day in (None, day) and count >= other.most:
            return Blocker.MOST
    return Blocker.ROOM


def _covers(wide: Quota, narrow: Quota) -> bool:
    """Tell whether every show that counts towards the narrow quota counts towards the wide one."""
    return wide.screen in (None, narrow.screen) and wide.daypart in (None, narrow.daypart)
