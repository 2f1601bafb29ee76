"""Movies as a table."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from catalog.models import Movie, slug_of
from catalog.serializers import MovieInput
from ops.tables.base import (
    CellFault,
    Cells,
    Column,
    Report,
    Row,
    Table,
    add_all,
    day,
    differences,
    items,
    savepoint,
    told,
    truth,
    yes_no,
)

LISTS = ("genre", "language", "format")
CHUNK = 2000


class Movies(Table):
    """Cast and crew stay as they are: they come from TMDB."""

    name = "movies"
    title = "Movies"
    may_export = "catalog.view_movie"
    may_import = "catalog.import_movie"
    notes = ("Cast and crew are not in the table and stay as they are.",)
    columns = (
        Column("movie_id", "Empty for a new movie."),
        Column("title"),
        Column("description"),
        Column("duration", "Minutes."),
        Column("interval_minutes", "Minutes; 0 for none."),
        Column("genre", "Drama; Action"),
        Column("language", "Hindi; Tamil"),
        Column("format", "2D; 3D; IMAX"),
        Column("release_date", "2026-11-24"),
        Column("rating", "0 to 10."),
        Column("certificate", "U, UA 13+, A …"),
        Column("poster_url"),
        Column("background_image_url"),
        Column("trailer_url"),
        Column("imdb_id"),
        Column("is_active", "yes or no; an archived movie gets no new shows."),
    )

    def __init__(self) -> None:
        self._whole, self._part = MovieInput(), MovieInput(partial=True)

    def export(self, *, now: datetime) -> Iterator[Sequence[str]]:
        for movie in Movie.objects.order_by("id").iterator(CHUNK):
            yield list(cells_of(movie).values())

    def carry_out(self, rows: Sequence[Row], report: Report, *, by: User, now: datetime) -> None:
        known = _known(rows)
        standing = Movie.objects.values_list("pk", "title", "release_date").iterator(CHUNK)
        titles: dict[Any, int] = {(title.casefold(), released): number for number, title, released in standing}
        seen: set[int] = set()
        new: list[tuple[Row, Movie]] = []
        for done, row in enumerate(rows):
            with report.row(row.line):
                number = row.number("movie_id")
                if number is None:
                    new.append((row, self._new(row, titles, now)))
                    report.note_new(row.line, new[-1][1].title)
                elif number not in known or number in seen:
                    raise CellFault("movie_id", "This movie is in the table twice." if number in seen else UNKNOWN)
                else:
                    seen.add(number)
                    self._change(row, known[number], report)
            report.tick(done + 1)
        add_all(Movie, new, report)

    def _new(self, row: Row, titles: dict[Any, int], now: datetime) -> Movie:
        sent = {name: text for name, text in row.cells.items() if text and name != "movie_id"}
        facts = self._whole.run_validation(_data(sent))
        key = (facts["title"].casefold(), facts.get("release_date"))
        if key in titles:
            raise CellFault("title", f"There is this movie already, with movie_id {titles[key] or 'in a row above'}.")
        titles[key] = 0
        return Movie(**facts, slug=slug_of(facts["title"]), created_at=now)

    def _change(self, row: Row, movie: Movie, report: Report) -> None:
        before = cells_of(movie)
        sent = differences(row, before, self.columns[1:])
        facts = self._part.run_validation(_data(sent)) if sent else {}
        for name, value in facts.items():
            setattr(movie, name, value)
        if changed := told(before, cells_of(movie)):
            with savepoint():
                movie.save(update_fields=list(facts))
            report.note_change(row.line, before["title"], changed)
        else:
            report.note_same()


UNKNOWN = "There is no movie of this number."


def cells_of(movie: Movie) -> Cells:
    """Write a movie as a row, in the order of the columns."""
    return {
        "movie_id": str(movie.pk),
        "title": movie.title,
        "description": movie.description,
        "duration": str(movie.duration),
        "interval_minutes": str(movie.interval_minutes),
        **{name: "; ".join(getattr(movie, name)) for name in LISTS},
        "release_date": movie.release_date.isoformat() if movie.release_date else "",
        "rating": "" if movie.rating is None else str(movie.rating),
        "certificate": movie.certificate,
        "poster_url": movie.poster_url,
        "background_image_url": movie.background_image_url,
        "trailer_url": movie.trailer_url,
        "imdb_id": movie.imdb_id,
        "is_active": yes_no(movie.is_active),
    }


def _known(rows: Sequence[Row]) -> dict[int, Movie]:
    numbers = {int(text) for row in rows if (text := row.text("movie_id")).isdecimal() and len(text) < 19}
    return {movie.pk: movie for movie in Movie.objects.filter(pk__in=numbers)}


def _data(sent: Cells) -> dict[str, Any]:
    """Turn texts into what the API is sent."""
    data: dict[str, Any] = dict(sent)
    for name in LISTS:
        if name in sent:
            data[name] = items(sent[name])
    if "release_date" in sent:
        data["release_date"] = day("release_date", sent["release_date"]) if sent["release_date"] else None
    if "rating" in sent:
        data["rating"] = sent["rating"] or None
    if "is_active" in sent:
        data["is_active"] = truth("is_active", sent["is_active"])
    if sent.get("interval_minutes") == "":
        data["interval_minutes"] = 0
    return data
