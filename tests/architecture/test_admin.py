"""Every table of the back office opens, can be searched, and costs the same however long it is."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from cinema.core.admin import ReadOnlyAdmin
from tests.architecture.test_factories import FACTORIES, MODELS
from tests.factories.accounts import PASSWORD

NOT_SHOWN = {
    "PasswordReset": "hashes of links that live for a quarter of an hour",
    "FilmHireTerm": "inside its movie",
    "TemplateMovie": "inside its template",
    "BookedSeat": "inside its booking",
    "BookedFood": "inside its booking",
    "BookedFee": "inside its booking",
    "Cancellation": "inside its booking",
    "BookingStatusLog": "inside its booking",
    "LedgerLine": "inside its entry",
    "IdempotencyKey": "answers kept for a day, of use to nobody",
}
WRITTEN_BY_STAFF = {
    "User",
    "Movie",
    "Venue",
    "Screen",
    "SeatCategory",
    "Seat",
    "GST",
    "Discount",
    "FoodCategory",
    "FoodItem",
    "PriceCard",
    "Show",
    "ScheduleTemplate",
    "ForecastOverride",
}
SHORT = {
    "Venue": "a few",
    "Screen": "a few a venue",
    "SeatCategory": "a few a screen",
    "ScheduleTemplate": "a few a venue",
    "ForecastOverride": "a few a venue",
    "PriceCard": "a few a venue",
    "GST": "a few",
    "Discount": "a few hundred codes",
    "FoodCategory": "a few",
    "FoodItem": "a menu",
    "InvoiceCounter": "three a venue and year",
    "LedgerCheck": "one a night",
    "Backup": "what retention leaves",
    "Restore": "a few",
    "Drill": "one a night",
    "TableImport": "a few",
    "DeadLetter": "what staff have not looked at",
    "JobRecord": "one for each job",
}
FEW_ENOUGH = {  # to be read for the choices of a filter, after years
    "Show": "a hundred a day",
    "Movie": "a few a week",
    "AuditEntry": "what staff do in a day, for its days",
    "PaymentIssue": "what only a person can mend",
}
SHOWN = [model for model in MODELS if model.__name__ not in NOT_SHOWN]


@pytest.fixture
def office(client, admin):
    client.force_login(admin)
    return client


def path_of(model, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def queries_of(office, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = office.get(path)
    assert response.status_code == 200
    return len(queries)


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model.__name__)
class TestEveryTable:
    def test_is_registered_and_searchable(self, model):
        assert admin.site.get_model_admin(model).search_fields

    def test_costs_the_same_however_long_it_is(self, office, model):
        path = path_of(model, "changelist")
        FACTORIES[model].create_batch(2)
        few = queries_of(office, path)
        FACTORIES[model].create_batch(6)
        assert queries_of(office, path) <= few

    def test_can_be_searched_and_opened(self, office, model):
        row = FACTORIES[model]()
        assert office.get(path_of(model, "changelist"), {"q": "anything"}).status_code == 200
        assert office.get(path_of(model, "change", row.pk)).status_code == 200

    def test_is_written_by_services_unless_it_is_the_staffs_to_write(self, office, model):
        written = model.__name__ in WRITTEN_BY_STAFF
        assert isinstance(admin.site.get_model_admin(model), ReadOnlyAdmin) is not written
        assert office.get(path_of(model, "add")).status_code == (200 if written else 403)


growing = pytest.mark.parametrize(
    "model", [model for model in SHOWN if model.__name__ not in SHORT], ids=lambda model: model.__name__
)


@growing
@pytest.mark.django_db
def test_a_list_that_grows_with_sales_has_an_index_for_its_order(model):
    with connection.cursor() as cursor:  # so that PostgreSQL sorts an empty table only for want of an index
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off")
    newest = model._default_manager.order_by(*admin.site.get_model_admin(model).ordering or ())[:50]
    assert not re.search(r"(?<!Incremental )Sort  \(", newest.explain())


@growing
def test_no_filter_reads_a_list_that_grows_with_sales_to_know_its_own_choices(office, model):
    with CaptureQueriesContext(connection) as queries:
        office.get(path_of(model, "changelist"))
    read = re.compile(rf'SELECT DISTINCT .* FROM "{model._meta.db_table}"')
    assert model.__name__ in FEW_ENOUGH or not [query["sql"] for query in queries if read.match(query["sql"])]


class TestUsers:
    def test_are_made_with_a_hashed_password(self, office):
        new = {
            "email": "New@Example.com",
            "name": "New",
            "phone": "",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        }
        assert office.post(path_of(User, "add"), new).status_code == 302
        assert User.objects.get(email="new@example.com").check_password(PASSWORD)

    def test_lose_their_sessions_when_the_password_is_set_for_them(self, office, customer, api):
        client = api.signed_in_as(customer)
        new = {"usable_password": "true", "password1": "a-quite-new-secret", "password2": "a-quite-new-secret"}
        assert office.post(reverse("admin:auth_user_password_change", args=[customer.pk]), new).status_code == 302
        assert client.get(f"/users/{customer.pk}").status_code == 401

    def test_never_show_a_hash(self, office, customer):
        page = office.get(path_of(User, "change", customer.pk)).content.decode()
        assert customer.password not in page
