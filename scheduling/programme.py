"""What somebody wants to see of a day, and what there is to choose from: no query, the shows are loaded already."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.models import Movie
from scheduling.models import Show
from scheduling.states import Access, PartOfDay
from venues.models import Venue


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How somebody narrows a programme down; what is empty narrows nothing."""

    words: str = ""
    venue: int | None = None
    language: str = ""
    format: str = ""
    genre: str = ""
    part: str = ""
    access: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return self == Wish()

    def fits(self, show: Show) -> bool:
        """Tell whether a show is what is wanted (load its movie and `screen__venue`)."""
        return self.fits_movie(show.movie) and self.fits_time_and_place(show)

    def fits_movie(self, movie: Movie) -> bool:
        return (not self.genre or self.genre in movie.genre) and _says(movie, self.words)

    def fits_time_and_place(self, show: Show) -> bool:
        """Tell it of everything but the movie (load `screen__venue`)."""
        return (
            self.venue in (None, show.screen.venue_id)
            and self.language in ("", show.language)
            and self.format in ("", show.format)
            and self.part in ("", show.part_of_day())
            and self.access <= set(show.access())
        )


@dataclass(frozen=True, slots=True)
class Choices:
    """What the shows of a day differ in, for the filters to offer."""

    venues: list[Venue]
    languages: list[str]
    formats: list[str]
    genres: list[str]
    parts: list[PartOfDay]
    access: list[Access]


def choices(shows: Sequence[Show]) -> Choices:
    """List what can be chosen from among these shows, each list in an order that people expect."""
    venues = {show.screen.venue_id: show.screen.venue for show in shows}
    parts, access = {show.part_of_day() for show in shows}, {kind for show in shows for kind in show.access()}
    return Choices(
        venues=sorted(venues.values(), key=lambda venue: (venue.name, venue.pk)),
        languages=_distinct(show.language for show in shows),
        formats=_distinct(show.format for show in shows),
        genres=_distinct(genre for show in shows for genre in show.movie.genre),
        parts=[part for part in PartOfDay if part in parts],
        access=[kind for kind in Access if kind in access],
    )


def _distinct(values: Iterable[str]) -> list[str]:
    return sorted({value for value in values if value})


def _says(movie: Movie, words: str) -> bool:
    if not words:
        return True
    people = [str(person.get("name", "")) for person in movie.cast if isinstance(person, dict)]
    text = plain(" ".join([movie.title, *movie.genre, *people]))
    return all(word in text for word in plain(words).split())


def plain(text: str) -> str:
    """Write text as people type it in a hurry: small letters, no accents."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).casefold()
