"""A search of a long table of the back office is answered by indexes, however long the table grows."""

import json

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from billing.models import Payment
from booking.models import Booking
from cinema.core import admin_lists
from scheduling.models import Show
from tests.factories.booking import BookingFactory

pytestmark = pytest.mark.django_db


def indexes_of(sql: str) -> set[str]:
    """Name the indexes by which PostgreSQL can answer a query without reading the table; `(all of it)` when it cannot."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")  # which could walk all of an index of another column
        cursor.execute("SET LOCAL enable_indexonlyscan = off")
        cursor.execute(f"EXPLAIN (FORMAT json) {sql}")
        found = cursor.fetchone()[0]
    found = json.loads(found) if isinstance(found, str) else found
    return set(_names(found[0]["Plan"]))


def _names(plan):
    if plan["Node Type"] == "Seq Scan":
        yield "(all of it)"
    if "Index Name" in plan:
        yield plan["Index Name"]
    for part in plan.get("Plans", []):
        yield from _names(part)


def searched(model, words: str) -> list[str]:
    """Search a table as its list does; answer the statements that look for what was asked."""
    office = admin.site.get_model_admin(model)
    with CaptureQueriesContext(connection) as queries:
        found, _ = office.get_search_results(RequestFactory().get("/"), model.objects.order_by("-pk"), words)
        list(found.values_list("pk"))
    return [query["sql"] for query in queries]


class TestSearching:
    def test_bookings_asks_people_first_and_no_table_is_read_through(self):
        booking = BookingFactory(user__email="asha@example.com")
        people, guests, bookings = searched(Booking, "asha@exam")
        assert indexes_of(people) == {"accounts_user_search"}
        assert indexes_of(guests) == {"accounts_guest_search"}
        assert "JOIN" not in bookings
        used = indexes_of(bookings)
        assert "booking_of_user" in used
        assert any(name.startswith("booking_booking_booking_reference") for name in used)
        assert "(all of it)" not in used
        assert str(booking.user_id) in bookings

    def test_payments_likewise(self):
        BookingFactory(user__email="asha@example.com", confirmed=True)
        *_, payments = searched(Payment, "asha@exam")
        used = indexes_of(payments)
        assert "(all of it)" not in used
        assert {name.rpartition("_")[2] for name in used} >= {"like"}

    def test_shows_by_their_movies(self):
        booking = BookingFactory(show__movie__title="Sholay")
        movies, _, shows = searched(Show, "holay")
        assert indexes_of(movies) == {"catalog_movie_title_search"}
        assert "(all of it)" not in indexes_of(shows)
        assert str(booking.show.movie_id) in shows

    def test_users_by_any_of_three_columns(self):
        (users,) = searched(User, "98200")
        assert indexes_of(users) == {"accounts_user_search"}


class TestCounting:
    def test_ends_where_nobody_leafs_any_more(self, client, admin, monkeypatch):
        monkeypatch.setattr(admin_lists, "MOST_COUNTED", 3)
        BookingFactory.create_batch(5)
        client.force_login(admin)
        page = client.get(reverse("admin:booking_booking_changelist"))
        assert page.context["cl"].result_count == 3
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("admin:booking_booking_changelist"))
        counts = [
            query["sql"] for query in queries if "COUNT(" in query["sql"] and '"booking_booking"' in query["sql"]
        ]
        assert counts
        assert all("LIMIT 3" in sql for sql in counts if sql.startswith("SELECT COUNT"))
