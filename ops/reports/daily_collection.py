"""The daily collection report (DCR), as cinemas in India file it: each show and class, its seats, gross, tax and net."""

from collections.abc import Sequence

from ops import charts
from ops.reports.showings import Showing, grouped, said_of, showings
from ops.reports.tables import Asked, Column, Kind, Lead, Period, Report, Table, table_of

MOST_SHOWS = 30  # that a chart can tell apart


def read(asked: Asked) -> Table[Showing]:
    """List every class of every show of the days."""
    return table_of(Showing, showings(asked))


def draw(lines: Sequence[Showing]) -> charts.Chart:
    """Draw the gross of each show, class upon class; of many shows, of each day."""
    shows = grouped(lines, lambda line: (line.show_id, said_of(line)))
    is_by_day = len(shows) > MOST_SHOWS
    piles = grouped(lines, lambda line: f"{line.show_day:%d %b}") if is_by_day else shows
    classes = list(dict.fromkeys(line.category for line in lines))
    return charts.stacked(
        title="Gross by day and class" if is_by_day else "Gross by show and class",
        series=classes,
        piles=[
            charts.Pile(
                key if isinstance(key, str) else key[1],
                tuple(float(sum(line.gross for line in pile if line.category == name)) for name in classes),
            )
            for key, pile in piles.items()
        ],
    )


def to(measure: str) -> Lead:
    """Lead to the tickets of a line, booking by booking."""
    return Lead("tickets", measure)


REPORT = Report(
    name="daily-collection",
    title="Daily collection report",
    says="By day of the show, as it stands now: seats sold and not given back, what their buyers paid for admission "
    "(gross), the tax in it, and what is left (net). Kept is what stayed with the house of seats that were given back; it "
    "is taxed as they were and is not in the gross. Food, fees and rounding are not admission.",
    columns=(
        Column("starts", "Starts", Kind.MOMENT),
        Column("venue", "Venue"),
        Column("screen", "Screen"),
        Column("movie", "Movie"),
        Column("state", "Status"),
        Column("category", "Class"),
        Column("rate", "Rate"),
        Column("seats", "Seats", Kind.COUNT),
        Column("sold", "Sold", Kind.COUNT, to("sold")),
        Column("fill", "Fill", Kind.PERCENT),
        Column("gross", "Gross", Kind.MONEY, to("gross")),
        Column("cgst", "CGST", Kind.MONEY, to("cgst")),
        Column("sgst", "SGST", Kind.MONEY, to("sgst")),
        Column("net", "Net", Kind.MONEY, to("net")),
        Column("cancelled", "Given back", Kind.COUNT, to("cancelled")),
        Column("kept", "Kept", Kind.MONEY, to("kept")),
    ),
    read=read,
    draw=draw,
    period=Period.TODAY,
)
