"""The gap report: numbers that a series should have and has not."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

_SERIES = """
    WITH document AS (
        SELECT venue_id, substr(number, 4, 1) AS kind, substr(number, 5, 4) AS year, right(number, 7)::int AS place
        FROM (SELECT venue_id, number FROM billing_invoice UNION ALL SELECT venue_id, number FROM billing_creditnote) AS issued
    ), edge AS (
        SELECT * FROM document
        UNION ALL SELECT venue_id, kind, financial_year, 0 FROM billing_invoicecounter
        UNION ALL SELECT venue_id, kind, financial_year, last_number + 1 FROM billing_invoicecounter
    ), step AS (
        SELECT venue_id, kind, year, place, lead(place) OVER (PARTITION BY venue_id, kind, year ORDER BY place) AS next FROM edge
    ), gap AS (
        SELECT venue_id, kind, year, array_agg(place + 1 ORDER BY place) AS first, array_agg(next - 1 ORDER BY place) AS last
        FROM step WHERE next > place + 1 GROUP BY venue_id, kind, year
    )
    SELECT venue.name, counter.kind, counter.financial_year, counter.last_number,
           COALESCE(gap.first, '{}'), COALESCE(gap.last, '{}')
    FROM billing_invoicecounter counter
    JOIN venues_venue venue ON venue.id = counter.venue_id
    LEFT JOIN gap ON (gap.venue_id, gap.kind, gap.year) = (counter.venue_id, counter.kind, counter.financial_year)
    ORDER BY venue.name, counter.financial_year, counter.kind
"""


@dataclass(frozen=True, slots=True)
class Series:
    """One series of numbers: how far it has come, and the stretches that are missing, both ends included."""

    venue: str
    kind: str
    financial_year: str
    last_number: int
    gaps: tuple[tuple[int, int], ...]

    @property
    def missing(self) -> str:
        """Write the gaps down, like 5 and 7 to 9, in figures."""
        return ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in self.gaps)


def all_series() -> Sequence[Series]:
    """Read every series with its gaps, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_SERIES)
        return [
            Series(venue, kind, year, last_number, tuple(zip(first, last, strict=True)))
            for venue, kind, year, last_number, first, last in cursor.fetchall()
        ]
