"""Made-up cinemas to plan, from a seed: the published instances of `bench/scheduling`, described in docs/scheduling.md."""

from dataclasses import dataclass
from random import Random

from scheduling.engine.problem import A_DAY, Curfew, Day, Daypart, Film, FixedShow, Problem, Quota, Screen

SIZES = ((4, 6), (8, 10), (12, 14), (20, 20))  # screens by films
SEEDS = (1, 2, 3)
OPENS, CLOSES = 9 * 60, 25 * 60
DAYPARTS = tuple(
    Daypart(name, hour * 60)
    for name, hour in (("morning", 9), ("midday", 12), ("afternoon", 15), ("evening", 18), ("night", 21))
)
WEEK = (1.0, 1.35, 1.25, 0.55, 0.6, 0.55, 0.6)  # demand from Friday on
CROWD = {  # share of a film's day by daypart
    "": (0.08, 0.15, 0.20, 0.34, 0.23),
    "children": (0.16, 0.28, 0.34, 0.20, 0.02),
    "late": (0.03, 0.10, 0.15, 0.34, 0.38),
}
SHARES = (0.5, 0.425, 0.375, 0.325)  # of the distributor by week of the run, as agreed in India in 2009
CURFEWS = (
    Curfew("children's films", kinds=frozenset({"children"}), ends_by=21 * 60),
    Curfew("late rating", ratings=frozenset({"A"}), starts_from=12 * 60),
)
FILLED = 0.55  # demand of an average day over the seats of five shows per screen


@dataclass(frozen=True, slots=True)
class Size:
    screens: int
    films: int
    days: int = 1


def instance(size: Size, seed: int) -> Problem:
    """Make up a cinema and its demand; the same for the same numbers, on every machine."""
    draw = Random(f"{size.screens}×{size.films}/{seed}")  # noqa: S311  # repeatable is what is wanted
    screens = tuple(_screen(draw, number) for number in range(1, size.screens + 1))
    weeks = [1 + draw.randrange(6) for _ in range(size.films)]
    films = tuple(_film(draw, number, week) for number, week in enumerate(weeks, start=1))
    days = tuple(Day(day * A_DAY, day * A_DAY + OPENS, day * A_DAY + CLOSES) for day in range(size.days))
    demand = _demand(draw, screens, films, weeks, size.days)
    return Problem(
        days=days,
        dayparts=DAYPARTS,
        screens=screens,
        films=films,
        demand=demand,
        quotas=_quotas(films, weeks, demand),
        fixed=_sold(draw, screens, films, size.days),
        curfews=CURFEWS,
        food_margin=45.0,
    )


def _screen(draw: Random, number: int) -> Screen:
    capacity = int(60 * (320 / 60) ** draw.random())
    formats = {"2D"} | ({"3D"} if number % 3 == 1 else set()) | ({"IMAX"} if number % 6 == 1 else set())
    return Screen(
        id=number,
        capacity=capacity,
        turnaround=20 if capacity > 200 else 15,
        formats=frozenset(formats),
        cost=600.0 + 3.0 * capacity,
    )


def _film(draw: Random, number: int, week: int) -> Film:
    kind = "children" if number % 5 == 3 else "late" if number % 5 == 4 else ""
    special = "3D" if number % 6 == 2 else "IMAX" if number % 10 == 5 else ""
    return Film(
        id=number,
        title=f"Film {number}",
        duration=draw.randrange(85, 110) if kind == "children" else draw.randrange(95, 176),
        interval=15 if draw.random() < 0.7 else 0,
        formats=frozenset({special} if special else ()),
        kind=kind,
        rating="A" if kind == "late" else "U",
        clean=number == 1 and week <= 2,
        net_price=float(draw.randrange(140, 261)),
        share=SHARES[min(week, len(SHARES)) - 1],
    )


def _demand(
    draw: Random, screens: tuple[Screen, ...], films: tuple[Film, ...], weeks: list[int], days: int
) -> dict[tuple[int, int, int], float]:
    """Share out a day's audience: few titles draw most of it, each loses 30 % a week, and no day is quite like another."""
    pull = [draw.uniform(0.5, 1.5) / (rank + 1) ** 0.7 * 0.7 ** (week - 1) for rank, week in enumerate(weeks)]
    audience = FILLED * 5 * sum(screen.capacity for screen in screens)
    return {
        (film.id, day, part): round(audience * WEEK[day % 7] * own / sum(pull) * share * draw.uniform(0.85, 1.15), 2)
        for day in range(days)
        for film, own in zip(films, pull, strict=True)
        for part, share in enumerate(CROWD[film.kind])
    }


def _quotas(films: tuple[Film, ...], weeks: list[int], demand: dict[tuple[int, int, int], float]) -> tuple[Quota, ...]:
    """Ask for every film once a day, for the strongest three times and once in the evening; old films get at most three."""
    drawn = {film.id: sum(demand[film.id, 0, part] for part in range(len(DAYPARTS))) for film in films}
    strongest = max(drawn, key=lambda film: drawn[film])
    quotas = [
        Quota(film.id, least=3 if film.id == strongest else 1, most=3 if week >= 5 and film.id != strongest else None)
        for film, week in zip(films, weeks, strict=True)
    ]
    evening = 1 if next(film for film in films if film.id == strongest).kind == "children" else 3
    return (*quotas, Quota(strongest, least=1, daypart=evening))


def _sold(draw: Random, screens: tuple[Screen, ...], films: tuple[Film, ...], days: int) -> tuple[FixedShow, ...]:
    """Let one screen in four have a show that is sold already, in the evening, off the grid."""
    plain = [film for film in films if not film.clean and not film.formats and not film.kind]
    sold = []
    for day in range(days):
        for screen in screens[3::4]:
            film = draw.choice(plain)
            start = day * A_DAY + 18 * 60 + draw.randrange(0, 120, 5)
            end = start + screen.pre_show + film.duration + film.interval
            sold.append(FixedShow(screen.id, day, start, end, end + screen.turnaround, film.id))
    return tuple(sold)
