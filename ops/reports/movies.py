"""Which movies fill the house and the till."""

from collections.abc import Sequence
from dataclasses import dataclass

from ops import charts
from ops.reports.daily_collection import to
from ops.reports.showings import Admission, grouped, showings
from ops.reports.tables import Asked, Column, Kind, Period, Report, Table, added_up, each, table_of

MOST_BARS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Admission):
    """One movie."""

    movie_id: int | None = None
    movie: str = ""

    @property
    def per_show(self) -> object:
        return each(self.net, self.shows)

    @property
    def narrowed(self) -> dict[str, str]:
        return {"movie": str(self.movie_id)}


def read(asked: Asked) -> Table[Run]:
    """Add up each movie, the one with most visitors first."""
    movies = grouped(showings(asked), lambda line: (line.movie_id, line.movie))
    lines = [
        Run(movie_id=movie_id, movie=movie, **added_up(Admission, found))
        for (movie_id, movie), found in movies.items()
    ]
    return table_of(Run, sorted(lines, key=lambda line: (-line.sold, line.movie)))


def draw(lines: Sequence[Run]) -> charts.Chart:
    """Draw visitors of the first movies."""
    return charts.ranks(
        title="Admissions by movie", points=[charts.Point(line.movie, line.sold) for line in lines[:MOST_BARS]]
    )


REPORT = Report(
    name="movies",
    title="Top movies",
    says="By day of the show: seats sold and not given back, and what was paid for them.",
    columns=(
        Column("movie", "Movie"),
        Column("shows", "Shows", Kind.COUNT),
        Column("seats", "Seats", Kind.COUNT),
        Column("sold", "Admissions", Kind.COUNT, to("sold")),
        Column("fill", "Fill", Kind.PERCENT),
        Column("gross", "Gross", Kind.MONEY, to("gross")),
        Column("net", "Net", Kind.MONEY, to("net")),
        Column("per_show", "Net per show", Kind.MONEY),
    ),
    read=read,
    draw=draw,
    period=Period.WEEK,
)
