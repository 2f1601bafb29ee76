"""Is a plan lawful? A second opinion that shares no code with the engines: it judges shows against the rules as written."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from scheduling.engine.plans import PlacedShow, Plan, Unmet
from scheduling.engine.problem import Film, FixedShow, Problem, Quota, Screen


@dataclass(frozen=True, slots=True)
class Violation:
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class _Use:
    """A screen in use by a new show, one that stands, or for another reason."""

    screen: int
    start: int
    free_at: int
    new: bool


def violations(problem: Problem, plan: Plan, unmet: tuple[Unmet, ...] | None = None) -> list[Violation]:
    """List every breach of a hard rule; with `unmet`, also every missed minimum that is not owned up to, and the reverse."""
    strange = list(_strangers(problem, plan))
    if strange:
        return strange
    found = [violation for show in plan.shows for violation in _of_one(problem, show)]
    found += _double_use(problem, plan)
    found += _shared_clean_runs(problem, plan)
    found += _too_many(problem, plan)
    if unmet is not None:
        found += _misreported(problem, plan, unmet)
    return found


def _strangers(problem: Problem, plan: Plan) -> Iterator[Violation]:
    films, screens = {film.id for film in problem.films}, {screen.id for screen in problem.screens}
    for show in plan.shows:
        if show.film not in films or show.screen not in screens or not 0 <= show.day < len(problem.days):
            yield Violation("known", f"{show} is of an unknown film, screen or day")


def _of_one(problem: Problem, show: PlacedShow) -> Iterator[Violation]:
    film = next(film for film in problem.films if film.id == show.film)
    screen = next(screen for screen in problem.screens if screen.id == show.screen)
    day = problem.days[show.day]
    if show.end - show.start != _length(film, screen):
        yield Violation("length", f"{show} should run {_length(film, screen)} minutes")
    if show.start < day.opens or show.end > day.closes:
        yield Violation("hours", f"{show} is outside {day}")
    if film.formats and film.formats.isdisjoint(screen.formats):
        yield Violation("format", f"{show}: {screen} cannot show {film.formats}")
    if film.days is not None and show.day not in film.days:
        yield Violation("days", f"{show}: only on {film.days}")
    if film.screens is not None and show.screen not in film.screens:
        yield Violation("screens", f"{show}: only on {film.screens}")
    yield from _curfews(problem, show, film)


def _length(film: Film, screen: Screen) -> int:
    return film.duration + film.interval + (screen.pre_show if film.pre_show is None else film.pre_show)


def _curfews(problem: Problem, show: PlacedShow, film: Film) -> Iterator[Violation]:
    midnight = problem.days[show.day].midnight
    for curfew in problem.curfews:
        if film.kind not in curfew.kinds and film.rating not in curfew.ratings:
            continue
        if curfew.starts_from is not None and show.start < midnight + curfew.starts_from:
            yield Violation("curfew", f"{show} starts before {curfew.name} allows")
        if curfew.ends_by is not None and show.end > midnight + curfew.ends_by:
            yield Violation("curfew", f"{show} ends after {curfew.name} allows")


def _double_use(problem: Problem, plan: Plan) -> Iterator[Violation]:
    films = {film.id: film for film in problem.films}
    turnarounds = {screen.id: screen.turnaround for screen in problem.screens}
    uses = [_Use(show.screen, show.start, show.free_at, new=False) for show in problem.fixed]
    uses += [_Use(taken.screen, taken.start, taken.end, new=False) for taken in problem.blocked]
    for show in plan.shows:
        cleaning = max(turnarounds[show.screen], films[show.film].turnaround)
        uses.append(_Use(show.screen, show.start, show.end + cleaning, new=True))
    for screen in sorted(turnarounds):
        for one, other in combinations([use for use in uses if use.screen == screen], 2):
            if (one.new or other.new) and one.start < other.free_at and other.start < one.free_at:
                yield Violation("screen", f"{one} and {other} overlap")


def _films_by_screen_and_day(problem: Problem, plan: Plan) -> dict[tuple[int, int], set[int | None]]:
    sharing: dict[tuple[int, int], set[int | None]] = {}
    everything: list[PlacedShow | FixedShow] = [*problem.fixed, *plan.shows]
    for show in everything:
        sharing.setdefault((show.screen, show.day), set()).add(show.film)
    return sharing


def _shared_clean_runs(problem: Problem, plan: Plan) -> Iterator[Violation]:
    clean = {film.id for film in problem.films if film.clean}
    new = {(show.screen, show.day) for show in plan.shows}
    for place, films in _films_by_screen_and_day(problem, plan).items():
        if place in new and len(films) > 1 and films & clean:
            yield Violation("clean run", f"screen {place[0]} on day {place[1]} shows {films}")


def _counted(problem: Problem, plan: Plan, quota: Quota, day: int, *, new_only: bool = False) -> int:
    count = 0
    shows: list[PlacedShow | FixedShow] = [*plan.shows, *([] if new_only else problem.fixed)]
    for show in shows:
        if show.film != quota.film or show.day != day or quota.screen not in (None, show.screen):
            continue
        if quota.daypart is None or _daypart(problem, day, show.start) == quota.daypart:
            count += 1
    return count


def _daypart(problem: Problem, day: int, start: int) -> int:
    position = 0
    for number, part in enumerate(problem.dayparts):
        if problem.days[day].midnight + part.start <= start:
            position = number
    return position


def _days_of(problem: Problem, quota: Quota) -> list[int]:
    return list(range(len(problem.days))) if quota.day is None else [quota.day]


def _too_many(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for quota in problem.quotas:
        for day in _days_of(problem, quota):
            count = _counted(problem, plan, quota, day)
            if quota.most is not None and count > quota.most and _counted(problem, plan, quota, day, new_only=True):
                yield Violation("most", f"{count} shows on day {day} for {quota}")


def _misreported(problem: Problem, plan: Plan, unmet: tuple[Unmet, ...]) -> Iterator[Violation]:
    said = {(miss.quota, miss.day): miss.scheduled for miss in unmet}
    true = {
        (quota, day): count
        for quota in problem.quotas
        for day in _days_of(problem, quota)
        if (count := _counted(problem, plan, quota, day)) < quota.least
    }
    for quota, day in said.keys() | true.keys():
        if said.get((quota, day)) != true.get((quota, day)):
            counts = f"said {said.get((quota, day))}, counted {true.get((quota, day))}"
            yield Violation("least", f"day {day}, {quota}: {counts}")
