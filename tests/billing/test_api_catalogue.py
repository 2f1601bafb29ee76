import pytest

from billing.models import GST, Discount
from tests import bad_input
from tests.bad_input import locations
from tests.factories.billing import DiscountFactory, GSTFactory

TEN = {"promo_code": "TEN", "discount_percent": 10}
TICKET = {"gst_category": "ticket", "s_gst": 2.5, "c_gst": 2.5}


class TestDiscounts:
    def test_are_seen_by_the_signed_in_and_written_by_admins(self, api, customer, admin):
        held, ended = DiscountFactory(), DiscountFactory(is_active=False)
        assert api.get("/discounts/").status_code == 401
        assert [code["discount_id"] for code in api.signed_in_as(customer).get("/discounts/").json()] == [held.pk]
        assert api.signed_in_as(customer).get(f"/discounts/{ended.pk}").status_code == 404
        assert len(api.signed_in_as(admin).get("/discounts/").json()) == 2
        for client, status in ((api, 401), (api.signed_in_as(customer), 403)):
            assert client.post("/discounts/", TEN).status_code == status
            assert client.put(f"/discounts/{held.pk}", TEN).status_code == status
            assert client.delete(f"/discounts/{held.pk}").status_code == status
        assert Discount.objects.count() == 2

    def test_are_added_changed_and_deleted(self, api, admin):
        client = api.signed_in_as(admin)
        added = client.post("/discounts/", TEN)
        assert added.status_code == 200
        assert {key: added.json()[key] for key in TEN} == TEN
        path = f"/discounts/{added.json()['discount_id']}"
        assert client.put(path, {"discount_percent": 12.5}).json()["discount_percent"] == 12.5
        assert client.delete(path).json() == {"message": "Discount deleted."}

    def test_have_codes_of_their_own_whatever_the_case(self, api, admin):
        client = api.signed_in_as(admin)
        client.post("/discounts/", TEN)
        response = client.post("/discounts/", TEN | {"promo_code": "ten"})
        assert (response.status_code, response.json()["code"]) == (409, "taken")

    def test_need_what_their_kind_needs(self, api, admin):
        client = api.signed_in_as(admin)
        flat = {"promo_code": "FLAT", "discount_type": "flat"}
        assert locations(client.post("/discounts/", flat)) == [["body", "discount_amount"]]
        assert locations(client.post("/discounts/", {"promo_code": "X"})) == [["body", "discount_percent"]]
        assert client.post("/discounts/", flat | {"discount_amount": 50}).status_code == 200
        backwards = TEN | {"starts_at": "2026-07-02T00:00:00Z", "ends_at": "2026-07-01T00:00:00Z"}
        assert locations(client.post("/discounts/", backwards)) == [["body", "ends_at"]]

    def test_never_take_how_often_they_were_used(self, api, admin):
        assert api.signed_in_as(admin).post("/discounts/", TEN | {"times_used": 7}).json()["times_used"] == 0

    @pytest.mark.parametrize(
        ("field", "bad"),
        bad_input.cases(
            promo_code=bad_input.TEXT,
            discount_percent=[*bad_input.NUMBER, "100.01", "150"],
            max_discount_amount=["-1", '"x"', "[]", "1e30"],
            discount_type=["null", '"half"', "5"],
            min_subtotal=[*bad_input.NUMBER],
            starts_at=['"soon"', "5", "[]", '"0001-01-01T00:00:00+14:00"'],
            usage_limit=["-1", "0", '"x"', str(2**64)],
            applicable_movie_id=['"x"', "999", "-1", "[]"],
            is_active=bad_input.FLAG,
        ),
    )
    def test_refuse_bad_input(self, api, admin, field, bad):
        code, client = DiscountFactory(), api.signed_in_as(admin)
        for method, path in (("POST", "/discounts/"), ("PUT", f"/discounts/{code.pk}")):
            assert bad_input.send(client, method, path, TEN, field, bad).status_code in (404, 422)
        assert Discount.objects.get().promo_code == code.promo_code


class TestRates:
    def test_are_read_by_anybody_and_written_by_admins(self, api, customer, admin):
        rate = GSTFactory()
        assert api.get("/gst/").json() == [api.get(f"/gst/{rate.pk}").json()]
        for client, status in ((api, 401), (api.signed_in_as(customer), 403), (api.signed_in_as(admin), 200)):
            assert client.post("/gst/", TICKET).status_code == status
            assert client.put(f"/gst/{rate.pk}", {"s_gst": 6}).status_code == status
        assert GST.objects.get(gst_category="ticket").c_gst == GST.objects.get(gst_category="ticket").s_gst
        assert api.get("/gst/?gst_category=TICKET").json()[0]["s_gst"] == 2.5

    def test_do_not_overlap_in_band_and_time(self, api, admin):
        client = api.signed_in_as(admin)
        assert client.post("/gst/", TICKET | {"up_to": 100}).status_code == 200
        assert client.post("/gst/", TICKET | {"above": 100}).status_code == 200
        response = client.post("/gst/", TICKET | {"gst_category": "Ticket", "above": 50, "up_to": 60})
        assert (response.status_code, response.json()["code"]) == (409, "taken")
        assert response.json()["detail"] == "A rate of this category already covers this band at that time."
        assert GST.objects.count() == 2

    def test_have_bands_and_days_in_order(self, api, admin):
        client = api.signed_in_as(admin)
        assert locations(client.post("/gst/", TICKET | {"above": 100, "up_to": 100})) == [["body", "up_to"]]
        days = {"valid_from": "2026-07-01", "valid_until": "2026-06-30"}
        assert locations(client.post("/gst/", TICKET | days)) == [["body", "valid_until"]]

    def test_stay(self, api, admin):
        assert api.signed_in_as(admin).delete(f"/gst/{GSTFactory().pk}").status_code == 405

    @pytest.mark.parametrize(
        ("field", "bad"),
        bad_input.cases(
            gst_category=bad_input.TEXT,
            s_gst=[*bad_input.NUMBER, "100.01"],
            c_gst=[*bad_input.NUMBER, "2.555"],
            above=["-1", '"x"', "[]", "1e30"],
            valid_from=bad_input.DAY,
            hsn_code=[*bad_input.OPTIONAL_TEXT, '"123456789"'],
        ),
    )
    def test_refuse_bad_input(self, api, admin, field, bad):
        rate, client = GSTFactory(), api.signed_in_as(admin)
        for method, path in (("POST", "/gst/"), ("PUT", f"/gst/{rate.pk}")):
            assert bad_input.send(client, method, path, TICKET, field, bad).status_code == 422
        assert GST.objects.get().gst_category == rate.gst_category
