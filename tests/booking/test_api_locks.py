"""Holding seats over HTTP: whose, which, for how long, and what is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from booking.models import SeatLock
from booking.states import LockStatus
from venues.models import Seat


@pytest.fixture
def seats(selling_show):
    return list(Seat.objects.filter(screen=selling_show.screen).order_by("id"))


@pytest.fixture
def lock(api, customer, selling_show, seats):
    def lock_as(user=customer, *numbers, **more):
        wanted = [seats[number].pk for number in numbers or (0,)]
        body = {"show_id": selling_show.pk, "seat_ids": wanted, **more}
        return api.signed_in_as(user).post("/seatlocks/", body)

    return lock_as


class TestCreate:
    def test_holds_one_seat_and_answers_one_lock(self, api, customer, selling_show, seats):
        body = {"show_id": selling_show.pk, "seat_id": seats[0].pk}
        reply = api.signed_in_as(customer).post("/seatlocks/", body)
        assert reply.status_code == 200
        held = SeatLock.objects.get()
        assert reply.json()["lock_id"] == held.pk
        assert reply.json()["status"] == "LOCKED"
        assert reply.json()["user_id"] == customer.pk

    def test_holds_a_list_all_or_nothing(self, lock, customer, stranger):
        assert len(lock(customer, 0, 1).json()) == 2
        refused = lock(stranger, 1, 2)
        assert refused.status_code == 409
        assert refused.json()["code"] == "seat_unavailable"
        assert refused.json()["seats"] == ["A2"]
        assert SeatLock.objects.filter(user=stranger).count() == 0

    def test_counts_ones_own_live_lock_as_won(self, lock, customer):
        first = lock(customer, 0).json()[0]
        again = lock(customer, 0, 1).json()
        assert again[0] == first
        assert again[1]["expires_at"] == first["expires_at"]

    def test_lets_an_admin_hold_for_somebody(self, lock, admin, customer):
        assert lock(admin, 0, user_id=customer.pk).json()[0]["user_id"] == customer.pk

    def test_lets_nobody_else_do_that(self, lock, stranger, customer):
        reply = lock(stranger, 0, user_id=customer.pk)
        assert (reply.status_code, reply.json()["code"]) == (403, "not_yours")

    def test_honours_an_earlier_end_only(self, lock, customer, stranger):
        soon = timezone.now() + timedelta(minutes=2)
        assert lock(customer, 0, expires_at=soon.isoformat()).status_code == 200
        assert SeatLock.objects.get(user=customer).expires_at == soon
        lock(stranger, 1, expires_at=(soon + timedelta(days=1)).isoformat())
        held = SeatLock.objects.get(user=stranger)
        assert held.expires_at - held.locked_at == timedelta(minutes=10)

    def test_ignores_the_status_a_client_sends(self, lock, customer):
        assert lock(customer, 0, status="BOOKED").json()[0]["status"] == "LOCKED"

    def test_needs_somebody(self, api, selling_show, seats):
        reply = api.post("/seatlocks/", {"show_id": selling_show.pk, "seat_id": seats[0].pk})
        assert (reply.status_code, reply.json()["code"]) == (401, "not_authenticated")

    def test_holds_at_most_ten_seats(self, lock, customer):
        assert lock(customer, *range(10)).status_code == 200
        reply = lock(customer, 10)
        assert (reply.status_code, reply.json()["code"]) == (409, "too_many_seats")

    @pytest.mark.parametrize("field", ["show_id", "seat_id", "seat_ids", "user_id", "expires_at", "status"])
    @pytest.mark.parametrize("value", ["x", [], {}, -1, 0, 1.5, 10**30, True])
    def test_refuses_bad_input_and_changes_nothing(self, api, customer, selling_show, seats, field, value):
        body = {"show_id": selling_show.pk, "seat_id": seats[0].pk, field: value}
        if field == "seat_ids":
            del body["seat_id"]
        reply = api.signed_in_as(customer).post("/seatlocks/", body)
        assert reply.status_code in (403, 404, 422), reply.json()
        assert reply.json()["detail"]
        assert SeatLock.objects.count() == 0


class TestRead:
    def test_shows_ones_own_only(self, lock, api, customer, stranger):
        lock_id = lock(customer, 0).json()[0]["lock_id"]
        assert api.signed_in_as(customer).get(f"/seatlocks/{lock_id}").status_code == 200
        assert api.signed_in_as(stranger).get(f"/seatlocks/{lock_id}").status_code == 404
        assert api.signed_in_as(stranger).get("/seatlocks/").json() == []

    def test_reads_a_lapsed_lock_as_expired(self, lock, api, customer):
        lock_id = lock(customer, 0).json()[0]["lock_id"]
        SeatLock.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert api.signed_in_as(customer).get(f"/seatlocks/{lock_id}").json()["status"] == "EXPIRED"

    def test_filters_by_show(self, lock, api, customer, selling_show):
        lock(customer, 0)
        client = api.signed_in_as(customer)
        assert len(client.get(f"/seatlocks/?show_id={selling_show.pk}").json()) == 1
        assert client.get("/seatlocks/?show_id=999").json() == []
        assert client.get("/seatlocks/?show_id=x").status_code == 422


class TestChange:
    def test_prolongs_once(self, lock, api, customer):
        lock_id = lock(customer, 0).json()[0]["lock_id"]
        client = api.signed_in_as(customer)
        SeatLock.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
        far = (timezone.now() + timedelta(hours=2)).isoformat()
        assert client.put(f"/seatlocks/{lock_id}", {"expires_at": far}).status_code == 200
        assert SeatLock.objects.get().expires_at > timezone.now() + timedelta(minutes=9)
        SeatLock.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
        reply = client.put(f"/seatlocks/{lock_id}", {"expires_at": far})
        assert (reply.status_code, reply.json()["code"]) == (409, "lock_already_extended")

    def test_gives_back_and_then_knows_the_id_no_more_as_live(self, lock, api, customer):
        lock_id = lock(customer, 0).json()[0]["lock_id"]
        client = api.signed_in_as(customer)
        assert client.delete(f"/seatlocks/{lock_id}").json() == {"detail": "Seat lock released."}
        assert SeatLock.objects.get().status == LockStatus.EXPIRED
        assert client.delete(f"/seatlocks/{lock_id}").status_code == 409

    def test_never_becomes_booked_by_saying_so(self, lock, api, customer):
        lock_id = lock(customer, 0).json()[0]["lock_id"]
        reply = api.signed_in_as(customer).put(f"/seatlocks/{lock_id}", {"status": "BOOKED"})
        assert (reply.status_code, reply.json()["code"]) == (400, "lock_status_fixed")


class TestCleanup:
    def test_is_for_admins(self, api, customer, admin):
        assert api.signed_in_as(customer).post("/seatlocks/cleanup").status_code == 403
        assert "message" in api.signed_in_as(admin).post("/seatlocks/cleanup").json()
