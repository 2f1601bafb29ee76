import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from ops.office.navigation import GROUPS, Page, Table
from tests.factories.accounts import StaffFactory
from tests.factories.venues import VenueFactory

pytestmark = pytest.mark.django_db

TABLES = [entry.model for group in GROUPS for entry in group.entries if isinstance(entry, Table)]
PAGES = [entry for group in GROUPS for entry in group.entries if isinstance(entry, Page)]


def entries_on(client) -> list[str]:
    response = client.get(reverse("admin:index"))
    assert response.status_code == 200
    return [entry["name"] for group in response.context["available_apps"] for entry in group["models"]]


def give(user, *codenames: str) -> None:
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))


class TestNavigation:
    def test_holds_every_table_once(self):
        shown = {model._meta.label for model in admin.site._registry}
        assert sorted(TABLES) == sorted(shown)

    def test_names_permissions_that_exist(self):
        known = {
            f"{model._meta.app_label}.{codename}_{model._meta.model_name}"
            for model in apps.get_models()
            for codename in (*model._meta.default_permissions, *(name for name, _ in model._meta.permissions))
        } | {
            f"{model._meta.app_label}.{codename}"
            for model in apps.get_models()
            for codename, _ in model._meta.permissions
        }
        assert {permission for page in PAGES for permission in page.permissions} <= known

    def test_leads_an_admin_everywhere(self, client, admin):
        VenueFactory()
        client.force_login(admin)
        assert len(entries_on(client)) == len(TABLES) + len(PAGES)
        for page in PAGES:
            assert client.get(reverse(page.url_name), follow=True).status_code == 200

    def test_shows_staff_only_what_they_may_open(self, client):
        clerk = StaffFactory()
        give(clerk, "view_show", "view_booking")
        client.force_login(clerk)
        seen = entries_on(client)
        assert {"The week", "Shows", "Bookings"} <= set(seen)
        assert not {"Payments", "Movies", "Backups", "Counter", "GST summary"} & set(seen)
        assert client.get(reverse("admin:billing_payment_changelist")).status_code == 403

    def test_says_so_when_nothing_is_open(self, client):
        client.force_login(StaffFactory())
        assert "ask a manager" in client.get(reverse("admin:index")).content.decode()

    def test_marks_where_one_is(self, client, admin):
        client.force_login(admin)
        groups = client.get(reverse("admin:billing_invoice_gst_summary")).context["available_apps"]
        marked = [entry["name"] for group in groups for entry in group["models"] if entry.get("is_current")]
        assert marked == ["GST summary"]  # not the invoices, whose address begins in the same way


class TestTheme:
    def test_comes_after_everything_it_corrects_and_needs_nothing_inline(self, client, admin):
        client.force_login(admin)
        for path in (reverse("admin:booking_booking_changelist"), reverse("admin:catalog_movie_add")):
            html = client.get(path).content.decode()
            sheets = [line for line in html.split("<link ") if "stylesheet" in line]
            assert ["office-theme" in sheet for sheet in sheets].index(True) == len(sheets) - 2
            assert "css/office" in sheets[-1]
            assert "<style" not in html
            assert " style=" not in html
