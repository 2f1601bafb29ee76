"""What must hold for a show before it gets a screen, whichever door it comes through; the screen itself is PostgreSQL's to give."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from catalog.models import Movie
from cinema.core import formats
from scheduling.clock import Span, Timetable, hours
from scheduling.errors import (
    FormatNotOffered,
    LanguageNotOffered,
    MovieNotShowable,
    OutsideOpeningHours,
    ScreenOutOfService,
)
from venues.models import Screen, Venue

USUAL_FORMAT = "2D"
A_DAY = timedelta(days=1)


def require_showable(movie: Movie, *, on: date) -> None:
    """Look whether a movie may be shown on a day.

    :raises MovieNotShowable: saying whether it is archived, or when it is released.
    """
    if not movie.is_active:
        raise MovieNotShowable(f"{movie} is archived: it gets no new shows.")
    if not movie.is_released(on) and movie.release_date:
        raise MovieNotShowable(f"{movie} is released on {movie.release_date:%-d %B %Y}, not before.")


def require_in_service(screen: Screen) -> None:
    """Look whether a screen takes new shows.

    :raises ScreenOutOfService: if it takes none.
    """
    if not screen.is_available:
        raise ScreenOutOfService(f"{screen} is out of service.")


def require_open(times: Timetable, venue: Venue) -> None:
    """Look whether a show begins and ends while the venue is open, be it after midnight.

    :raises OutsideOpeningHours: saying when the venue is open, and how long the show would run.
    """
    day = times.starts_at.astimezone(venue.zone).date()
    if any(span.start <= times.starts_at and times.ends_at <= span.end for span in _open_around(day, venue)):
        return
    start, end = times.starts_at.astimezone(venue.zone), times.ends_at.astimezone(venue.zone)
    raise OutsideOpeningHours(
        f"{venue} is open from {formats.time_of_day(venue.opens_at)} to {formats.time_of_day(venue.closes_at)}; "
        f"this show would run from {formats.time_of_day(start)} to {formats.time_of_day(end)}."
    )


def _open_around(day: date, venue: Venue) -> list[Span]:
    """Join the hours of the day before, of a day and of the day after where the house does not close between them."""
    three = [hours(day + A_DAY * offset, venue.opens_at, venue.closes_at, venue.zone) for offset in (-1, 0, 1)]
    joined = [three[0]]
    for before, after in pairwise(three):
        if before.end >= after.start:
            joined[-1] = Span(joined[-1].start, after.end)
        else:
            joined.append(after)
    return joined


def formats_of(movie: Movie, screen: Screen) -> list[str]:
    """List the formats a movie can be shown in on a screen, 2D first; one that lists none has every format."""
    names = [name for name in movie.format if _has(screen.formats, name)] if movie.format else screen.formats
    return sorted(
        names or [USUAL_FORMAT] * (not movie.format), key=lambda name: name.casefold() != USUAL_FORMAT.casefold()
    )


def format_of(wanted: str, movie: Movie, screen: Screen) -> str:
    """Find the format of a show: the one asked for, else the first of `formats_of`.

    :raises FormatNotOffered: naming what the screen has, or what the movie comes in.
    """
    offered = formats_of(movie, screen)
    if not wanted and not offered:
        raise FormatNotOffered(f"{movie} comes in {_listed(movie.format)}; {screen} shows {_listed(screen.formats)}.")
    if not _has(screen.formats, wanted or offered[0]):
        raise FormatNotOffered(f"{screen} shows {_listed(screen.formats)}, not {wanted}.")
    if not _has(movie.format, wanted or offered[0]):
        raise FormatNotOffered(f"{movie} comes in {_listed(movie.format)}, not in {wanted}.")
    return _as_listed(wanted or offered[0], movie.format or screen.formats)


def language_of(wanted: str, movie: Movie) -> str:
    """Find the language of a show: the one asked for, else the movie's first; a movie that lists none has every one.

    :raises LanguageNotOffered: naming the movie's.
    """
    if not wanted:
        return next(iter(movie.language), "")
    if not _has(movie.language, wanted):
        raise LanguageNotOffered(f"{movie} comes in {_listed(movie.language)}, not in {wanted}.")
    return _as_listed(wanted, movie.language)


def _has(names: Sequence[str], wanted: str) -> bool:
    return not names or wanted.casefold() in {name.casefold() for name in names}


def _as_listed(wanted: str, names: Sequence[str]) -> str:
    return next((name for name in names if name.casefold() == wanted.casefold()), wanted)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
