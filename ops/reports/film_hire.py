"""Film hire: what each distributor is owed, week by week of each movie's run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from catalog import film_hire
from catalog.models import Movie
from cinema.core.money import ZERO, percent_of
from ops import charts
from ops.reports import movie_weeks
from ops.reports.daily_collection import to
from ops.reports.movie_weeks import MovieWeek
from ops.reports.movies import MOST_BARS
from ops.reports.tables import Asked, Column, Kind, Period, Report, Table, table_of

UNNAMED = "Distributor not named"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hire(MovieWeek):
    """One movie at one venue in one week, and the distributor's part of its net, in rupees."""

    distributor: str = ""
    share: Decimal | None = None  # percent; None where none is entered
    hire: Decimal = ZERO
    unshared: Decimal = ZERO

    @property
    def days(self) -> str:
        return f"{self.first:%d %b} – {self.last:%d %b}" if self.first and self.last else ""


def read(asked: Asked) -> Table[Hire]:
    """Take the distributor's share of every week, by distributor and movie."""
    weeks = list(movie_weeks.read(asked).lines)
    ids = {week.movie_id for week in weeks if week.movie_id}
    terms = film_hire.terms_of(ids)
    names = dict(Movie.objects.filter(pk__in=ids).values_list("pk", "distributor"))
    lines = [_hire(week, terms, names.get(week.movie_id or 0, "")) for week in weeks]
    return table_of(Hire, sorted(lines, key=lambda line: (line.distributor, line.movie, line.venue, line.friday)))


def _hire(week: MovieWeek, terms: Mapping[int, film_hire.Terms], distributor: str) -> Hire:
    same = {each.name: getattr(week, each.name) for each in fields(week)}
    number = int(week.run_week) if week.run_week else 0
    share = film_hire.share_in(number, terms.get(week.movie_id or 0, ()))
    if share is None:
        return Hire(**same, distributor=distributor, unshared=week.net)
    return Hire(**same, distributor=distributor, share=share, hire=percent_of(week.net, share))


def draw(lines: Sequence[Hire]) -> charts.Chart:
    """Draw what the first distributors are owed."""
    names = {line.distributor for line in lines}
    owed = {name: sum(line.hire for line in lines if line.distributor == name) for name in names}
    first = sorted(owed, key=lambda name: (-owed[name], name))[:MOST_BARS]
    return charts.ranks(
        title="Film hire by distributor", points=[charts.Point(name or UNNAMED, float(owed[name])) for name in first]
    )


REPORT = Report(
    name="film-hire",
    title="Film hire",
    says="What is owed to distributors: the net takings of each movie at each venue by booking week, Friday to Thursday, times "
    "the share agreed for that week of its run, rounded once for each line. Shares and distributors are entered with the "
    "movie; takings of a week for which no share is entered stand in a column of their own. Ask for whole weeks: of others, "
    "only the days that were asked for are counted.",
    columns=(
        Column("distributor", "Distributor"),
        Column("movie", "Movie"),
        Column("venue", "Venue"),
        Column("run_week", "Week"),
        Column("days", "Days"),
        Column("sold", "Admissions", Kind.COUNT, to("sold")),
        Column("net", "Net", Kind.MONEY, to("net")),
        Column("share", "Share, %", Kind.MEAN),
        Column("hire", "Film hire", Kind.MONEY),
        Column("unshared", "Net, no share", Kind.MONEY),
    ),
    read=read,
    draw=draw,
    period=Period.BOOKING_WEEK,
)
