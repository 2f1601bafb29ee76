from datetime import date, time
from decimal import Decimal

import pytest

from billing.models import GST, Discount
from billing.states import DiscountType
from scheduling.states import ShowStatus
from tests.bad_input import locations
from tests.factories.billing import DiscountFactory, GSTFactory, todays_law
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowFactory

pytestmark = pytest.mark.django_db


def check(api, **query):
    return api.post(f"/discounts/validate?{'&'.join(f'{key}={value}' for key, value in query.items())}", {})


class TestValidate:
    @pytest.mark.parametrize(
        ("terms", "amount", "worth"),
        [
            ({}, "500.98", 50.10),
            ({"max_discount_amount": Decimal(20)}, "500.98", 20),
            ({"discount_type": DiscountType.FLAT, "discount_amount": Decimal(75)}, "500", 75),
            ({"discount_type": DiscountType.FLAT, "discount_amount": Decimal(75)}, "50", 50),
            ({}, "499.98999999999995", 50.00),
            ({}, "0", 0),
        ],
    )
    def test_tells_anybody_what_a_code_is_worth(self, api, terms, amount, worth):
        DiscountFactory(promo_code="Diwali10", **terms)
        answer = check(api, code="diwali10", amount=amount)
        assert (answer.status_code, answer.json()) == (200, {"isvalid": True, "discount_amount": worth})
        assert Discount.objects.get().times_used == 0

    @pytest.mark.parametrize("body", ["", "{}", "not json", "[]"])
    def test_needs_no_body(self, api, body):
        DiscountFactory(promo_code="X")
        answer = api.generic("POST", "/discounts/validate/?code=x&amount=10", body, content_type="text/plain")
        assert answer.status_code == 200

    def test_answers_404_to_an_unknown_code(self, api):
        answer = check(api, code="NOPE", amount=10)
        assert (answer.status_code, answer.json()["code"]) == (404, "discount_unknown")
        assert answer.json()["detail"]

    @pytest.mark.parametrize(
        ("terms", "reason"),
        [
            ({"is_active": False}, "not active"),
            ({"min_subtotal": Decimal("100.01")}, "from 100.01 up"),
        ],
    )
    def test_answers_400_with_the_reason(self, api, terms, reason):
        DiscountFactory(promo_code="X", **terms)
        answer = check(api, code="X", amount=100)
        assert (answer.status_code, answer.json()["code"]) == (400, "discount_not_applicable")
        assert reason in answer.json()["detail"]

    def test_answers_409_when_no_use_is_left(self, api):
        DiscountFactory(promo_code="X", usage_limit=2, times_used=2)
        assert (check(api, code="X", amount=100).json()["code"]) == "discount_used_up"

    def test_looks_at_the_movie_and_the_show(self, api):
        show, other = ShowFactory(), ShowFactory()
        DiscountFactory(promo_code="MOVIE", applicable_movie=show.movie)
        DiscountFactory(promo_code="SHOW", applicable_show=show)
        for code, query, status in (
            ("MOVIE", {"movie_id": show.movie_id}, 200),
            ("MOVIE", {"show_id": show.pk}, 200),
            ("MOVIE", {"show_id": other.pk, "movie_id": show.movie_id}, 400),
            ("MOVIE", {"movie_id": MovieFactory().pk}, 400),
            ("MOVIE", {}, 400),
            ("SHOW", {"show_id": show.pk}, 200),
            ("SHOW", {"show_id": other.pk}, 400),
            ("SHOW", {"movie_id": show.movie_id}, 400),
        ):
            assert check(api, code=code, amount=100, **query).status_code == status, (code, query)

    def test_looks_at_the_weekday_and_the_daypart(self, api):
        show = ShowFactory()
        start = show.local_start()
        other = (start.weekday() + 1) % 7
        DiscountFactory(promo_code="TODAY", weekdays=[start.weekday()], daypart_from=time(18), daypart_until=time(20))
        DiscountFactory(promo_code="OTHER", weekdays=[other])
        DiscountFactory(promo_code="EARLY", daypart_from=time(9), daypart_until=time(12))
        assert check(api, code="TODAY", amount=100, show_id=show.pk).status_code == 200
        for code, reason in (("OTHER", "for shows on"), ("EARLY", "start from 9:00 am until before 12:00 pm")):
            answer = check(api, code=code, amount=100, show_id=show.pk)
            assert (answer.status_code, answer.json()["code"]) == (400, "discount_not_applicable")
            assert reason in answer.json()["detail"]

    @pytest.mark.parametrize(
        "limits",
        [
            {"weekdays": [7]},
            {"weekdays": ["Monday"]},
            {"weekdays": None},
            {"daypart_from": "09:00"},
            {"daypart_from": "09:00", "daypart_until": "09:00"},
            {"daypart_from": "noon", "daypart_until": "13:00"},
        ],
    )
    def test_is_not_told_of_days_and_hours_that_are_none(self, api, admin, limits):
        body = {"promo_code": "X", "discount_percent": 10} | limits
        assert api.signed_in_as(admin).post("/discounts/", body).status_code == 422

    def test_keeps_the_days_and_hours_it_is_told(self, api, admin):
        body = {
            "promo_code": "X",
            "discount_percent": 10,
            "weekdays": [0, 4],
            "daypart_from": "22:00",
            "daypart_until": "02:00",
        }
        made = api.signed_in_as(admin).post("/discounts/", body).json()
        assert (made["weekdays"], made["daypart_from"], made["daypart_until"]) == ([0, 4], "22:00:00", "02:00:00")
        assert len(api.signed_in_as(admin).get("/discounts/?promo_code=x&is_active=true").json()) == 1
        assert api.signed_in_as(admin).get("/discounts/?is_active=false").json() == []

    def test_knows_no_draft(self, api):
        DiscountFactory(promo_code="X")
        draft = ShowFactory(status=ShowStatus.DRAFT)
        assert check(api, code="X", amount=1, show_id=draft.pk).json()["code"] == "show_unknown"
        assert check(api, code="X", amount=1, show_id=2**63 - 1).status_code == 404

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("code", ""),
            ("code", "x" * 51),
            ("code", "nul%00"),
            ("amount", ""),
            ("amount", "many"),
            ("amount", "-1"),
            ("amount", "NaN"),
            ("amount", "Infinity"),
            ("amount", "1e400"),
            ("amount", "9" * 400),
            ("amount", "100000000"),
            ("movie_id", "one"),
            ("movie_id", "0"),
            ("show_id", str(2**63)),
        ],
    )
    def test_names_a_parameter_that_does_not_fit(self, api, name, value):
        answer = check(api, **{"code": "X", "amount": "10", name: value})
        assert (answer.status_code, locations(answer)) == (422, [["query", name]])

    def test_needs_code_and_amount(self, api):
        assert locations(api.post("/discounts/validate")) == [["query", "code"], ["query", "amount"]]


class TestTicketRate:
    @pytest.mark.parametrize(
        ("query", "rate"),
        [
            ("", 18),
            ("?price=250", 18),
            ("?price=100.01", 18),
            ("?price=100.004", 5),
            ("?price=100", 5),
            ("?price=0", 5),
        ],
    )
    def test_is_todays_slab(self, api, query, rate):
        todays_law()
        answer = api.get(f"/gst/rate{query}")
        assert (answer.status_code, answer.json()) == (200, {"gst_rate": rate})

    def test_is_not_yesterdays_nor_tomorrows(self, api):
        GSTFactory(gst_category="Ticket", c_gst=14, s_gst=14, valid_until=date(2025, 9, 22))
        GSTFactory(gst_category="ticket", c_gst=1, s_gst=1, valid_from=date(2025, 9, 22), valid_until=date(2099, 1, 1))
        GSTFactory(gst_category="TICKET", c_gst=3, s_gst=3, valid_from=date(2099, 1, 1))
        assert api.get("/gst/rate").json() == {"gst_rate": 2}

    def test_says_that_none_is_in_force(self, api):
        GSTFactory(gst_category="food")
        answer = api.get("/gst/rate")
        assert (answer.status_code, answer.json()["code"]) == (400, "no_tax_rate")
        todays_law_without_low = GSTFactory(gst_category="ticket", above=100)
        assert GST.objects.filter(pk=todays_law_without_low.pk).exists()
        assert api.get("/gst/rate?price=50").status_code == 400

    @pytest.mark.parametrize("price", ["-1", "much", "NaN", "1e30", ""])
    def test_names_a_price_that_is_none(self, api, price):
        assert locations(api.get(f"/gst/rate?price={price}")) == [["query", "price"]]
