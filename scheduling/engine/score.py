"""What a plan is worth: the one definition of the objective, which both engines serve and every report quotes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from scheduling.engine.plans import PlacedShow, Score
from scheduling.engine.problem import FixedShow, Problem, Quota, Screen

AnyShow = PlacedShow | FixedShow


def score(problem: Problem, shows: Sequence[PlacedShow]) -> Score:
    """Value new shows together with those that stand; every day counts on its own but for continuity."""
    by_day = shows_by_day(problem, shows)
    penalties: dict[str, float] = defaultdict(float)
    admissions = contribution = 0.0
    for day in range(len(problem.days)):
        known = [show for show in by_day[day] if show.film is not None]
        seated, drawn, earned = _audience(problem, day, known)
        admissions += drawn
        contribution += earned - sum(problem.screen_by_id[show.screen].cost for show in known)
        penalties["empty seats"] += problem.weights.empty_seat * (seated - drawn)
        for wish, amount in _crowding(problem, day, by_day[day]).items():
            penalties[wish] += amount
        penalties["continuity"] += problem.weights.continuity_penalty * _unsteady(problem, day, by_day)
        penalties["shortfall"] += problem.weights.shortfall * sum(
            missing for _, missing in shortfalls(problem, day, by_day[day])
        )
    return Score(admissions, contribution, dict(penalties))


def shows_by_day(problem: Problem, shows: Iterable[PlacedShow]) -> dict[int, list[AnyShow]]:
    """Group new shows with those that stand, the day before the first included."""
    by_day: dict[int, list[AnyShow]] = defaultdict(list)
    everything: list[AnyShow] = [*problem.fixed, *shows]
    for show in everything:
        by_day[show.day].append(show)
    return by_day


def reached(reach: Sequence[float], shows: int) -> float:
    """Tell which share of a daypart's demand so many shows can draw together."""
    return reach[min(shows, len(reach)) - 1] if shows else 0.0


def drawn_by_one(problem: Problem, demand: float, screen: Screen) -> float:
    """Tell how many admissions a single show can draw at most."""
    return min(float(screen.capacity), demand * problem.weights.reach[0])


def _audience(problem: Problem, day: int, shows: Sequence[AnyShow]) -> tuple[float, float, float]:
    alone: dict[tuple[int, int], float] = defaultdict(float)
    counts: Counter[tuple[int, int]] = Counter()
    seats = 0.0
    for show in shows:
        if show.film is None:
            continue
        film, screen = problem.film_by_id[show.film], problem.screen_by_id[show.screen]
        part = problem.daypart_at(day, show.start)
        alone[film.id, part] += drawn_by_one(problem, problem.wanted(film.id, day, part), screen)
        counts[film.id, part] += 1
        seats += screen.capacity
    drawn = earned = 0.0
    for (film_id, part), count in counts.items():
        film = problem.film_by_id[film_id]
        most = problem.wanted(film.id, day, part) * reached(problem.weights.reach, count)
        admissions = min(alone[film_id, part], most)
        drawn += admissions
        earned += admissions * problem.earns(film, day)
    return seats, drawn, earned


def windows(problem: Problem, day: int, at: int, minutes: int) -> Iterator[int]:
    """List the grid times from which a window of so many minutes contains an instant, latest first."""
    midnight = problem.days[day].midnight
    first = midnight + (at - midnight) // problem.grid * problem.grid
    return iter(range(first, at - minutes, -problem.grid))


def _crowding(problem: Problem, day: int, shows: Sequence[AnyShow]) -> dict[str, float]:
    weights = problem.weights
    lobby: Counter[int] = Counter()
    cleaning: Counter[int] = Counter()
    same: Counter[tuple[int | None, int]] = Counter()
    for show in shows:
        lobby.update(windows(problem, day, show.start, weights.lobby_minutes))
        cleaning.update(windows(problem, day, show.end, weights.cleaning_minutes))
        if show.film is not None:
            same.update((show.film, at) for at in windows(problem, day, show.start, weights.spacing_minutes))
    return {
        "lobby": weights.lobby_penalty * _above(lobby.values(), weights.lobby_starts),
        "cleaning": weights.cleaning_penalty * _above(cleaning.values(), weights.cleaning_crews),
        "spacing": weights.spacing_penalty * _above(same.values(), 1),
    }


def _above(counts: Iterable[int], most: int) -> int:
    return sum(max(0, count - most) for count in counts)


def clocks_before(problem: Problem, day: int, shows: Iterable[AnyShow]) -> dict[int, set[int]]:
    """Note the times of day at which each film started on the day before `day`."""
    midnight = problem.days[day - 1].midnight if day else problem.days[0].midnight - 24 * 60
    clocks: dict[int, set[int]] = defaultdict(set)
    for show in shows:
        if show.film is not None:
            clocks[show.film].add(show.start - midnight)
    return clocks


def is_unsteady(problem: Problem, day: int, start: int, before: set[int] | None) -> bool:
    """Tell whether a start is at a time of day which those who saw the film's times yesterday do not expect."""
    if not before:
        return False
    clock = start - problem.days[day].midnight
    return all(abs(clock - known) > problem.weights.continuity_minutes for known in before)


def _unsteady(problem: Problem, day: int, by_day: dict[int, list[AnyShow]]) -> int:
    before = clocks_before(problem, day, by_day[day - 1])
    return sum(
        is_unsteady(problem, day, show.start, before.get(show.film)) for show in by_day[day] if show.film is not None
    )


def counts_for(problem: Problem, quota: Quota, day: int, show: AnyShow) -> bool:
    """Tell whether a show of that day counts towards a quota."""
    return (
        show.film == quota.film
        and quota.screen in (None, show.screen)
        and quota.daypart in (None, problem.daypart_at(day, show.start))
    )


def shortfalls(problem: Problem, day: int, shows: Sequence[AnyShow]) -> Iterator[tuple[Quota, int]]:
    """List the minima that the shows of a day do not reach, with how many are missing."""
    for quota in problem.quotas:
        if quota.least and quota.day in (None, day):
            count = sum(counts_for(problem, quota, day, show) for show in shows)
            if count < quota.least:
                yield quota, quota.least - count
