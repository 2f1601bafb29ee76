"""Booking over HTTP, from the first field to the refund."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from billing.models import Payment
from booking.hall_queries import SeatState, seat_map
from booking.models import BookedSeat, Booking, IdempotencyKey, SeatLock
from catalog.models import Movie
from tests.factories.concessions import FoodItemFactory
from venues.models import Seat


@pytest.fixture
def seats(selling_show):
    return list(Seat.objects.filter(screen=selling_show.screen).order_by("id"))


@pytest.fixture
def order(selling_show, seats):
    return {"show_id": selling_show.pk, "seats": [seats[0].pk, seats[1].pk]}


class TestCreate:
    def test_answers_a_confirmed_booking_with_its_lines(self, api, customer, order):
        reply = api.signed_in_as(customer).post("/bookings/", order)
        body = reply.json()
        assert reply.status_code == 201, body
        assert body["booking_status"] == "CONFIRMED"
        assert body["amount"] == 355.2  # 2 x (150.50 + 2 x 13.55): 9 % of 150.50 is 13.545, half up
        assert [line["price"] for line in body["seats"]] == [150.5, 150.5]
        assert Payment.objects.get(pk=body["payment_id"]).amount == Decimal("355.20")
        assert body["ticket_id"]

    def test_turns_ones_own_locks_into_a_sale(self, api, customer, order):
        client = api.signed_in_as(customer)
        held = client.post("/seatlocks/", {"show_id": order["show_id"], "seat_ids": order["seats"]}).json()
        client.post("/bookings/", order)
        assert {claim.pk for claim in SeatLock.objects.filter(status="BOOKED")} == {one["lock_id"] for one in held}

    def test_refuses_seats_that_somebody_holds(self, api, customer, stranger, order):
        held = {"show_id": order["show_id"], "seat_ids": order["seats"][1:]}
        api.signed_in_as(stranger).post("/seatlocks/", held)
        reply = api.signed_in_as(customer).post("/bookings/", order)
        assert (reply.status_code, reply.json()["code"]) == (409, "seat_unavailable")
        assert Booking.objects.count() == Payment.objects.count() == BookedSeat.objects.count() == 0
        assert SeatLock.objects.filter(user=customer).count() == 0

    def test_cancels_when_the_payment_is_refused(self, api, customer, order, settings):
        settings.SANDBOX_BEHAVIOUR = "refuse"
        reply = api.signed_in_as(customer).post("/bookings/", order)
        assert (reply.status_code, reply.json()["code"]) == (400, "payment_failed")
        assert Booking.objects.get().booking_status == "CANCELLED"
        assert Payment.objects.get().payment_status == "FAILED"
        assert SeatLock.objects.exclude(status="EXPIRED").count() == 0

    @pytest.mark.parametrize("field", ["show_id", "seats", "foods", "discount_id", "user_id", "promo_code", "amount"])
    @pytest.mark.parametrize("value", ["x" * 60, [None], [{}], {}, -1, 10**30, [-5], [10**30], True, ["x"]])
    def test_refuses_bad_input_and_changes_nothing(self, api, customer, order, field, value):
        reply = api.signed_in_as(customer).post("/bookings/", {**order, field: value})
        if field == "amount" and isinstance(value, int | float):
            return  # any number may be sent there: it is ignored
        assert reply.status_code in (403, 404, 422), reply.json()
        assert reply.json()["detail"]
        assert Booking.objects.count() == Payment.objects.count() == SeatLock.objects.count() == 0

    def test_needs_a_seat(self, api, customer, order):
        for seats in (list[int](), None):
            reply = api.signed_in_as(customer).post("/bookings/", {**order, "seats": seats})
            assert (reply.status_code, reply.json()["code"]) == (400, "order_empty")

    def test_caps_the_quantity_of_one_food_over_all_its_lines(self, api, customer, order):
        food = FoodItemFactory()
        lines = [{"food_id": food.pk, "quantity": 60}, {"food_id": food.pk, "quantity": 60}]
        assert api.signed_in_as(customer).post("/bookings/", {**order, "foods": lines}).status_code == 422

    def test_adds_up_two_lines_of_one_food(self, api, customer, order):
        food = FoodItemFactory(stock=5)
        lines = [{"food_id": food.pk, "quantity": 1}, {"food_id": food.pk}]
        body = api.signed_in_as(customer).post("/bookings/", {**order, "foods": lines}).json()
        assert [line["quantity"] for line in body["foods"]] == [2]
        food.refresh_from_db()
        assert food.stock == 3


class TestReadAndCancel:
    @pytest.fixture
    def booked(self, api, customer, order):
        return api.signed_in_as(customer).post("/bookings/", order).json()

    def test_is_for_the_owner_and_admins(self, api, customer, stranger, admin, booked):
        path = f"/bookings/{booked['booking_id']}"
        assert api.signed_in_as(customer).get(path).json() == booked
        assert api.signed_in_as(admin).get(path).json() == booked
        assert api.signed_in_as(stranger).get(path).status_code == 404
        assert api.get(path).status_code == 401

    def test_lists_ones_own_in_a_constant_number_of_queries(
        self, api, customer, admin, stranger, booked, django_assert_num_queries
    ):
        client = api.signed_in_as(customer)
        with django_assert_num_queries(5):  # session with user; bookings with tickets; seats; food; fees
            assert [one["booking_id"] for one in client.get("/bookings/").json()] == [booked["booking_id"]]
        assert api.signed_in_as(stranger).get("/bookings/").json() == []
        assert api.signed_in_as(stranger).get(f"/bookings/?user_id={customer.pk}").status_code == 403
        assert len(api.signed_in_as(admin).get(f"/bookings/?user_id={customer.pk}").json()) == 1

    def test_cancels_once_and_answers_the_same_again(self, api, customer, stranger, booked):
        path = f"/bookings/cancel/{booked['booking_id']}"
        assert api.signed_in_as(stranger).put(path).status_code == 404
        first = api.signed_in_as(customer).put(path)
        assert first.status_code == 200
        assert first.json()["refund_amount"] == 284.16  # 2 x (120.40 + 2 x 10.84): each base at 80 %, taxed afresh
        assert api.signed_in_as(customer).put(path).json() == first.json()
        assert SeatLock.objects.filter(status="BOOKED").count() == 0

    def test_keeps_a_log_for_admins(self, api, customer, admin, booked):
        path = f"/bookings/{booked['booking_id']}/logs"
        assert api.signed_in_as(customer).get(path).status_code == 403
        steps = [
            (log["from_status"], log["to_status"], log["changed_by"])
            for log in api.signed_in_as(admin).get(path).json()
        ]
        assert steps == [(None, "PENDING", "USER"), ("PENDING", "CONFIRMED", "PAYMENT_SERVICE")]
        page = api.signed_in_as(admin).get(f"{path}?skip=1&limit=1&with_total=true")
        assert ([log["to_status"] for log in page.json()], page.headers["X-Total-Count"]) == (["CONFIRMED"], "2")

    def test_shows_sold_seats_to_all_and_their_booking_to_its_owner(self, api, customer, stranger, booked):
        path = f"/booked_seats/?show_id={booked['show_id']}"
        assert {row["booking_id"] for row in api.signed_in_as(customer).get(path).json()} == {booked["booking_id"]}
        assert {row["booking_id"] for row in api.signed_in_as(stranger).get(path).json()} == {None}
        assert api.get(path).status_code == 401


class TestSeatMap:
    def test_tells_free_from_held_from_sold(self, api, customer, stranger, order, seats, django_assert_num_queries):
        api.signed_in_as(customer).post("/bookings/", {**order, "seats": order["seats"][:1]})
        api.signed_in_as(stranger).post("/seatlocks/", {"show_id": order["show_id"], "seat_id": order["seats"][1]})
        with django_assert_num_queries(2):  # the show with its movie and screen; every seat with price and claim
            body = api.get(f"/shows/seats/{order['show_id']}").json()
        free = {one["seat_id"]: one["available"] for category in body["seat_categories"] for one in category["seats"]}
        assert len(free) == len(seats)
        assert [free[seat.pk] for seat in seats[:3]] == [False, False, True]
        assert body["booked_seat_ids"] == order["seats"][:1]
        assert [category["category_name"] for category in body["seat_categories"]] == ["Silver", "Gold"]

    @pytest.mark.parametrize(
        ("kept", "told"),
        [
            ("/media/posters/1.jpg", "http://testserver/media/posters/1.jpg"),
            ("https://image.example/1.jpg", "https://image.example/1.jpg"),
            ("", None),
        ],
    )
    def test_names_the_poster_in_full(self, api, order, kept, told):
        Movie.objects.update(poster_url=kept)
        assert api.get(f"/shows/seats/{order['show_id']}").json()["movie"]["poster_url"] == told

    def test_agrees_with_the_pages_about_every_seat(self, api, customer, stranger, order, seats):
        """The API's seats are written by PostgreSQL and the pages' by Python: two tellings of one truth."""
        show_id = order["show_id"]
        Seat.objects.filter(pk=seats[5].pk).update(is_available=False)
        Seat.objects.filter(pk=seats[6].pk).update(seat_number=None)
        api.signed_in_as(stranger).post("/bookings/", {"show_id": show_id, "seats": [seats[0].pk]})
        api.signed_in_as(stranger).post("/seatlocks/", {"show_id": show_id, "seat_id": seats[1].pk})
        api.signed_in_as(customer).post("/seatlocks/", {"show_id": show_id, "seat_id": seats[2].pk})
        api.signed_in_as(stranger).post("/seatlocks/", {"show_id": show_id, "seat_id": seats[3].pk})
        SeatLock.objects.filter(seat=seats[3]).update(expires_at=timezone.now() - timedelta(seconds=1))

        body = api.signed_in_as(customer).get(f"/shows/seats/{show_id}").json()
        told = {one["seat_id"]: one["available"] for category in body["seat_categories"] for one in category["seats"]}
        page = seat_map(show_id=show_id, viewer_id=customer.pk, now=timezone.now())
        free = {SeatState.AVAILABLE: True, SeatState.MINE: True}
        assert told == {seat_id: free.get(state, False) for seat_id, state in page.states.items()}
        assert set(page.states.values()) == set(SeatState)

    def test_knows_no_draft(self, api, selling_show):
        selling_show.status = "DRAFT"
        selling_show.save()
        assert api.get(f"/shows/seats/{selling_show.pk}").status_code == 404


class TestIdempotencyKey:
    def post(self, client, body, key="order-1"):
        return client.post("/bookings/", body, headers={"Idempotency-Key": key})

    def test_replays_the_first_answer(self, api, customer, order):
        client = api.signed_in_as(customer)
        first = self.post(client, order)
        again = self.post(client, order)
        assert first.status_code == again.status_code == 201
        assert again.json() == first.json()
        assert again.headers["Idempotent-Replayed"] == "true"
        assert Booking.objects.count() == Payment.objects.count() == 1

    def test_replays_a_refusal(self, api, customer, stranger, order):
        api.signed_in_as(stranger).post("/seatlocks/", {"show_id": order["show_id"], "seat_id": order["seats"][0]})
        client = api.signed_in_as(customer)
        assert self.post(client, order).status_code == 409
        SeatLock.objects.all().delete()
        assert self.post(client, order).json()["code"] == "seat_unavailable"

    def test_refuses_another_order_under_the_same_key(self, api, customer, order):
        client = api.signed_in_as(customer)
        self.post(client, order)
        reply = self.post(client, {**order, "seats": order["seats"][:1]})
        assert (reply.status_code, reply.json()["code"]) == (409, "idempotency_key_reused")

    def test_tells_a_call_that_still_runs(self, api, customer, order, now):
        client = api.signed_in_as(customer)
        self.post(client, order)
        IdempotencyKey.objects.update(status=None, body=None)
        reply = self.post(client, order)
        assert (reply.status_code, reply.json()["code"]) == (409, "in_progress")

    def test_takes_over_from_a_call_that_died(self, api, customer, order, now):
        client = api.signed_in_as(customer)
        self.post(client, order)
        IdempotencyKey.objects.update(status=None, body=None, created_at=now - timedelta(minutes=3))
        assert self.post(client, order).json()["code"] == "seat_unavailable"

    def test_is_each_customers_own(self, api, customer, stranger, order):
        self.post(api.signed_in_as(customer), order)
        assert self.post(api.signed_in_as(stranger), order).json()["code"] == "seat_unavailable"

    def test_forgets_a_failure_of_ours(self, api, customer, order, settings):
        client = api.signed_in_as(customer)
        settings.PAYMENT_GATEWAY = "none"
        assert self.post(client, order).status_code == 503
        settings.PAYMENT_GATEWAY = "sandbox"
        assert self.post(client, order).status_code == 201

    def test_must_be_short_and_printable(self, api, customer, order):
        client = api.signed_in_as(customer)
        assert [self.post(client, order, key).status_code for key in ("", "x" * 101)] == [422, 422]

    def test_refuses_a_body_too_deep_to_be_told_from_others(self, api, customer, order):
        deep: list = []
        for _ in range(300):
            deep = [deep]
        body = json.dumps({**order, "deep": deep})
        headers = {"Idempotency-Key": "order-1"}
        answer = api.signed_in_as(customer).generic("POST", "/bookings/", body, "application/json", headers=headers)
        assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body"])


class TestCancelShow:
    def test_is_for_admins(self, api, customer, selling_show):
        path = f"/shows/{selling_show.pk}/cancel"
        assert api.signed_in_as(customer).put(path).status_code == 403
        assert api.put(path).status_code == 401

    def test_ends_sales_at_once_and_can_be_repeated(self, api, admin, customer, order):
        path = f"/shows/{order['show_id']}/cancel"
        for _ in range(2):
            reply = api.signed_in_as(admin).put(path)
            assert (reply.status_code, reply.json()["status"]) == (200, "CANCELLED")
        refused = api.signed_in_as(customer).post("/bookings/", order)
        assert (refused.status_code, refused.json()["code"]) == (409, "show_not_selling")

    def test_knows_no_other_show(self, api, admin):
        assert api.signed_in_as(admin).put("/shows/99999/cancel").status_code == 404
