import logging
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisAway

from catalog.gateways import tmdb as gateway
from catalog.models import Movie
from tests.bad_input import locations
from tests.catalog.tmdb_server import BROKEN, JPEG, KEY, NO_KEY, PNG, Answer, too_many
from tests.factories.catalog import MovieFactory

SEARCH = "/movies/tmdb/search?q=monsoon"
IMPORT = "/movies/tmdb/import/4711"


@pytest.fixture
def waited(monkeypatch) -> list[float]:
    """Note for how long the client would have waited before it tried again."""
    pauses: list[float] = []
    monkeypatch.setattr(gateway, "pause", pauses.append)
    return pauses


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


class TestSearch:
    def test_is_for_people_who_are_signed_in(self, api, customer, tmdb):
        assert api.get(SEARCH).status_code == 401
        assert tmdb.asked == []
        answer = api.signed_in_as(customer).get(SEARCH + "&page=2")
        assert answer.status_code == 200
        assert answer.json()["results"][0]["poster_url"] == f"{tmdb.url}/t/p/w500/poster1.jpg"
        assert tmdb.query() == {"query": "monsoon", "page": "2", "include_adult": "false"}

    def test_is_remembered_for_a_while(self, api, customer, tmdb):
        client = api.signed_in_as(customer)
        first = client.get(SEARCH).json()
        assert client.get("/movies/tmdb/search/?q=MONSOON&page=1").json() == first
        assert len(tmdb.asked) == 1
        client.get(SEARCH + "&page=2")
        assert len(tmdb.asked) == 2

    def test_works_without_a_cache(self, api, customer, tmdb, monkeypatch):
        def away(*_: object, **__: object) -> None:
            raise RedisAway

        monkeypatch.setattr(cache, "get", away)
        monkeypatch.setattr(cache, "set", away)
        assert api.signed_in_as(customer).get(SEARCH).status_code == 200

    def test_prefers_the_token_to_the_key(self, api, customer, tmdb, settings):
        settings.TMDB_API_KEY = KEY
        client = api.signed_in_as(customer)
        client.get(SEARCH)
        assert "api_key" not in tmdb.query()
        settings.TMDB_BEARER = ""
        assert client.get(SEARCH + "&page=2").status_code == 200
        assert tmdb.query()["api_key"] == KEY

    def test_says_that_there_is_no_key(self, api, customer, tmdb, settings):
        settings.TMDB_BEARER = ""
        answer = api.signed_in_as(customer).get(SEARCH)
        assert (answer.status_code, answer.json()["code"]) == (503, "tmdb_key_missing")
        assert "TMDB_BEARER" in answer.json()["detail"]
        assert tmdb.asked == []

    @pytest.mark.parametrize(
        ("answers", "waits"),
        [
            ([BROKEN], [0.3]),
            ([BROKEN, BROKEN], [0.3, 0.9]),
            ([too_many("2")], [2]),
            ([too_many("0")], [0.3]),
            ([too_many("soon")], [0.3]),
            ([Answer(503), too_many("1")], [0.3, 1]),
        ],
    )
    def test_tries_again_after_a_while(self, api, customer, tmdb, waited, answers, waits):
        tmdb.next_answers = list(answers)
        assert api.signed_in_as(customer).get(SEARCH).status_code == 200
        assert (waited, len(tmdb.asked)) == (waits, len(answers) + 1)

    @pytest.mark.parametrize(
        ("answers", "tries"),
        [
            ([BROKEN] * 9, 3),
            ([too_many("1")] * 9, 3),
            ([too_many("60")] * 9, 1),
            ([NO_KEY] * 9, 1),
            ([Answer(302, b"", {"Location": "http://127.0.0.1:9/"})] * 9, 1),
            ([Answer(400)] * 9, 1),
            ([Answer(204)] * 9, 1),
            ([Answer(200, b"<html>")] * 9, 1),
            ([Answer(200, b"")] * 9, 1),
            ([Answer(200, b"[]")] * 9, 1),
            ([Answer(200, b'{"results": NaN}')] * 9, 1),
            ([Answer(200, b'"' + b"x" * 3_000_000 + b'"')] * 9, 1),
            ([Answer(200, b"{}", {"Content-Encoding": "gzip"})] * 9, 1),
        ],
    )
    def test_gives_up_with_502(self, api, customer, tmdb, waited, answers, tries):
        tmdb.next_answers = list(answers)
        answer = api.signed_in_as(customer).get(SEARCH)
        assert (answer.status_code, answer.json()["code"]) == (502, "tmdb_failed")
        assert len(tmdb.asked) == tries

    def test_gives_up_with_502_when_nobody_is_there(self, api, customer, tmdb, settings, waited, caplog):
        settings.TMDB_BASE_URL, settings.TMDB_BEARER, settings.TMDB_API_KEY = "http://127.0.0.1:9/3", "", KEY
        with caplog.at_level(logging.INFO):
            assert api.signed_in_as(customer).get(SEARCH).status_code == 502
        assert waited == [0.3, 0.9]
        assert KEY not in caplog.text

    @pytest.mark.parametrize("answer", [Answer(waits=True), Answer(200, b'{"page"', stalls=True)])
    def test_gives_up_with_504_when_no_answer_comes(self, api, customer, tmdb, settings, answer):
        settings.TMDB_TIMEOUT = 0.2
        tmdb.next_answers = [answer]
        refused = api.signed_in_as(customer).get(SEARCH)
        assert (refused.status_code, refused.json()["code"]) == (504, "tmdb_timed_out")
        assert len(tmdb.asked) == 1

    def test_remembers_no_failure(self, api, customer, tmdb, waited):
        client = api.signed_in_as(customer)
        tmdb.next_answers = [NO_KEY]
        assert client.get(SEARCH).status_code == 502
        assert client.get(SEARCH).status_code == 200

    @pytest.mark.parametrize("answer", [b"{}", b'{"results": 5}', b'{"results": [5, {"id": "x"}], "page": null}'])
    def test_takes_an_odd_answer_for_an_empty_one(self, api, customer, tmdb, answer):
        tmdb.next_answers = [Answer(200, answer)]
        found = api.signed_in_as(customer).get(SEARCH).json()
        assert found == {"page": 0, "total_results": 0, "total_pages": 0, "results": []}

    def test_ends_where_tmdb_ends(self, api, customer, tmdb):
        client = api.signed_in_as(customer)
        assert client.get(SEARCH + "&page=500").status_code == 200
        answer = client.get(SEARCH + "&page=501")
        assert (answer.status_code, answer.json()["code"]) == (400, "tmdb_page_too_far")

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ("", "q"),
            ("q=", "q"),
            ("q=x", "q"),
            ("q=" + "x" * 201, "q"),
            ("q=nul%00", "q"),
            ("q=xx&page=0", "page"),
            ("q=xx&page=1001", "page"),
            ("q=xx&page=one", "page"),
        ],
    )
    def test_names_a_parameter_that_does_not_fit(self, api, customer, tmdb, query, name):
        answer = api.signed_in_as(customer).get(f"/movies/tmdb/search?{query}")
        assert (answer.status_code, locations(answer)) == (422, [["query", name]])
        assert tmdb.asked == []


class TestImport:
    def test_is_for_admins(self, api, customer, tmdb):
        assert api.post(IMPORT).status_code == 401
        assert api.signed_in_as(customer).post(IMPORT).status_code == 403
        assert (tmdb.asked, Movie.objects.count()) == ([], 0)

    def test_takes_a_movie_over_with_its_pictures(self, api, admin, tmdb, settings):
        client = api.signed_in_as(admin)
        answer = client.post(IMPORT + "/")
        assert answer.status_code == 200
        movie = Movie.objects.get()
        assert answer.json() == client.get(f"/movies/{movie.pk}").json()
        assert tmdb.paths() == ["/3/movie/4711", "/t/p/w500/poster1.jpg", "/t/p/w500/backdrop-1.png"]
        assert (movie.tmdb_id, movie.title, movie.slug, movie.duration) == (4711, "Monsoon", "monsoon", 131)
        assert (movie.rating, movie.is_active, movie.certificate) == (Decimal("3.7"), True, "UA 13+")
        assert (movie.language, movie.imdb_id) == (["Hindi", "English", "தமிழ்"], "tt0004711")
        for url, content, kind in (
            (answer.json()["poster_url"], JPEG, "image/jpeg"),
            (answer.json()["background_image_url"], PNG, "image/png"),
        ):
            picture = api.get(url)
            assert (picture.status_code, picture.getvalue(), picture.headers["Content-Type"]) == (200, content, kind)
            assert "immutable" in picture.headers["Cache-Control"]
            assert picture.headers["X-Content-Type-Options"] == "nosniff"
        assert len(files(settings.MEDIA_ROOT)) == 2

    def test_brings_a_movie_up_to_date(self, api, admin, tmdb, settings):
        client = api.signed_in_as(admin)
        first = client.post(IMPORT).json()
        Movie.objects.update(is_active=False, format=["IMAX"], interval_minutes=15, sgst_waived=True)
        tmdb.movie |= {"title": "Monsoon Again", "runtime": 140}
        again = client.post(IMPORT).json()
        movie = Movie.objects.get()
        assert (again["movie_id"], again["title"], again["duration"]) == (first["movie_id"], "Monsoon Again", 140)
        assert (movie.slug, movie.is_active, movie.format) == ("monsoon", False, ["IMAX"])
        assert (movie.interval_minutes, movie.sgst_waived) == (15, True)
        assert len(files(settings.MEDIA_ROOT)) == 2

    def test_leaves_other_movies_alone(self, api, admin, tmdb):
        mine, other = MovieFactory(title="Monsoon"), MovieFactory(tmdb_id=4712)
        assert api.signed_in_as(admin).post(IMPORT).status_code == 200
        assert Movie.objects.exclude(pk__in=[mine.pk, other.pk]).get().tmdb_id == 4711

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"title": "", "name": None}, "movie_without_title"),
            ({"runtime": 0}, "movie_without_runtime"),
            ({"runtime": None}, "movie_without_runtime"),
        ],
    )
    def test_refuses_what_no_show_could_be_made_of(self, api, admin, tmdb, settings, changes, code):
        tmdb.movie |= changes
        answer = api.signed_in_as(admin).post(IMPORT)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert not Movie.objects.exists()
        assert files(settings.MEDIA_ROOT) == []

    def test_keeps_the_running_time_that_tmdb_forgot(self, api, admin, tmdb):
        client = api.signed_in_as(admin)
        client.post(IMPORT)
        tmdb.movie["runtime"] = 0
        assert client.post(IMPORT).json()["duration"] == 131

    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("text/html", b"<html>"),
            ("image/jpeg", b"<html>"),
            ("image/jpeg", PNG),
            ("image/svg+xml", b"<svg/>"),
            ("image/jpeg", b""),
            ("image/jpeg", JPEG + b"x" * (5 * 1024 * 1024)),
        ],
    )
    def test_links_a_picture_it_cannot_keep(self, api, admin, tmdb, settings, kind, content):
        tmdb.pictures = {"/poster1.jpg": (kind, content)}
        movie = api.signed_in_as(admin).post(IMPORT).json()
        assert movie["poster_url"] == f"{tmdb.url}/t/p/w500/poster1.jpg"
        assert movie["background_image_url"] == f"{tmdb.url}/t/p/w500/backdrop-1.png"
        assert files(settings.MEDIA_ROOT) == []

    def test_needs_no_picture(self, api, admin, tmdb):
        tmdb.movie |= {"poster_path": None, "backdrop_path": None}
        movie = api.signed_in_as(admin).post(IMPORT).json()
        assert (movie["poster_url"], movie["background_image_url"]) == (None, None)

    @pytest.mark.parametrize("tmdb_id", [1, 0, 2**31, 2**63, 10**30])
    def test_answers_404_to_what_tmdb_does_not_know(self, api, admin, tmdb, tmdb_id):
        assert api.signed_in_as(admin).post(f"/movies/tmdb/import/{tmdb_id}").status_code == 404
        assert not Movie.objects.exists()

    def test_answers_422_to_what_is_no_id(self, api, admin, tmdb):
        answer = api.signed_in_as(admin).post("/movies/tmdb/import/one")
        assert (answer.status_code, locations(answer)) == (422, [["path", "tmdb_id"]])

    @pytest.mark.parametrize(
        ("answer", "status"), [(NO_KEY, 502), (Answer(200, b"garbage"), 502), (Answer(waits=True), 504)]
    )
    def test_passes_failures_on(self, api, admin, tmdb, settings, answer, status):
        settings.TMDB_TIMEOUT = 0.2
        tmdb.next_answers = [answer]
        assert api.signed_in_as(admin).post(IMPORT).status_code == status
        assert not Movie.objects.exists()

    def test_takes_an_empty_answer_for_a_movie_without_a_title(self, api, admin, tmdb):
        tmdb.next_answers = [Answer(200, b"{}")]
        assert api.signed_in_as(admin).post(IMPORT).json()["code"] == "movie_without_title"


class TestPoster:
    @pytest.mark.parametrize(
        "name",
        [
            "tmdb-1-0123456789abcdef.jpg",
            "tmdb-1-0123456789abcdef.svg",
            "..%2Ftickets%2Fx.pdf",
            "x.jpg",
            "%00",
            "ऋ.jpg",
        ],
    )
    def test_knows_only_pictures_of_an_import(self, api, tmdb, name):
        assert api.get(f"/posters/{name}").status_code == 404

    def test_shows_nothing_else_of_the_storage(self, api, tmdb, settings):
        (settings.MEDIA_ROOT / "tickets").mkdir(parents=True)
        (settings.MEDIA_ROOT / "tickets" / "tmdb-1-0123456789abcdef.jpg").write_bytes(JPEG)
        for path in (
            "/posters/../tickets/tmdb-1-0123456789abcdef.jpg",
            "/posters/..%2Ftickets%2Ftmdb-1-0123456789abcdef.jpg",
        ):
            assert api.get(path).status_code == 404
