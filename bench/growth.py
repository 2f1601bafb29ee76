"""`make growth`: list, detail and filter of 100,000 movies and shows against 100, over HTTP; each should cost the same."""

import hashlib
import json
import os
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinema.settings.local")
django.setup()

from django.core.management import call_command  # noqa: E402  # the models need django.setup() first
from django.db import connection  # noqa: E402  # the models need django.setup() first

from bench.load import Http  # noqa: E402  # the models need django.setup() first
from bench.server import serving  # noqa: E402  # the models need django.setup() first
from billing.models import GST  # noqa: E402  # the models need django.setup() first
from catalog.models import Movie  # noqa: E402  # the models need django.setup() first
from scheduling.models import Show  # noqa: E402  # the models need django.setup() first
from venues.models import Screen, Seat, SeatCategory, Venue  # noqa: E402  # the models need django.setup() first

SMALL, LARGE = 100, 100_000
FLAT = 2.0  # how many times as long the large table may take: its indexes are a level or two deeper
ROUNDS = 60
SCREENS = 100
GENRES = ("Drama", "Comedy", "Action", "Horror", "Romance", "Thriller", "Western", "Musical", "War", "Noir")
START = datetime(2027, 1, 1, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Read:
    name: str
    path: str


READS = (
    Read("movies: first page", "/movies/?limit=20"),
    Read("movies: one", "/movies/{id}"),
    Read("movies: genre", "/movies/?genre=Noir&limit=20"),
    Read("movies: two languages", "/movies/?language=Tamil&language=Hindi&limit=20"),
    Read("movies: format", "/movies/?format=IMAX&limit=20"),
    Read("movies: title", "/movies/?search=73475cb4&limit=20"),
    Read("movies: from a day", "/movies/?release_date_from=2026-12-01&limit=20"),
    Read("movies: newest", "/movies/?sort_by=release_date:desc&limit=20"),
    Read("movies: best", "/movies/?sort_by=rating:desc&limit=20"),
    Read("movies: by title", "/movies/?sort_by=title:asc&limit=20"),
    Read("movies: longest", "/movies/?sort_by=duration:desc&limit=20"),
    Read("shows: first page", "/shows/?limit=20"),
    Read("shows: one", "/shows/{id}"),
    Read("shows: movie", "/shows/?movie_id={id}&limit=20"),
    Read("shows: screen", "/shows/?screen_id={screen}&limit=20"),
    Read("shows: day", "/shows/?show_date=2027-01-01&limit=20"),
    Read("shows: from a day", "/shows/?show_date_from=2027-01-01&limit=20"),
    Read("shows: language", "/shows/?language=tamil&limit=20"),
    Read("shows: rare format", "/shows/?format=imax&limit=20"),
    Read("shows: status", "/shows/?status=CLOSED&limit=20"),
    Read("shows: price", "/shows/?price_max=200&limit=20"),
    Read("shows: morning", "/shows/?preferred_time=morning&limit=20"),
)


def measure() -> bool:
    """Time every read on the small and on the large tables; answer whether all of them are flat."""
    venue = Venue.objects.create(name="Bench", code="BEN", is_default=True)
    GST.objects.create(gst_category="ticket", c_gst=9, s_gst=9)
    for number in range(SCREENS):
        screen = Screen.objects.create(venue=venue, screen_name=f"{number}", screen_type="Standard")
        gold = SeatCategory.objects.create(screen=screen, category_name="Gold", rows=1, cols=1, base_price=200)
        Seat.objects.create(screen=screen, category=gold, row_number=1, col_number=1, seat_number="A1")
    with serving() as port:
        _grow(0, SMALL)
        small = _times(Http(port))
        _grow(SMALL, LARGE)
        large = _times(Http(port))
    print(f"\n{'p50 of':26}{f'{SMALL:,}':>12}{f'{LARGE:,}':>12}{'ratio':>8}   wanted: at most {FLAT:.0f}")
    for read in READS:
        ratio = large[read] / small[read]
        verdict = "flat" if ratio <= FLAT else "NOT FLAT"
        print(f"{read.name:26}{small[read]:9.2f} ms{large[read]:9.2f} ms{ratio:8.2f}   {verdict}")
    return all(large[read] <= FLAT * small[read] for read in READS)


def _grow(first: int, last: int) -> None:
    screens = list(Screen.objects.order_by("id").values_list("id", flat=True))
    movies = Movie.objects.bulk_create(
        (
            Movie(
                title=f"{hashlib.sha256(str(number).encode()).hexdigest()[:8]} {number:07}",
                slug=f"movie-{number}",
                duration=60 + number % 120,
                genre=[GENRES[number % len(GENRES)]],
                language=[("Hindi", "English", "Tamil")[number % 3]],
                format=["IMAX" if number % 50 == 0 else "2D"],
                rating=number % 101 / 10,
                release_date=(START - timedelta(days=number % 4000)).date(),
            )
            for number in range(first, last)
        ),
        batch_size=5000,
    )
    Show.objects.bulk_create(
        (
            _show(number, movie, screens[number % SCREENS])
            for number, movie in zip(range(first, last), movies, strict=True)
        ),
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _show(number: int, movie: Movie, screen_id: int) -> Show:
    start = START + timedelta(hours=4 * (number // SCREENS))
    return Show(
        movie=movie,
        screen_id=screen_id,
        show_date=start.date(),
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        free_at=start + timedelta(hours=3),
        language=movie.language[0],
        format=movie.format[0],
        status="CLOSED" if number % 40 == 0 else "UPCOMING",
    )


def _times(http: Http) -> dict[Read, float]:
    known = {"id": Show.objects.order_by("-id").values_list("id", flat=True)[0], "screen": Screen.objects.first().pk}
    return {read: _median(http, read.path.format(**known).replace(" ", "%20")) for read in READS}


def _median(http: Http, path: str) -> float:
    """Take the median of many calls, in milliseconds; the first few warm the plans up."""
    taken = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        status, body = http.send(f"GET {path} HTTP/1.1")
        taken.append(time.perf_counter() - before)
        assert status == 200, body
        assert json.loads(body), path
    return statistics.median(taken[ROUNDS // 6 :]) * 1000


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    raise SystemExit(not measure())
