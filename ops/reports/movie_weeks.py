"""What a distributor is told: each movie at each venue by week of its run, Friday to Thursday."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from catalog.runs import friday_of, week_of_run
from ops import charts
from ops.reports import asking
from ops.reports.daily_collection import to
from ops.reports.showings import Admission, Showing, grouped, showings
from ops.reports.tables import Asked, Column, Kind, Period, Report, Table, added_up, table_of

OTHERS = "Others"
MOST_MOVIES = 7  # that a chart can tell apart


@dataclass(frozen=True, slots=True, kw_only=True)
class MovieWeek(Admission):
    """One movie at one venue in one week, as far as it was asked for."""

    movie_id: int | None = None
    venue_id: int | None = None
    friday: date | None = None
    run_week: str = ""
    movie: str = ""
    venue: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def narrowed(self) -> dict[str, str]:
        return {
            "movie": str(self.movie_id),
            "venue": str(self.venue_id),
            "first": f"{self.first}",
            "last": f"{self.last}",
        }


@dataclass(frozen=True, slots=True)
class Opening:
    """The first day of a movie at a venue."""

    movie_id: int
    venue_id: int
    opened_on: date


_OPENINGS = f"""
    SELECT show.movie_id, screen.venue_id, min(show.show_date) AS opened_on
    FROM {asking.SHOWS}
    WHERE show.status NOT IN ('DRAFT', 'CANCELLED') AND show.movie_id IN (
        SELECT movie_id FROM scheduling_show WHERE show_date BETWEEN %(first)s AND %(last)s
    )
    GROUP BY show.movie_id, screen.venue_id
"""


def read(asked: Asked) -> Table[MovieWeek]:
    """Add up each movie at each venue by week, in two queries."""
    opened = {(each.movie_id, each.venue_id): each.opened_on for each in asking.lines(Opening, _OPENINGS, asked)}
    weeks = grouped(
        showings(asked), lambda line: (friday_of(line.show_day or asked.first), line.movie_id, line.venue_id)
    )
    lines = [
        _line(friday, found, opened.get((movie_id or 0, venue_id or 0)), asked)
        for (friday, movie_id, venue_id), found in weeks.items()
    ]
    return table_of(MovieWeek, sorted(lines, key=lambda line: (line.friday, -line.sold, line.movie, line.venue)))


def _line(friday: date, found: Sequence[Showing], opened_on: date | None, asked: Asked) -> MovieWeek:
    one = found[0]
    return MovieWeek(
        movie_id=one.movie_id,
        venue_id=one.venue_id,
        friday=friday,
        run_week=str(week_of_run(friday, opened_on)) if opened_on else "",
        movie=one.movie,
        venue=one.venue,
        first=max(friday, asked.first),
        last=min(friday + timedelta(days=6), asked.last),
        **added_up(Admission, found),
    )


def draw(lines: Sequence[MovieWeek]) -> charts.Chart:
    """Draw the net of each week, movie upon movie; those that bring least are one."""
    net = {movie: sum(line.net for line in lines if line.movie == movie) for movie in {line.movie for line in lines}}
    first = sorted(net, key=lambda movie: (-net[movie], movie))[:MOST_MOVIES]
    drawn = [line if line.movie in first else replace(line, movie=OTHERS) for line in lines]
    series = [*first, *([OTHERS] if len(net) > len(first) else [])]
    fridays = sorted({line.friday for line in lines if line.friday})
    return charts.stacked(
        title="Net by week and movie",
        series=series,
        piles=[
            charts.Pile(f"{friday:%d %b}", tuple(_net(drawn, friday, movie) for movie in series)) for friday in fridays
        ],
    )


def _net(lines: Sequence[MovieWeek], friday: date, movie: str) -> float:
    return float(sum(line.net for line in lines if (line.friday, line.movie) == (friday, movie)))


REPORT = Report(
    name="movie-weeks",
    title="Movies by week, for distributors",
    says="Each movie at each venue by booking week, Friday to Thursday, and the week of its run there; only the days that "
    "were asked for. Seats sold and not given back; what was kept of the others is not the distributor's and not in it.",
    columns=(
        Column("friday", "Week from", Kind.DAY),
        Column("run_week", "Week"),
        Column("movie", "Movie"),
        Column("venue", "Venue"),
        Column("shows", "Shows", Kind.COUNT),
        Column("seats", "Seats", Kind.COUNT),
        Column("sold", "Admissions", Kind.COUNT, to("sold")),
        Column("fill", "Fill", Kind.PERCENT),
        Column("gross", "Gross", Kind.MONEY, to("gross")),
        Column("cgst", "CGST", Kind.MONEY, to("cgst")),
        Column("sgst", "SGST", Kind.MONEY, to("sgst")),
        Column("net", "Net", Kind.MONEY, to("net")),
    ),
    read=read,
    draw=draw,
    period=Period.MONTH,
)
