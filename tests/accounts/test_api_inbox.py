from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Notification
from tests.bad_input import locations
from tests.factories.accounts import NotificationFactory

FIELDS = {"_id", "user_id", "booking_id", "notification_type", "message", "is_read", "created_at", "read_at"}
UNKNOWN = "f" * 24


@pytest.fixture
def told(customer, stranger, now) -> Notification:
    """A notification of the customer; the stranger has one too."""
    NotificationFactory(user=stranger)
    return NotificationFactory(user=customer, booking_id=7, created_at=now - timedelta(hours=1))


class TestList:
    def test_shows_ones_own_the_newest_first(self, api, customer, told):
        newer = NotificationFactory(user=customer)
        listed = api.signed_in_as(customer).get("/notifications/").json()
        assert [row["_id"] for row in listed] == [newer.pk, told.pk]
        assert set(listed[0]) == FIELDS
        assert (listed[1]["user_id"], listed[1]["booking_id"]) == (customer.pk, 7)
        assert (listed[1]["is_read"], listed[1]["read_at"]) == (False, None)

    def test_dates_each_row_by_itself(self, api, customer, told):
        NotificationFactory(user=customer)
        first, second = (row["created_at"] for row in api.signed_in_as(customer).get("/notifications/").json())
        assert first > second

    def test_shows_an_admin_everybodys_or_one_persons(self, api, admin, customer, told):
        client = api.signed_in_as(admin)
        assert len(client.get("/notifications/").json()) == 2
        assert [row["_id"] for row in client.get(f"/notifications/?user_id={customer.pk}").json()] == [told.pk]
        assert client.get("/notifications/?user_id=999999").json() == []

    def test_refuses_to_show_somebody_elses(self, api, customer, stranger, told):
        client = api.signed_in_as(customer)
        assert len(client.get(f"/notifications/?user_id={customer.pk}").json()) == 1
        refused = client.get(f"/notifications/?user_id={stranger.pk}")
        assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")

    @pytest.mark.parametrize("query", ["user_id=me", "user_id=1.5", "skip=-1", "limit=0", "limit=501"])
    def test_refuses_a_query_that_does_not_fit(self, api, admin, query):
        response = api.signed_in_as(admin).get(f"/notifications/?{query}")
        assert (response.status_code, locations(response)) == (422, [["query", query.partition("=")[0]]])

    def test_pages(self, api, customer, now):
        made = [NotificationFactory(user=customer, created_at=now - timedelta(minutes=n)) for n in range(12)]
        client = api.signed_in_as(customer)
        assert len(client.get("/notifications/").json()) == 10
        page = client.get("/notifications/?skip=10&limit=5&with_total=true")
        assert [row["_id"] for row in page.json()] == [notification.pk for notification in made[10:]]
        assert page.headers["X-Total-Count"] == "12"

    def test_costs_two_queries_however_long_the_list(self, api, customer, django_assert_num_queries):
        """Who asks; the rows."""
        NotificationFactory.create_batch(30, user=customer)
        client = api.signed_in_as(customer)
        with django_assert_num_queries(2):
            assert len(client.get("/notifications/?limit=100").json()) == 30

    def test_is_for_the_signed_in(self, api, db):
        assert api.get("/notifications").status_code == 401


class TestDelete:
    def test_takes_one_line_away(self, api, customer, told):
        response = api.signed_in_as(customer).delete(f"/notifications/{told.pk.upper()}")
        assert (response.status_code, set(response.json())) == (200, {"detail"})
        assert not Notification.objects.filter(user=customer).exists()
        assert Notification.objects.count() == 1

    def test_knows_nothing_of_other_peoples(self, api, customer, stranger, admin, told):
        path = f"/notifications/{told.pk}"
        assert api.delete(path).status_code == 401
        refused = api.signed_in_as(stranger).delete(path)
        assert (refused.status_code, refused.json()["code"]) == (404, "notification_unknown")
        assert Notification.objects.count() == 2
        assert api.signed_in_as(admin).delete(path).status_code == 200
        assert api.signed_in_as(admin).delete(f"/notifications/{UNKNOWN}").status_code == 404

    @pytest.mark.parametrize("bad", ["1", "x" * 24, "f" * 23, "f" * 25, "%00", "\u0661" * 24])
    def test_refuses_an_ill_formed_id(self, api, customer, told, bad):
        response = api.signed_in_as(customer).delete(f"/notifications/{bad}")
        assert (response.status_code, locations(response)) == (422, [["path", "id"]])
        assert Notification.objects.count() == 2


class TestMarkAllRead:
    def test_marks_and_dates_ones_own(self, api, customer, stranger, told, now):
        earlier = now - timedelta(days=1)
        NotificationFactory(user=customer, is_read=True, read_at=earlier)
        response = api.signed_in_as(customer).put(f"/notifications/mark-all-read/{customer.pk}")
        assert (response.status_code, response.json()) == (200, {"detail": "1 marked as read."})
        told.refresh_from_db()
        assert told.is_read
        assert told.read_at
        assert told.read_at >= now
        assert Notification.objects.filter(user=customer, read_at=earlier).exists()
        assert not Notification.objects.get(user=stranger).is_read

    def test_leaves_other_peoples_alone_but_for_admins(self, api, customer, stranger, admin, told):
        path = f"/notifications/mark-all-read/{customer.pk}"
        assert api.put(path).status_code == 401
        refused = api.signed_in_as(stranger).put(path)
        assert (refused.status_code, refused.json()["code"]) == (404, "user_unknown")
        assert not Notification.objects.filter(is_read=True).exists()
        assert api.signed_in_as(admin).put(path).json() == {"detail": "1 marked as read."}
        assert api.signed_in_as(admin).put("/notifications/mark-all-read/999999").status_code == 404

    @pytest.mark.parametrize(("bad", "status"), [("me", 422), ("1.5", 422), ("-1", 404), (str(10**30), 404)])
    def test_needs_the_number_of_a_person(self, api, customer, told, bad, status):
        assert api.signed_in_as(customer).put(f"/notifications/mark-all-read/{bad}").status_code == status
        assert not Notification.objects.filter(is_read=True).exists()


class TestBackOffice:
    def test_says_in_words_what_a_notification_is_about(self, client, admin):
        NotificationFactory(notification_type="SHOW_MOVED")
        NotificationFactory(notification_type="word of a client")
        client.force_login(admin)
        path = reverse("admin:accounts_notification_changelist")
        every = client.get(path).content.decode()
        assert '<td class="field-about">A show has moved</td>' in every
        assert '<td class="field-about">word of a client</td>' in every
        moved = client.get(path, {"notification_type": "SHOW_MOVED"})
        assert [row.notification_type for row in moved.context["cl"].result_list] == ["SHOW_MOVED"]
