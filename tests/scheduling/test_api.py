from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from scheduling.models import Show, ShowCategoryPricing
from scheduling.states import PartOfDay, ShowStatus
from tests import bad_input
from tests.bad_input import locations
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowCategoryPricingFactory, ShowFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory, block_of_seats

CONTRACT_FIELDS = {"movie_id", "screen_id", "show_date", "show_time", "status", "show_id", "created_at"}
BAD = bad_input.cases(
    movie_id=[*bad_input.WHOLE, "0"],
    screen_id=[*bad_input.WHOLE, "0"],
    show_date=[*bad_input.DAY, "null"],
    show_time=["null", '""', '"25:00"', '"soon"', "19", "[]", "{}", "true"],
    status=["null", '""', '"ONGOING"', "5", "[]", "{}", "true"],
    format=bad_input.TEXT,
    language=bad_input.OPTIONAL_TEXT,
)


@pytest.fixture
def evening(db) -> dict[str, object]:
    """Tomorrow at half past seven."""
    tomorrow = timezone.now().date() + timedelta(days=2)
    return {
        "movie_id": MovieFactory().pk,
        "screen_id": ScreenFactory().pk,
        "show_date": str(tomorrow),
        "show_time": "19:30",
    }


class TestCreating:
    def test_is_for_admins(self, api, customer, evening):
        assert api.post("/shows/", evening).status_code == 401
        assert api.signed_in_as(customer).post("/shows/", evening).status_code == 403
        assert not Show.objects.exists()

    def test_answers_the_show_on_the_clock_of_its_venue(self, api, admin, evening):
        response = api.signed_in_as(admin).post("/shows/", evening)
        assert response.status_code == 201
        show = response.json()
        assert set(show) >= CONTRACT_FIELDS
        assert (show["show_date"], show["show_time"], show["end_time"]) == (
            evening["show_date"],
            "19:30:00",
            "21:40:00",
        )
        assert (show["status"], show["format"], show["language"]) == ("UPCOMING", "2D", "Hindi")

    def test_answers_409_naming_the_show_in_the_way(self, api, admin, evening):
        client = api.signed_in_as(admin)
        first = client.post("/shows/", evening).json()
        response = client.post("/shows/", evening | {"show_time": "20:00"})
        assert (response.status_code, response.json()["code"]) == (409, "screen_taken")
        assert response.json()["show_id"] == first["show_id"]

    @pytest.mark.parametrize(("field", "status"), [("movie_id", 404), ("screen_id", 404)])
    def test_answers_404_to_an_unknown_id(self, api, admin, evening, field, status):
        assert api.signed_in_as(admin).post("/shows/", evening | {field: 999}).status_code == status

    @pytest.mark.parametrize(("field", "bad"), BAD)
    def test_refuses_bad_input(self, api, admin, evening, field, bad):
        response = bad_input.send(api.signed_in_as(admin), "POST", "/shows/", evening, field, bad)
        assert response.status_code in (404, 422)
        assert response.json()["detail"]
        assert not Show.objects.exists()

    @pytest.mark.parametrize("field", ["movie_id", "screen_id", "show_date", "show_time"])
    def test_needs_its_fields(self, api, admin, evening, field):
        body = {key: value for key, value in evening.items() if key != field}
        assert locations(api.signed_in_as(admin).post("/shows/", body)) == [["body", field]]


class TestReading:
    def test_is_public_and_hides_drafts(self, api, admin, db):
        draft, show = ShowFactory(status=ShowStatus.DRAFT), ShowFactory()
        assert [found["show_id"] for found in api.get("/shows/").json()] == [show.pk]
        assert api.get(f"/shows/{draft.pk}").status_code == 404
        assert api.get(f"/shows/{show.pk}").json() == api.get("/shows/").json()[0]
        assert api.signed_in_as(admin).get(f"/shows/{draft.pk}").json()["status"] == "DRAFT"
        assert len(api.signed_in_as(admin).get("/shows/").json()) == 2

    def test_shows_the_range_of_prices(self, api, db):
        show = ShowFactory()
        SeatCategoryFactory(screen=show.screen, base_price=Decimal("150.50"))
        gold = SeatCategoryFactory(screen=show.screen, base_price=Decimal("250.00"))
        ShowCategoryPricingFactory(show=show, category=gold, price=Decimal("99.00"))
        found = api.get(f"/shows/{show.pk}").json()
        assert (found["price_min"], found["price_max"]) == (99.0, 150.5)

    def test_has_no_price_without_seats(self, api, db):
        assert api.get(f"/shows/{ShowFactory().pk}").json()["price_min"] is None

    def test_costs_one_query_however_long_the_list(self, api, db, django_assert_num_queries):
        ShowFactory.create_batch(4)
        with django_assert_num_queries(1):
            assert len(api.get("/shows/").json()) == 4

    def test_filters(self, api, db):
        tamil, hindi = ShowFactory(language="Tamil", format="IMAX", status=ShowStatus.OPEN), ShowFactory()
        for query, found in [
            (f"movie_id={tamil.movie_id}", [tamil.pk]),
            (f"screen_id={hindi.screen_id}", [hindi.pk]),
            ("language=tamil", [tamil.pk]),
            ("format=imax", [tamil.pk]),
            ("status=OPEN", [tamil.pk]),
            (f"show_date={tamil.show_date}", [tamil.pk, hindi.pk]),
            (f"show_date={tamil.show_date + timedelta(days=1)}", []),
            (f"show_date_from={tamil.show_date}", [tamil.pk, hindi.pk]),
            (f"show_date_from={tamil.show_date + timedelta(days=1)}", []),
            ("movie_id=", [tamil.pk, hindi.pk]),
        ]:
            assert sorted(show["show_id"] for show in api.get(f"/shows/?{query}").json()) == found, query

    def test_filter_by_what_a_seat_costs(self, api, db):
        cheap, dear = ShowFactory(), ShowFactory()
        for show, price in ((cheap, 100), (dear, 300)):
            category = SeatCategoryFactory(screen=show.screen)
            block_of_seats(category, rows=[1], cols=1)
            ShowCategoryPricingFactory(show=show, category=category, price=price)
        for query, found in [
            ("price_min=100.01", [dear.pk]),
            ("price_max=299.99", [cheap.pk]),
            ("price_min=100&price_max=300", [cheap.pk, dear.pk]),
            ("price_min=301", []),
        ]:
            assert sorted(show["show_id"] for show in api.get(f"/shows/?{query}").json()) == found, query

    @pytest.mark.parametrize("hour", range(24))
    def test_filter_by_the_time_of_day_as_it_is_at_the_venue(self, api, db, hour):
        show = ShowFactory()
        start = show.local_start().replace(hour=hour, minute=59)
        Show.objects.filter(pk=show.pk).update(
            starts_at=start, ends_at=start + timedelta(hours=2), free_at=start + timedelta(hours=3)
        )
        show.refresh_from_db()
        parts = [part for part in PartOfDay if api.get(f"/shows/?preferred_time={part.value}").json()]
        assert parts == [show.part_of_day()]

    @pytest.mark.parametrize(
        "query",
        [
            "price_min=-1",
            "price_max=cheap",
            "preferred_time=teatime",
            "movie_id=x",
            "screen_id=1.5",
            "status=ONGOING",
            "show_date=tomorrow",
            "language=nul%00",
            "limit=0",
        ],
    )
    def test_refuses_filters_that_do_not_fit(self, api, db, query):
        assert locations(api.get(f"/shows/?{query}")) == [["query", query.partition("=")[0]]]

    def test_orders_by_start(self, api, db):
        later, sooner = ShowFactory(), ShowFactory()
        Show.objects.filter(pk=later.pk).update(
            starts_at=later.starts_at + timedelta(hours=1),
            ends_at=later.ends_at + timedelta(hours=1),
            free_at=later.free_at + timedelta(hours=1),
        )
        assert [show["show_id"] for show in api.get("/shows/").json()] == [sooner.pk, later.pk]
        assert api.get("/shows/").json()[0]["show_date"] == str(date.fromisoformat(str(sooner.show_date)))


class TestPricing:
    @pytest.fixture
    def show(self, db) -> Show:
        return ShowFactory()

    @pytest.fixture
    def body(self, show) -> dict[str, object]:
        return {"show_id": show.pk, "category_id": SeatCategoryFactory(screen=show.screen).pk, "price": 200.5}

    def test_is_read_by_anybody_and_written_by_admins(self, api, customer, admin, body):
        for client, status in ((api, 401), (api.signed_in_as(customer), 403), (api.signed_in_as(admin), 201)):
            assert client.post("/show-category-pricing/", body).status_code == status
        (price,) = api.get(f"/show-category-pricing/?show_id={body['show_id']}").json()
        assert price == body | {"pricing_id": price["pricing_id"]}
        path = f"/show-category-pricing/{price['pricing_id']}"
        for client, status in ((api, 401), (api.signed_in_as(customer), 403), (api.signed_in_as(admin), 200)):
            assert client.put(path, {"price": 0}).status_code == status
        assert api.get(path).json()["price"] == 0
        assert api.signed_in_as(admin).delete(path).status_code == 200

    @pytest.mark.parametrize("price", [{}, {"price": 0}])
    def test_falls_back_to_the_base_price(self, api, admin, body, price):
        del body["price"]
        assert api.signed_in_as(admin).post("/show-category-pricing/", body | price).json()["price"] == 150.5

    def test_exists_once_per_show_and_category(self, api, admin, body):
        client = api.signed_in_as(admin)
        client.post("/show-category-pricing/", body)
        response = client.post("/show-category-pricing/", body)
        assert (response.status_code, response.json()["code"]) == (409, "taken")

    def test_is_for_a_category_of_the_screen(self, api, admin, body):
        body["category_id"] = SeatCategoryFactory().pk
        response = api.signed_in_as(admin).post("/show-category-pricing/", body)
        assert (response.status_code, locations(response)) == (422, [["body", "category_id"]])

    @pytest.mark.parametrize(
        ("field", "bad"),
        bad_input.cases(
            show_id=[*bad_input.WHOLE, "0"], category_id=bad_input.WHOLE, price=[*bad_input.NUMBER, "1000", "1.005"]
        ),
    )
    def test_refuses_bad_input(self, api, admin, body, field, bad):
        response = bad_input.send(api.signed_in_as(admin), "POST", "/show-category-pricing/", body, field, bad)
        assert response.status_code in (404, 422)
        assert not ShowCategoryPricing.objects.exists()
