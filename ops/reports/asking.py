"""How reports ask the database: the venue's calendar decides the day, every question binds its values."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar

from django.db import connection

from ops.reports.tables import Asked, Table, measures_of
from scheduling.models import EARLIEST_MORNING, EVENING_FROM, NIGHT_FROM

LineT = TypeVar("LineT")
CHUNK = 2000  # rows fetched at a time
MUCH = 50_000  # bookings that are added up in a second or two on two busy cores
WEST, EAST = timedelta(hours=12), timedelta(hours=14)  # the zones farthest from UTC

SHOWS = """
    scheduling_show show
    JOIN catalog_movie movie ON movie.id = show.movie_id
    JOIN venues_screen screen ON screen.id = show.screen_id
    JOIN venues_venue venue ON venue.id = screen.venue_id
"""
BOOKINGS = f"booking_booking booking JOIN ({SHOWS}) ON show.id = booking.show_id"
_AT_VENUE = "(%(venue)s::bigint IS NULL OR venue.id = %(venue)s)"
ON_SHOW_DAYS = f"show.show_date BETWEEN %(first)s AND %(last)s AND {_AT_VENUE} AND show.status <> 'DRAFT'"
START = "(show.starts_at AT TIME ZONE venue.time_zone)"
_HOUR = f"extract(hour FROM {START})"
PART = f"""
    CASE WHEN {_HOUR} < {EARLIEST_MORNING} OR {_HOUR} >= {NIGHT_FROM} THEN 'night' WHEN {_HOUR} < 12 THEN 'morning'
         WHEN {_HOUR} < {EVENING_FROM} THEN 'afternoon' ELSE 'evening' END
"""
WEEKDAY = "(extract(isodow FROM show.show_date)::int - 1)"
WHICH_SHOW = f"""
    show.show_date AS show_day, {START} AS starts, movie.title AS movie, screen.screen_name AS screen, venue.name AS venue
"""


def on_days(instant: str) -> str:
    """Keep the instants of the asked days on the venue's own calendar; the first half is what an index can find."""
    return f"""
        {instant} >= %(earliest)s AND {instant} < %(latest)s AND {_AT_VENUE}
        AND ({instant} AT TIME ZONE venue.time_zone)::date BETWEEN %(first)s AND %(last)s
    """


def narrowed(asked: Asked, conditions: Mapping[str, str]) -> str:
    """Write the conditions that a list is narrowed by, to be appended to others."""
    return "".join(f" AND {conditions[name]}" for name in sorted(asked.narrowed))


def values_of(asked: Asked) -> dict[str, Any]:
    """Name what the questions bind."""
    midnight = datetime.combine(asked.first, time(), UTC)
    after = datetime.combine(asked.last, time(), UTC) + timedelta(days=1)
    return {
        **asked.narrowed,
        "venue": asked.venue_id,
        "first": asked.first,
        "last": asked.last,
        "earliest": midnight - EAST,
        "latest": after + WEST,
    }


def is_much(asked: Asked) -> bool:
    """Tell whether more was sold on these days than is added up in a moment; by an index, and no further than needed."""
    question = """
        SELECT count(*) FROM (
            SELECT FROM booking_booking WHERE confirmed_at >= %(earliest)s AND confirmed_at < %(latest)s LIMIT %(most)s
        ) AS sold
    """
    with connection.cursor() as cursor:
        cursor.execute(question, {**values_of(asked), "most": MUCH})
        return bool(cursor.fetchone()[0] == MUCH)


def lines(kind: type[LineT], question: str, asked: Asked) -> list[LineT]:
    """Ask a question whose columns are named like what a line has."""
    with connection.cursor() as cursor:
        cursor.execute(question, values_of(asked))
        names = [column.name for column in cursor.description]
        return [kind(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def listed(kind: type[LineT], question: str, asked: Asked, *, order: str) -> Table[LineT]:
    """Ask for a list that may be long: its sum and length at once, its lines a chunk at a time when they are read."""
    names = measures_of(kind)
    sums = ", ".join(f"COALESCE(sum({name}), 0)" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), {sums} FROM ({question}) AS listed", values_of(asked))
        count, *found = cursor.fetchone()
    types: dict[str, Any] = {each.name: each.type for each in fields(kind)}  # type: ignore[arg-type]  # a dataclass
    total = kind(**{name: types[name](amount) for name, amount in zip(names, found, strict=True)})
    limit = "" if asked.most is None else f" LIMIT {asked.most}"
    return Table(_streamed(kind, f"{question} ORDER BY {order}{limit}", values_of(asked)), total, count)


def _streamed(kind: type[LineT], question: str, values: dict[str, Any]) -> Iterator[LineT]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(question, values)
        rows = cursor.fetchmany(CHUNK)
        names = [column.name for column in cursor.description]
        while rows:
            for row in rows:
                yield kind(**dict(zip(names, row, strict=True)))
            rows = cursor.fetchmany(CHUNK)
