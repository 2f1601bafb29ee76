import pytest

from tests import bad_input
from tests.bad_input import locations
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory, SeatFactory, VenueFactory
from venues.models import Screen, Seat, SeatCategory

IMAX = {"screen_name": "Audi 1", "screen_type": "IMAX"}


@pytest.fixture
def category(db) -> SeatCategory:
    return SeatCategoryFactory(rows=2, cols=2)


@pytest.fixture
def a1(category) -> dict[str, object]:
    return {
        "screen_id": category.screen_id,
        "category_id": category.pk,
        "row_number": 1,
        "col_number": 1,
        "seat_number": "A1",
    }


class TestScreens:
    def test_join_the_default_venue(self, api, admin):
        client = api.signed_in_as(admin)
        assert client.post("/screens/", IMAX).json()["code"] == "no_venue"
        VenueFactory()
        home = VenueFactory(is_default=True)
        response = client.post("/screens/", IMAX)
        assert response.status_code == 200
        assert response.json() == IMAX | {
            "screen_id": Screen.objects.get().pk,
            "formats": [],
            "is_available": True,
            "venue_id": home.pk,
            "turnaround_minutes": None,
        }

    def test_are_read_by_anybody_and_written_by_admins(self, api, customer):
        screen = ScreenFactory()
        assert api.get(f"/screens/{screen.pk}").json() == api.get("/screens").json()[0]
        for client, status in ((api, 401), (api.signed_in_as(customer), 403)):
            assert client.post("/screens/", IMAX).status_code == status
            assert client.patch(f"/screens/{screen.pk}", IMAX).status_code == status
            assert client.delete(f"/screens/{screen.pk}").status_code == status
        assert Screen.objects.get().screen_name == screen.screen_name

    @pytest.mark.parametrize("method", ["put", "patch"])
    def test_change_in_part(self, api, admin, method):
        screen = ScreenFactory()
        changed = getattr(api.signed_in_as(admin), method)(f"/screens/{screen.pk}", {"is_available": False}).json()
        assert (changed["is_available"], changed["screen_name"]) == (False, screen.screen_name)

    def test_are_deleted_unless_used(self, api, admin):
        client, show, spare = api.signed_in_as(admin), ShowFactory(), ScreenFactory()
        assert client.delete(f"/screens/{spare.pk}").json() == {"message": "Screen deleted."}
        assert client.delete(f"/screens/{show.screen_id}").json()["used_by"] == ["shows"]
        assert Screen.objects.get() == show.screen

    def test_are_filtered(self, api, db):
        small, large = ScreenFactory(screen_type="IMAX"), SeatFactory().screen
        Screen.objects.filter(pk=small.pk).update(is_available=False)
        for query, found in [
            ("type=IMAX", small),
            (f"name={large.screen_name}", large),
            ("total_seats=1", large),
            ("is_available=false", small),
        ]:
            assert [screen["screen_id"] for screen in api.get(f"/screens/?{query}").json()] == [found.pk], query
        assert locations(api.get("/screens/?total_seats=many")) == [["query", "total_seats"]]

    @pytest.mark.parametrize(
        ("field", "bad"),
        bad_input.cases(
            screen_name=bad_input.TEXT,
            screen_type=bad_input.TEXT,
            formats=bad_input.WORDS,
            is_available=bad_input.FLAG,
            venue_id=bad_input.WHOLE,
            turnaround_minutes=["-1", "241", '"x"', "true", "[]", str(2**64)],
        ),
    )
    def test_refuse_bad_input(self, api, admin, field, bad):
        screen, client = ScreenFactory(venue__is_default=True), api.signed_in_as(admin)
        for method, path in (("POST", "/screens/"), ("PUT", f"/screens/{screen.pk}")):
            assert bad_input.send(client, method, path, IMAX, field, bad).status_code in (404, 422)
        assert Screen.objects.get().screen_name == screen.screen_name


class TestSeatCategories:
    def test_are_read_by_anybody_and_written_by_admins(self, api, customer, admin, category):
        body = {"category_name": "Gold", "screen_id": category.screen_id, "rows": 1, "cols": 8, "base_price": 250.5}
        assert api.get(f"/seat-categories/{category.pk}").json() == api.get("/seat-categories").json()[0]
        for client, status in ((api, 401), (api.signed_in_as(customer), 403), (api.signed_in_as(admin), 200)):
            assert client.post("/seat-categories/", body).status_code == status
        gold = SeatCategory.objects.get(category_name="Gold")
        assert api.get(f"/seat-categories/{gold.pk}").json() == body | {"category_id": gold.pk}

    def test_stay_on_their_screen_and_keep_their_seats(self, api, admin, category):
        client, path = api.signed_in_as(admin), f"/seat-categories/{category.pk}"
        SeatFactory.create_batch(2, category=category)
        assert client.put(path, {"screen_id": ScreenFactory().pk}).json()["code"] == "screen_stays"
        assert client.put(path, {"rows": 1, "cols": 1}).json()["code"] == "category_full"
        assert client.delete(path).json()["used_by"] == ["seats"]
        assert client.put(path, {"rows": 1, "base_price": 999.99}).json()["base_price"] == 999.99
        assert SeatCategory.objects.get().rows == 1

    @pytest.mark.parametrize(
        ("field", "bad"),
        bad_input.cases(
            category_name=bad_input.TEXT,
            screen_id=bad_input.WHOLE,
            rows=[*bad_input.WHOLE, "0"],
            cols=[*bad_input.WHOLE, "0"],
            base_price=[*bad_input.NUMBER, "1000", "1.005"],
        ),
    )
    def test_refuse_bad_input(self, api, admin, category, field, bad):
        body = {"category_name": "Gold", "screen_id": category.screen_id, "rows": 1, "cols": 8, "base_price": 250}
        client = api.signed_in_as(admin)
        for method, path in (("POST", "/seat-categories/"), ("PUT", f"/seat-categories/{category.pk}")):
            assert bad_input.send(client, method, path, body, field, bad).status_code in (404, 422)
        assert SeatCategory.objects.get().category_name == category.category_name


class TestSeats:
    def test_are_added_all_or_none(self, api, admin, a1):
        client = api.signed_in_as(admin)
        assert client.post("/seats/", []).json() == []
        response = client.post("/seats/", [a1, a1 | {"col_number": 2, "seat_number": None}])
        assert response.status_code == 200
        first, second = response.json()
        assert first == a1 | {"seat_id": first["seat_id"], "is_available": True, "kind": "STANDARD"}
        assert second["seat_number"] is None
        clash = client.post("/seats/", [a1 | {"row_number": 2, "seat_number": "B1"}, a1 | {"seat_number": "B2"}])
        assert (clash.status_code, clash.json()["code"]) == (409, "taken")
        assert Seat.objects.count() == 2

    def test_have_a_number_of_their_own_but_walkways_have_none(self, api, admin, a1):
        client = api.signed_in_as(admin)
        walkways = [a1 | {"col_number": col, "seat_number": ""} for col in (1, 2)]
        assert client.post("/seats/", walkways).status_code == 200
        response = client.post("/seats/", [a1 | {"row_number": 2}, a1 | {"row_number": 2, "col_number": 2}])
        assert (response.status_code, response.json()["constraint"]) == (409, "venues_seat_number_unique")

    def test_are_of_a_category_of_their_screen_with_room_for_them(self, api, admin, a1):
        client = api.signed_in_as(admin)
        elsewhere = a1 | {"category_id": SeatCategoryFactory().pk}
        assert client.post("/seats/", [a1, elsewhere]).json()["code"] == "seat_place_unknown"
        many = [a1 | {"col_number": col, "seat_number": f"A{col}"} for col in range(1, 6)]
        assert client.post("/seats/", many).json()["code"] == "category_full"
        assert not Seat.objects.exists()

    def test_change_within_their_screen(self, api, admin, category):
        client, seat = api.signed_in_as(admin), SeatFactory(category=category)
        path = f"/seats/{seat.pk}"
        assert client.put(path, {"is_available": False}).json()["is_available"] is False
        assert client.put(path, {"screen_id": ScreenFactory().pk}).json()["code"] == "screen_stays"
        assert client.put(path, {"category_id": SeatCategoryFactory().pk}).status_code == 404
        assert client.delete(path).json() == {"message": "Seat deleted."}

    def test_are_read_by_anybody_and_written_by_admins(self, api, customer, category, a1):
        seat = SeatFactory(category=category)
        assert api.get(f"/seats/?screen_id={category.screen_id}").json() == [api.get(f"/seats/{seat.pk}").json()]
        assert api.get("/seats/?screen_id=999").json() == []
        for client, status in ((api, 401), (api.signed_in_as(customer), 403)):
            assert client.post("/seats/", [a1]).status_code == status
            assert client.put(f"/seats/{seat.pk}", {}).status_code == status
            assert client.delete(f"/seats/{seat.pk}").status_code == status

    @pytest.mark.parametrize(
        ("field", "bad"),
        bad_input.cases(
            screen_id=bad_input.WHOLE,
            category_id=bad_input.WHOLE,
            row_number=[*bad_input.WHOLE, "0"],
            col_number=[*bad_input.WHOLE, "0"],
            seat_number=[*bad_input.OPTIONAL_TEXT, '"12345678901"'],
            kind=["null", '"THRONE"', "5", "[]"],
            is_available=bad_input.FLAG,
        ),
    )
    def test_refuse_bad_input(self, api, admin, category, a1, field, bad):
        client, seat = api.signed_in_as(admin), SeatFactory(category=category, seat_number="Z9")
        assert bad_input.send(client, "PUT", f"/seats/{seat.pk}", {}, field, bad).status_code in (400, 404, 422)
        body = bad_input.raw(a1, field, bad)
        response = client.generic("POST", "/seats/", f"[{body}]", content_type="application/json")
        assert response.status_code in (404, 422)
        assert Seat.objects.get().seat_number == "Z9"

    @pytest.mark.parametrize("body", ["{}", "null", "5", "[5]", "[null]", "[[]]", "[{}]"])
    def test_come_as_a_list(self, api, admin, body):
        response = api.signed_in_as(admin).generic("POST", "/seats/", body, content_type="application/json")
        assert response.status_code == 422
