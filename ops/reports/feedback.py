"""How content visitors are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ops import charts
from ops.reports import asking
from ops.reports.remarks import REMARKS, Said
from ops.reports.tables import Asked, Column, Kind, Lead, Period, Report, Table, each, percent, table_of

RATINGS = (5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating(Said):
    """One number of stars, or all of them."""

    rating: int | None = None
    of: int | None = None

    @property
    def name(self) -> str:
        return "" if self.rating is None else "★" * self.rating

    @property
    def mean(self) -> Decimal | None:
        return each(Decimal(self.stars), self.given)

    @property
    def share(self) -> Decimal | None:
        return None if self.of is None else percent(self.given, self.of)

    @property
    def narrowed(self) -> dict[str, str]:
        return {"rating": str(self.rating)}


_RATINGS = f"""
    SELECT stars AS rating, sum(given)::int AS given, sum(stars)::int AS stars, sum(commented)::int AS commented,
           sum(answered)::int AS answered
    FROM ({REMARKS}) AS remark
    GROUP BY remark.stars ORDER BY remark.stars DESC
"""


def read(asked: Asked) -> Table[Rating]:
    """Count each rating, also those that nobody gave, unless nobody said anything."""
    found = {line.rating: line for line in asking.lines(Rating, _RATINGS, asked)}
    table = table_of(Rating, list(found.values()))
    if not found:
        return table
    lines = [replace(found.get(rating, Rating(rating=rating)), of=table.total.given) for rating in RATINGS]
    return Table(lines, table.total, len(lines))


def draw(lines: Sequence[Rating]) -> charts.Chart:
    """Draw how often each rating was given."""
    return charts.ranks(title="Feedback by rating", points=[charts.Point(line.name, line.given) for line in lines])


def _to(measure: str) -> Lead:
    return Lead("remarks", measure)


REPORT = Report(
    name="feedback",
    title="Feedback",
    says="By the day on which it was given.",
    columns=(
        Column("name", "Rating"),
        Column("given", "Given", Kind.COUNT, _to("given")),
        Column("share", "Share", Kind.PERCENT),
        Column("mean", "Mean", Kind.MEAN),
        Column("commented", "With words", Kind.COUNT, _to("commented")),
        Column("answered", "Answered", Kind.COUNT, _to("answered")),
        Column("unanswered", "Unanswered", Kind.COUNT, _to("unanswered")),
    ),
    read=read,
    permission="booking.view_feedback",
    draw=draw,
    period=Period.MONTH,
)
