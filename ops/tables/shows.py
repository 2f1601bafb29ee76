"""Shows that are still to come, as a table: new rows are planned by the rules of every other door, and put on screens."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet

from accounts.models import User
from catalog.models import Movie
from cinema.core import formats
from cinema.core.errors import DomainError
from ops.tables.base import (
    CellFault,
    Cells,
    Column,
    Report,
    Row,
    Table,
    clock,
    day,
    differences,
    savepoint,
    told,
    truth,
    yes_no,
)
from scheduling.errors import ScreenTaken
from scheduling.models import Show
from scheduling.serializers import ShowInput
from scheduling.services import planning, pricing
from scheduling.states import ShowStatus
from venues.models import Screen

CHUNK = 500
ACCESS = ("has_captions", "has_audio_description", "has_sign_language")
DESCRIBING = ("language", *ACCESS)  # what may change of a show that stands; the rest has pages of its own
LOOKS_AROUND = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class New:
    """A row that is to become a show."""

    row: Row
    show: Show


class Shows(Table):
    """A show that stands is moved, published and cancelled on its own page."""

    name = "shows"
    title = "Shows"
    may_export = "scheduling.view_show"
    may_import = "scheduling.import_show"
    notes = (
        "Goes out with the shows that are still to come.",
        "A new show is a draft unless the table says UPCOMING; days and times are the venue's own.",
        "Of a show that stands, only language and help for those who see or hear less change here.",
    )
    columns = (
        Column("show_id", "Empty for a new show."),
        Column("movie_id", "Or leave it empty and name the movie."),
        Column("movie", "Its title."),
        Column("venue", "Name or code; may be empty when there is one."),
        Column("screen"),
        Column("date", "2026-11-24"),
        Column("time", "19:30"),
        Column("status", "DRAFT or UPCOMING."),
        Column("format", "2D, 3D …; empty: the house's choice."),
        Column("language", "Empty: the movie's first."),
        *(Column(name, "yes or no.") for name in ACCESS),
    )

    def __init__(self) -> None:
        self._shape = ShowInput()

    def export(self, *, now: datetime) -> Iterator[Sequence[str]]:
        for show in _ahead(now).order_by("starts_at", "id").iterator(CHUNK):
            yield list(cells_of(show).values())

    def carry_out(self, rows: Sequence[Row], report: Report, *, by: User, now: datetime) -> None:
        places = _Places()
        known = {show.pk: show for show in _shows().filter(pk__in=_numbers(rows, "show_id"))}
        new: list[New] = []
        for done, row in enumerate(rows):
            with report.row(row.line):
                number = row.number("show_id")
                if number is None:
                    plan = self._plan(row, places)
                    movie, screen = places.movies[plan.movie_id], places.screens[plan.screen_id]
                    new.append(New(row, planning.drawn_up(plan, movie=movie, screen=screen, now=now)))
                elif number not in known:
                    raise CellFault("show_id", "There is no show of this number, or it is in the table twice.")
                else:
                    _describe(row, known.pop(number), report)
            report.tick(done // 2)
        _put(new, report)

    def _plan(self, row: Row, places: "_Places") -> planning.Plan:
        sent: dict[str, Any] = {
            "movie_id": places.movie_of(row).pk,
            "screen_id": places.screen_of(row).pk,
            "show_date": day("date", row.text("date")),
            "show_time": clock("time", row.text("time")),
            "status": row.text("status").upper() or ShowStatus.DRAFT,
            "format": row.text("format"),
            "language": row.text("language"),
            **{name: truth(name, row.text(name) or "no") for name in ACCESS},
        }
        if sent["status"] == ShowStatus.CANCELLED:
            raise CellFault("status", "A show is not planned to be cancelled.")
        plan: planning.Plan = self._shape.run_validation({name: value for name, value in sent.items() if value != ""})[
            "plan"
        ]
        return plan


class _Places:
    """Every movie and every screen by what a table may call it."""

    def __init__(self) -> None:
        self.movies = {movie.pk: movie for movie in Movie.objects.defer("description", "cast", "crew")}
        self.screens = {screen.pk: screen for screen in Screen.objects.select_related("venue")}
        self._by_title: defaultdict[str, list[Movie]] = defaultdict(list)
        for movie in self.movies.values():
            self._by_title[movie.title.casefold()].append(movie)

    def movie_of(self, row: Row) -> Movie:
        number = row.number("movie_id")
        if number is not None:
            if number not in self.movies:
                raise CellFault("movie_id", "There is no movie of this number.")
            return self.movies[number]
        title = row.text("movie")
        found = self._by_title[title.casefold()]
        shown = [movie for movie in found if movie.is_active] or found
        if len(shown) != 1:
            raise CellFault("movie", _how_many(len(shown), "movie", title, "movie_id"))
        return shown[0]

    def screen_of(self, row: Row) -> Screen:
        name, venue = row.text("screen").casefold(), row.text("venue").casefold()
        found = [
            screen
            for screen in self.screens.values()
            if screen.screen_name.casefold() == name
            and (not venue or venue in (screen.venue.name.casefold(), screen.venue.code.casefold()))
        ]
        if len(found) != 1:
            raise CellFault("screen", _how_many(len(found), "screen", row.text("screen"), "venue"))
        return found[0]


def _how_many(count: int, thing: str, name: str, better: str) -> str:
    if not count:
        return f"There is no {thing} “{name[:80]}”."
    return f"There are {count} of the name “{name[:80]}”: say which by {better}."


def _describe(row: Row, show: Show, report: Report) -> None:
    before = cells_of(show)
    sent = differences(row, before, Shows.columns[1:])
    fixed = [name for name in sent if name not in DESCRIBING and not _is_same(name, sent[name], before[name])]
    if fixed:
        raise CellFault(fixed[0], f"It is {before[fixed[0]]}: a show is moved or cancelled on its own page.")
    for name in DESCRIBING:
        if name in sent:
            setattr(show, name, sent[name][:50] if name == "language" else truth(name, sent[name]))
    if changed := told(before, cells_of(show)):
        with savepoint():
            show.save(update_fields=list(DESCRIBING))
        report.note_change(row.line, _label(show), changed)
    else:
        report.note_same()


def _is_same(name: str, text: str, before: str) -> bool:
    """See through what spreadsheets do to days and times: 24/11/2026 is 2026-11-24."""
    if name == "date":
        return day(name, text).isoformat() == before
    return name == "time" and clock(name, text).isoformat("minutes") == before


def _put(new: Sequence[New], report: Report) -> None:
    """Put new shows on screens: whose screen is taken is said beside its row; PostgreSQL has the last word."""
    for screen_id in sorted({one.show.screen_id for one in new}):
        Show.objects.guarded_screen(screen_id)
    taken = _standing([one.show for one in new])
    free: list[New] = []
    for one in new:
        with report.row(one.row.line):
            if _stands_already(one.show, taken[one.show.screen_id]):
                report.note_same()
            else:
                insort(taken[one.show.screen_id], _free(one, taken[one.show.screen_id]), key=_start)
                report.note_new(one.row.line, _label(one.show))
                free.append(one)
    for start in range(0, len(free), CHUNK):
        _save(free[start : start + CHUNK], report)
        report.tick(len(new) // 2 + min(start + CHUNK, len(free)) // 2)


def _save(some: Sequence[New], report: Report) -> None:
    shows = [one.show for one in some]
    try:
        with savepoint():
            Show.objects.bulk_create(shows)
    except IntegrityError:  # somebody moved a show in by a way that takes no lock of the screen
        report.fault(some[0].row.line, "", "A screen was taken in this moment: look again.")
        return
    try:
        with savepoint():
            pricing.put_prices(shows)
    except DomainError:
        for one in some:
            with report.row(one.row.line), savepoint():
                pricing.put_prices([one.show])


def _standing(shows: Sequence[Show]) -> defaultdict[int, list[Show]]:
    """Read what is on the screens around the time of new shows, by screen, in the order of their starts."""
    found: defaultdict[int, list[Show]] = defaultdict(list)
    if not shows:
        return found
    first, last = min(show.starts_at for show in shows), max(show.free_at for show in shows)
    around = _shows().exclude(status=ShowStatus.CANCELLED)
    around = around.filter(
        starts_at__range=(first - LOOKS_AROUND, last), screen__in={show.screen_id for show in shows}
    )
    for show in around.order_by("starts_at"):
        found[show.screen_id].append(show)
    return found


def _stands_already(show: Show, there: Sequence[Show]) -> bool:
    place = bisect_left(there, show.starts_at, key=_start)
    return place < len(there) and (there[place].starts_at, there[place].movie_id) == (show.starts_at, show.movie_id)


def _free(one: New, there: Sequence[Show]) -> Show:
    """Look whether a screen is free for a show: shows that stand do not overlap, so the neighbours tell.

    :raises ScreenTaken: naming the show in the way.
    """
    place = bisect_left(there, one.show.starts_at, key=_start)
    for other in there[max(place - 1, 0) : place + 1]:
        if other.starts_at < one.show.free_at and one.show.starts_at < other.free_at:
            refusal = planning.taken_by(other)
            raise refusal if other.pk else ScreenTaken(f"{refusal.detail} (A row above.)")
    return one.show


def _start(show: Show) -> datetime:
    return show.starts_at


def cells_of(show: Show) -> Cells:
    """Write a show as a row, in the order of the columns."""
    start = show.local_start()
    return {
        "show_id": str(show.pk),
        "movie_id": str(show.movie_id),
        "movie": show.movie.title,
        "venue": show.screen.venue.name,
        "screen": show.screen.screen_name,
        "date": show.show_date.isoformat(),
        "time": f"{start:%H:%M}",
        "status": show.status,
        "format": show.format,
        "language": show.language,
        **{name: yes_no(getattr(show, name)) for name in ACCESS},
    }


def _label(show: Show) -> str:
    return f"{show.movie.title}, {show.screen.screen_name}, {show.local_start():%-d %B %Y} {formats.time_of_day(show.local_start())}"


def _shows() -> "QuerySet[Show]":
    return Show.objects.select_related("movie", "screen__venue").defer(
        "movie__description", "movie__cast", "movie__crew"
    )


def _ahead(now: datetime) -> "QuerySet[Show]":
    return _shows().filter(starts_at__gt=now).exclude(status=ShowStatus.CANCELLED)


def _numbers(rows: Sequence[Row], column: str) -> set[int]:
    return {int(text) for row in rows if (text := row.text(column)).isdecimal() and len(text) < 19}
