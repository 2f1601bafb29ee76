import json
from datetime import date
from decimal import Decimal

import pytest

from catalog.models import Movie
from tests import bad_input
from tests.bad_input import locations
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowFactory

CONTRACT_FIELDS = {
    "movie_id",
    "title",
    "description",
    "duration",
    "genre",
    "language",
    "release_date",
    "rating",
    "certificate",
    "poster_url",
    "background_image_url",
    "is_active",
    "cast",
    "crew",
}
DUNE = {
    "title": "Dune",
    "description": "Sand.",
    "duration": 155,
    "genre": ["Sci-Fi", "Drama"],
    "language": ["English"],
    "format": ["IMAX"],
    "release_date": "2026-10-22",
    "rating": 8.25,
    "certificate": "UA 13+",
    "cast": [{"name": "Timothée", "role": "Paul"}],
    "crew": [{"name": "Denis", "job": "Director"}],
}
BAD = bad_input.cases(
    title=bad_input.TEXT,
    duration=[*bad_input.WHOLE, "0", "1001"],
    rating=[*(bad for bad in bad_input.NUMBER if bad not in ("null", '""')), "10.1"],
    description=bad_input.OPTIONAL_TEXT,
    certificate=bad_input.OPTIONAL_TEXT,
    poster_url=bad_input.OPTIONAL_TEXT,
    background_image_url=bad_input.OPTIONAL_TEXT,
    genre=bad_input.WORDS,
    genres=bad_input.WORDS,
    language=bad_input.WORDS,
    format=bad_input.WORDS,
    release_date=bad_input.DAY,
    is_active=bad_input.FLAG,
    cast=["{}", "5", '["text"]', "[null]", '[{"name": "nul\\u0000"}]'],
    crew=["{}", "5", '["text"]', "[null]", '[{"name": "nul\\u0000"}]'],
)


def titles(response) -> list[str]:
    return [movie["title"] for movie in response.json()]


class TestReading:
    def test_is_public_and_keeps_the_fields_of_the_contract(self, db, api):
        movie = MovieFactory(release_date=date(2026, 10, 22), rating=Decimal("8.5"))
        (listed,) = api.get("/movies/").json()
        assert listed == api.get(f"/movies/{movie.pk}").json()
        assert set(listed) >= CONTRACT_FIELDS
        assert (listed["release_date"], listed["rating"]) == ("2026-10-22", 8.5)
        assert (listed["description"], listed["genre"], listed["cast"]) == (None, ["Drama"], [])

    def test_answers_404_to_an_unknown_id(self, db, api):
        assert api.get("/movies/999").status_code == 404

    def test_pages_in_a_stable_order(self, db, api):
        movies = MovieFactory.create_batch(12)
        assert titles(api.get("/movies/")) == [movie.title for movie in movies[:10]]
        assert titles(api.get("/movies/?skip=10&limit=500")) == [movie.title for movie in movies[10:]]

    def test_reads_a_number_however_many_noughts_it_begins_with(self, db, api):
        movies = MovieFactory.create_batch(2)
        assert titles(api.get(f"/movies/?skip={'0' * 5000}&limit=0000000000000001")) == [movies[0].title]

    @pytest.mark.parametrize(
        "query",
        [
            *("skip=-1", "skip=x", "limit=0", "limit=501", "limit=", "skip=99999999999999"),
            *("limit=000000000001000000", "skip=00000000000099999999999999"),
        ],
    )
    def test_bounds_the_page(self, db, api, query):
        assert locations(api.get(f"/movies/?{query}")) == [["query", query.partition("=")[0]]]

    def test_costs_one_query_however_long_the_list(self, db, api, django_assert_num_queries):
        MovieFactory.create_batch(5)
        with django_assert_num_queries(1):
            api.get("/movies/")


class TestFiltering:
    @pytest.fixture(autouse=True)
    def movies(self, db):
        MovieFactory(title="Alpha", genre=["Drama", "War"], language=["Hindi"], format=["2D"], rating=Decimal(7))
        MovieFactory(title="beta 50%", genre=["Comedy"], language=["Tamil"], format=["3D"], rating=Decimal(9))
        MovieFactory(
            title="Gamma", genre=["Drama"], language=["Tamil"], release_date=date(2026, 1, 1), is_active=False
        )

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("genre=Drama", ["Alpha", "Gamma"]),
            ("genre=War&genre=Comedy", ["Alpha", "beta 50%"]),
            ("genre=drama", []),
            ("genre=", ["Alpha", "beta 50%", "Gamma"]),
            ("genre=Drama&language=Tamil", ["Gamma"]),
            ("format=3D", ["beta 50%"]),
            ("release_date_from=2026-01-01", ["Gamma"]),
            ("release_date_from=2026-01-02", []),
            ("search=ET", ["beta 50%"]),
            ("search=50%25", ["beta 50%"]),
            ("search=_", []),
            ("is_active=true", ["Alpha", "beta 50%"]),
            ("is_active=false", ["Gamma"]),
            ("is_active=True", ["Alpha", "beta 50%"]),
            ("is_active=off", ["Gamma"]),
            ("is_active=", ["Alpha", "beta 50%", "Gamma"]),
            ("unknown=1", ["Alpha", "beta 50%", "Gamma"]),
        ],
    )
    def test_keeps_what_fits(self, api, query, found):
        assert titles(api.get(f"/movies/?{query}")) == found

    @pytest.mark.parametrize(
        ("sort_by", "first"),
        [
            ("rating:desc", "beta 50%"),
            ("rating:asc", "Alpha"),
            ("release_date:desc,title:asc", "Gamma"),
            ('{"field":"rating","order":"desc"}', "beta 50%"),
            ('{"field":"title","order":"ASC"}', "Alpha"),
            ("", "Alpha"),
        ],
    )
    def test_sorts_in_both_spellings(self, api, sort_by, first):
        assert titles(api.get("/movies/", {"sort_by": sort_by}))[0] == first

    def test_puts_the_unrated_last_either_way(self, api):
        for direction in ("asc", "desc"):
            assert titles(api.get("/movies/", {"sort_by": f"rating:{direction}"}))[-1] == "Gamma"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("sort_by", "password:asc"),
            ("sort_by", "shows__id:asc"),
            ("sort_by", "rating"),
            ("sort_by", "rating:up"),
            ("sort_by", '{"field":'),
            ("sort_by", "{}"),
            ("sort_by", '{"field":"x"}'),
            ("sort_by", '{"field":["rating"],"order":{}}'),
            ("sort_by", "nul\x00"),
            ("release_date_from", "soon"),
            ("release_date_from", "22/10/2026"),
            ("release_date_from", "2026-02-30"),
            ("is_active", "perhaps"),
            ("with_total", "null"),
            ("with_total", ""),
            ("genre", "x" * 51),
            ("genre", "nul\x00"),
            ("search", "x" * 201),
            ("search", "nul\x00"),
        ],
    )
    def test_names_a_parameter_that_does_not_fit(self, api, name, value):
        response = api.get("/movies/", {name: value})
        assert (response.status_code, locations(response)) == (422, [["query", name]])

    def test_bounds_how_many_words(self, api):
        assert locations(api.get("/movies/?" + "genre=x&" * 21)) == [["query", "genre"]]


class TestWriting:
    def test_is_for_admins(self, api, customer):
        movie = MovieFactory()
        for client, status in ((api, 401), (api.signed_in_as(customer), 403)):
            assert client.post("/movies/", DUNE).status_code == status
            assert client.put(f"/movies/{movie.pk}", DUNE).status_code == status
            assert client.delete(f"/movies/{movie.pk}").status_code == status
        assert list(Movie.objects.values_list("title", flat=True)) == [movie.title]

    def test_adds_a_movie(self, api, admin):
        response = api.signed_in_as(admin).post("/movies/", DUNE)
        assert response.status_code == 200
        assert {key: response.json()[key] for key in DUNE} == DUNE | {"rating": 8.3}
        assert response.json() == api.get(f"/movies/{response.json()['movie_id']}").json()
        assert response.json()["slug"] == "dune"

    def test_takes_null_where_the_contract_does(self, api, admin):
        optional = ("description", "genre", "language", "release_date", "rating", "certificate", "poster_url", "cast")
        response = api.signed_in_as(admin).post("/movies/", {"title": "ऋ", "duration": 1} | dict.fromkeys(optional))
        assert response.status_code == 200
        assert (response.json()["genre"], response.json()["description"]) == ([], None)

    def test_names_its_own_pictures_in_full_and_takes_them_back(self, api, admin):
        movie = MovieFactory(poster_url="/media/posters/1.jpg", background_image_url="https://image.example/[1].jpg")
        client = api.signed_in_as(admin)
        read = client.get(f"/movies/{movie.pk}").json()
        assert read["poster_url"] == "http://testserver/media/posters/1.jpg"
        assert read["background_image_url"] == "https://image.example/[1].jpg"
        assert client.put(f"/movies/{movie.pk}", read).json() == read
        assert Movie.objects.get().poster_url == movie.poster_url
        client.put(f"/movies/{movie.pk}", {"poster_url": "http://testserver//elsewhere.example/1.jpg"})
        assert Movie.objects.get().poster_url == "http://testserver//elsewhere.example/1.jpg"

    @pytest.mark.parametrize("midnight", ["T00:00", "T00:00:00", "T00:00:00.000Z", "T00:00:00+00:00"])
    def test_takes_the_midnight_of_the_earlier_api_for_a_day(self, api, admin, midnight):
        response = api.signed_in_as(admin).post("/movies/", DUNE | {"release_date": f"2026-01-02{midnight}"})
        assert (response.status_code, response.json()["release_date"]) == (200, "2026-01-02")

    @pytest.mark.parametrize("instant", ["2026-01-02T18:30:00Z", "2026-01-02T00:00:00+05:30", "2026-01-02T", "T00:00"])
    def test_takes_no_other_instant_for_one(self, api, admin, instant):
        response = api.signed_in_as(admin).post("/movies/", DUNE | {"release_date": instant})
        assert (response.status_code, locations(response)) == (422, [["body", "release_date"]])

    @pytest.mark.parametrize("method", ["put", "patch"])
    def test_changes_only_what_is_sent(self, api, admin, method):
        movie = MovieFactory(title="Old", duration=100)
        response = getattr(api.signed_in_as(admin), method)(f"/movies/{movie.pk}", {"genres": ["War"], "movie_id": 7})
        assert (response.status_code, response.json()["genre"], response.json()["title"]) == (200, ["War"], "Old")
        movie.refresh_from_db()
        assert (movie.genre, movie.duration) == (["War"], 100)

    @pytest.mark.parametrize("number", ["1e22", str(2**63), str(2**70)])
    def test_refuses_numbers_that_could_not_be_read_back(self, api, admin, number):
        text = json.dumps(DUNE | {"cast": [{"order": "N"}]}).replace('"N"', number)
        response = api.signed_in_as(admin).generic("POST", "/movies/", text, content_type="application/json")
        assert (response.status_code, locations(response)) == (422, [["body", "cast", 0]])
        assert not Movie.objects.exists()

    @pytest.mark.parametrize(("field", "bad"), BAD)
    def test_refuses_bad_input(self, api, admin, field, bad):
        movie = MovieFactory()
        client = api.signed_in_as(admin)
        for method, path in (("POST", "/movies/"), ("PUT", f"/movies/{movie.pk}")):
            body = {key: value for key, value in DUNE.items() if not (field == "genres" and key == "genre")}
            response = bad_input.send(client, method, path, body, field, bad)
            assert response.status_code == 422
            assert locations(response)[0][0] == "body"
        assert list(Movie.objects.values_list("title", flat=True)) == [movie.title]

    @pytest.mark.parametrize("field", ["title", "duration"])
    def test_needs_a_title_and_a_duration(self, api, admin, field):
        body = {key: value for key, value in DUNE.items() if key != field}
        assert locations(api.signed_in_as(admin).post("/movies/", body)) == [["body", field]]

    @pytest.mark.parametrize("body", ["[]", "null", "5", '"x"', "", "{"])
    def test_takes_an_object_only(self, api, admin, body):
        response = api.signed_in_as(admin).generic("POST", "/movies/", body, content_type="application/json")
        assert response.status_code == 422

    def test_deletes_a_movie_that_nothing_uses(self, api, admin):
        movie = MovieFactory()
        response = api.signed_in_as(admin).delete(f"/movies/{movie.pk}")
        assert (response.status_code, set(response.json())) == (200, {"detail"})
        assert not Movie.objects.exists()

    def test_keeps_a_movie_with_shows_and_says_so(self, api, admin):
        show = ShowFactory()
        response = api.signed_in_as(admin).delete(f"/movies/{show.movie_id}")
        assert (response.status_code, response.json()["code"]) == (409, "in_use")
        assert response.json()["used_by"] == ["shows"]
        assert Movie.objects.filter(pk=show.movie_id).exists()

    def test_answers_404_to_an_unknown_id(self, api, admin):
        client = api.signed_in_as(admin)
        assert client.put("/movies/999", {"title": "x"}).status_code == 404
        assert client.delete("/movies/999").status_code == 404

    def test_is_told_what_json_it_is(self, api, admin):
        response = api.signed_in_as(admin).generic("POST", "/movies/", json.dumps(DUNE), content_type="text/plain")
        assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")
