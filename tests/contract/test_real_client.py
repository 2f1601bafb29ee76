"""The calls that the browser client of the earlier API makes, as it writes them: from another site, without a token."""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from catalog.models import Movie
from tests.factories.billing import DiscountFactory
from tests.factories.concessions import FoodItemFactory

NOTHING: Mapping[str, object] = {}
SITE = "http://localhost:4200"
MOVIE = [
    "movie_id",
    "title",
    "genre",
    "language",
    "format",
    "rating",
    "duration",
    "certificate",
    "release_date",
    "poster_url",
    "background_image_url",
]
SHOW = ["show_id", "screen_id", "movie_id", "show_date", "show_time", "end_time", "status", "format", "language"]
FOOD = ["food_id", "item_name", "description", "price", "is_available", "image_url", "is_veg"]
BEST_FIRST = json.dumps({"field": "rating", "order": "desc"})


@pytest.fixture
def show(selling_show):
    Movie.objects.update(
        genre=["Drama"],
        language=["Hindi"],
        format=["2D"],
        release_date="2026-01-01",
        poster_url="/media/posters/1.jpg",
    )
    return selling_show


@pytest.fixture
def call(api, show):
    """Call as the client does, and hand back what it reads."""

    def ask(method: str, path: str, query: Mapping[str, object] = NOTHING, body: object = None):
        answer = api.generic(
            method,
            f"{path}?{urlencode(query, doseq=True)}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"Origin": SITE, "Accept": "application/json, text/plain, */*"},
        )
        assert answer.headers["Access-Control-Allow-Origin"] == SITE
        return answer

    return ask


class TestMovies:
    def test_are_listed_for_the_home_page(self, call):
        [movie] = call("GET", "/movies/").json()
        assert set(MOVIE) <= set(movie)
        assert movie["poster_url"] == "http://testserver/media/posters/1.jpg"  # the client's own site has no posters

    def test_are_filtered_by_repeated_words_and_sorted_by_json(self, call):
        filters = {"language": ["Hindi", "Tamil"], "genre": ["War", "Drama"], "format": ["2D", "IMAX"]}
        page = {"skip": 0, "limit": 200, "release_date_from": "2001-01-01", "sort_by": BEST_FIRST}
        assert len(call("GET", "/movies/", filters | page).json()) == 1
        assert call("GET", "/movies/", page | {"genre": ["War", "Comedy"]}).json() == []


class TestShows:
    def test_are_listed_by_day_language_and_format(self, call, show):
        day = show.local_start().date()
        page = {"skip": 0, "limit": 20, "movie_id": show.movie_id, "show_date": day}
        [found] = call("GET", "/shows/", page | {"language": show.language, "format": show.format}).json()
        assert set(SHOW) <= set(found)
        assert found["show_time"] == f"{show.local_start():%H:%M:%S}"
        assert call("GET", "/shows/", page | {"language": "Klingon"}).json() == []

    def test_are_listed_with_parameters_that_nobody_knows(self, call, show):
        query = {"price_min": 100, "price_max": 500, "preferred_time": "evening", "special_formats": "IMAX,4DX"}
        assert [one["show_id"] for one in call("GET", "/shows/", query).json()] == [show.pk]

    def test_name_their_screens(self, call, show):
        [screen] = call("GET", "/screens/", {"skip": 0, "limit": 100}).json()
        assert (screen["screen_id"], screen["screen_name"]) == (show.screen_id, "Screen 1")

    def test_have_seats_with_prices(self, call, show):
        plan = call("GET", f"/shows/seats/{show.pk}").json()
        assert (plan["movie"]["title"], plan["screen"]["screen_name"]) == (show.movie.title, "Screen 1")
        assert {"show_date", "show_time", "booked_seat_ids"} <= set(plan)
        silver, gold = plan["seat_categories"]
        assert (silver["category_name"], silver["price"], gold["price"]) == ("Silver", 150.5, 250.0)
        assert {"seat_id", "seat_no", "row", "col", "available"} <= set(silver["seats"][0])


class TestFood:
    def test_is_listed_without_the_last_slash(self, call):
        item = FoodItemFactory(item_name="Salted Popcorn")
        [category] = call("GET", "/food-categories").json()
        query = {"category_id": item.category_id, "search": "pop", "is_available": "true", "skip": 0, "limit": 500}
        [found] = call("GET", "/food-items", query).json()
        assert category["category_id"] == item.category_id
        assert set(FOOD) <= set(found)
        assert isinstance(found["price"], float)


class TestPayment:
    def test_is_lowered_by_a_promo_code(self, call):
        code = DiscountFactory(discount_percent=10).promo_code
        answer = call("POST", "/discounts/validate", {"code": code, "amount": 500}, {})
        assert (answer.status_code, answer.json()) == (200, {"isvalid": True, "discount_amount": 50.0})

    def test_says_in_words_why_a_code_does_not_hold(self, call):
        answer = call("POST", "/discounts/validate", {"code": "NOSUCH", "amount": 500}, {})
        assert (answer.status_code, type(answer.json()["detail"])) == (404, str)

    def test_knows_the_rate_of_tax(self, call):
        assert call("GET", "/gst/rate").json() == {"gst_rate": 18.0}
