"""A plan drawn with letters, for a terminal: screens down, time across, a quarter of an hour to a letter."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from string import ascii_uppercase

from scheduling.clock import Span
from scheduling.engine.plans import Blocker, Report
from scheduling.hybrid import Placed
from scheduling.weighing import Case

STEP = timedelta(minutes=15)
HOUR = timedelta(hours=1)
FREE, THERE, UNKNOWN = "·", "#", "?"
LABEL = 14
SAID = {
    Blocker.NOT_AVAILABLE: "it is not to be shown that day, or not there",
    Blocker.FORMAT: "no screen has its format",
    Blocker.HOURS: "it does not fit into the opening hours",
    Blocker.CURFEW: "its hours leave no start",
    Blocker.FIXED: "shows that are there leave no gap",
    Blocker.CLEAN_RUN: "a clean run shares no screen",
    Blocker.MOST: "another maximum is reached",
    Blocker.ROOM: "there is no room beside the other shows",
}


def picture(case: Case, placed: Sequence[Placed]) -> Iterator[str]:
    """Draw each day, then say which letter is which movie."""
    letters = {pk: ascii_uppercase[at] if at < 26 else UNKNOWN for at, pk in enumerate(sorted(case.movies))}
    for day in case.days:
        yield from _day(case, day, placed, letters)
        yield ""
    for movie_id, letter in letters.items():
        count = sum(show.movie_id == movie_id for show in placed)
        yield f"{letter} {case.movies[movie_id].title}: {count} shows"
    yield f"{THERE} there before, {FREE} free"


def _day(case: Case, day: date, placed: Sequence[Placed], letters: Mapping[int, str]) -> Iterator[str]:
    opening = case.openings[day]
    ticks = int((opening.end - opening.start) / STEP)
    yield f"{day:%a %-d %b %Y}".ljust(LABEL + 2) + _scale(opening.start.astimezone(case.venue.zone), ticks)
    for hall in case.halls:
        line = [FREE] * ticks
        for show in case.standing:
            if show.screen_id == hall.screen.pk:
                _draw(line, opening, Span(show.starts_at, show.ends_at), THERE)
        for new in placed:
            if new.screen_id == hall.screen.pk:
                _draw(line, opening, Span(new.start, new.end), letters[new.movie_id])
        yield f"  {hall.screen.screen_name[:LABEL]:<{LABEL}}{''.join(line)}"


def _scale(start: datetime, ticks: int) -> str:
    marks = [" "] * (ticks + 2)
    for tick in range(ticks):
        local = (start + STEP * tick).astimezone(start.tzinfo)
        if local.minute == 0 and local.hour % 3 == 0:
            marks[tick : tick + 2] = f"{local.hour:02}"
    return "".join(marks).rstrip()


def _draw(line: list[str], opening: Span, taken: Span, letter: str) -> None:
    first, last = (taken.start - opening.start) // STEP, -((opening.start - taken.end) // STEP)
    for tick in range(max(first, 0), min(last, len(line))):
        line[tick] = letter


def account(case: Case, report: Report) -> Iterator[str]:
    """Say what the plan is expected to be worth, how it was found, and what could not be granted."""
    yield from worth(case, report)
    for wish in wishes(case, report):
        yield f"  {wish.amount:>10,.0f} for {wish.count:.0f} × {wish.what}, {wish.price:.2f} each"
    yield from misses(case, report)


def worth(case: Case, report: Report) -> Iterator[str]:
    """Say what the plan is expected to be worth, and how it was found."""
    currency = case.venue.currency
    score = report.score
    yield f"Expected: {score.admissions:.0f} admissions, {score.contribution:.0f} {currency} after the cost of shows."
    if report.bound is None:
        yield f"Found by {report.engine} in {report.seconds:.1f} s; how much better a plan could be was not looked at."
    else:
        yield f"Found by {report.engine} in {report.seconds:.1f} s; no plan is worth more than {report.gap or 0:.1%} above it."
    if doubted := [movie.title for pk, movie in sorted(case.movies.items()) if case.is_doubted(pk)]:
        yield f"Expected with doubts, which the forecast names: {', '.join(doubted)}."
    yield from report.notes


@dataclass(frozen=True, slots=True)
class Wish:
    """What one of the soft wishes weighs in a plan: so often it is not met, at a price."""

    what: str
    count: float
    price: float
    amount: float


def wishes(case: Case, report: Report) -> Iterator[Wish]:
    """Say of each soft wish how often the plan does not meet it, and what that weighed against the contribution."""
    weights, penalties = case.problem.weights, report.score.penalties
    for name, what, price in (
        (
            "lobby",
            f"a start above {weights.lobby_starts} within {weights.lobby_minutes} minutes",
            weights.lobby_penalty,
        ),
        (
            "cleaning",
            f"an end above {weights.cleaning_crews} within {weights.cleaning_minutes} minutes",
            weights.cleaning_penalty,
        ),
        (
            "spacing",
            f"a start within {weights.spacing_minutes} minutes of another of the movie",
            weights.spacing_penalty,
        ),
        ("empty seats", "a seat that stays empty", weights.empty_seat),
        (
            "continuity",
            f"a show more than {weights.continuity_minutes} minutes from the times of the day before",
            weights.continuity_penalty,
        ),
    ):
        amount = penalties.get(name, 0.0)
        yield Wish(what, amount / price if price else 0.0, price, amount)


def misses(case: Case, report: Report) -> Iterator[str]:
    """Say which minima the plan does not reach, each with the rule that blocked it."""
    for miss in report.unmet:
        day, movie = case.days[miss.day], case.movies[miss.quota.film]
        yield (
            f"{day:%a %-d %b}: {movie.title} {miss.scheduled} times instead of {miss.quota.least}: {SAID[miss.blocker]}."
        )
