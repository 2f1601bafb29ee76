"""Who may do what in the back office: every table, page and action, as everybody who may come."""

import re
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from tests.architecture.test_factories import FACTORIES
from tests.architecture.test_permissions import ROUTES
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory
from tests.factories.ops import BackupFactory, TableImportFactory
from tests.factories.scheduling import ScheduleTemplateFactory, ShowFactory

ROWS = tomllib.loads(Path(__file__).with_name("office.toml").read_text())
OUTSIDERS = ("anonymous", "customer")
STAFF = ("clerk", "waiter", "manager", "auditor", "admin")
LOG_IN = "log in"


def rows(name: str) -> list[list[str]]:
    return [line.split() for line in ROWS[name].strip().splitlines()]


HEADER, *TABLE_ROWS = rows("tables")
TABLES = {label: dict(zip(HEADER, letters, strict=True)) for label, *letters in TABLE_ROWS}
ACTIONS = {(label, action): set(people) for label, action, *people in rows("actions")}
PAGES = {f"{method} {path}": set(STAFF if people == ["staff"] else people) for method, path, *people in rows("pages")}
REGISTERED = {model._meta.label_lower: (model, office) for model, office in admin.site._registry.items()}
MAKERS: dict[Any, Any] = {**FACTORIES, Group: lambda: Group.objects.create(name="Ushers")}
# What every table has: method, page, and the letter that opens it.
CALLS = (
    ("GET", "changelist", "v"),
    ("POST", "changelist", "v"),
    ("GET", "add", "a"),
    ("POST", "add", "a"),
    ("GET", "change", "v"),
    ("POST", "change", "c"),
    ("GET", "delete", "d"),
    ("POST", "delete", "d"),
    ("GET", "history", "v"),
)
OWN_WAYS = {"admin/login/", "admin/logout/", "admin/jsi18n/"}  # the way in and out, and words for scripts


def pages_of_tables() -> Iterator[str]:
    for label in REGISTERED:
        start = f"admin/{label.replace('.', '/')}/"
        yield from (f"{start}{page}" for page in ("", "add/", "{object_id}/"))
        yield from (f"{start}{{object_id}}/{page}/" for page in ("change", "delete", "history"))


def other_pages() -> set[str]:
    walked = {path for path in ROUTES if path.startswith("admin/") and "(" not in path}
    return walked - set(pages_of_tables()) - OWN_WAYS


@pytest.fixture
def staff(clerk, waiter, manager, auditor, admin) -> dict[str, User]:
    return dict(zip(STAFF, (clerk, waiter, manager, auditor, admin), strict=True))


@pytest.fixture
def visitors(staff, customer) -> dict[str, Client]:
    """Hand out one browser per persona."""
    found = {name: Client() for name in (*OUTSIDERS, *STAFF)}
    for name, user in {**staff, "customer": customer}.items():
        found[name].force_login(user)
    return found


def answered(client: Client, method: str, path: str, **data: str) -> int | str:
    """Make a call, undo what it did, and tell its status, or that it sends to the log-in."""
    before = transaction.savepoint()
    response = client.get(path) if method == "GET" else client.post(path, data)
    transaction.savepoint_rollback(before)
    location = response.headers.get("Location", "")
    return LOG_IN if location.startswith("/admin/login/") else response.status_code


def entered(visitors: dict[str, Client], method: str, path: str, **data: str) -> set[str]:
    """Name whom a page lets in; whoever is refused is refused in the way that is theirs."""
    answers = {name: answered(client, method, path, **data) for name, client in visitors.items()}
    refused = {name for name, answer in answers.items() if answer in (403, 405, LOG_IN)}
    assert {name for name in OUTSIDERS if answers[name] not in (LOG_IN, 405)} == set(), (method, path, answers)
    assert {name for name in STAFF if str(answers[name]) >= "500"} == set(), (method, path, answers)
    return set(answers) - refused


class TestEveryTable:
    def test_has_a_row(self):
        assert set(TABLES) == set(REGISTERED)

    @pytest.mark.parametrize("label", TABLES)
    def test_opens_to_whom_it_should_and_to_nobody_else(self, visitors, label):
        model, _ = REGISTERED[label]
        row = MAKERS[model]()
        wrong = {}
        for method, page, letter in CALLS:
            arguments = [] if page in ("changelist", "add") else [row.pk]
            path = reverse(f"admin:{label.replace('.', '_')}_{page}", args=arguments)
            data = {"post": "yes"} if page == "delete" else {}
            may = {name for name, letters in TABLES[label].items() if letter in letters}
            if (did := entered(visitors, method, path, **data)) != may:
                wrong[f"{method} {page}"] = did ^ may
        assert wrong == {}


@pytest.mark.django_db
class TestEveryAction:
    def offered(self, user: User, label: str) -> set[str]:
        request = RequestFactory().get("/")
        request.user = user
        return set(REGISTERED[label][1].get_actions(request)) - {"delete_selected"}

    def test_has_a_row(self, admin):
        assert {(label, action) for label in REGISTERED for action in self.offered(admin, label)} == set(ACTIONS)

    def test_asks_for_a_permission(self):
        silent = [
            (label, name)
            for label, (_, office) in REGISTERED.items()
            for action, name, _ in office._get_base_actions()  # type: ignore[attr-defined]  # not in the stubs
            if not getattr(action, "allowed_permissions", None)
        ]
        assert silent == []

    def test_is_offered_to_whom_it_should_be_and_to_nobody_else(self, staff):
        offered = {
            row: {name for name, user in staff.items() if row[1] in self.offered(user, row[0])} for row in ACTIONS
        }
        assert offered == ACTIONS

    def test_of_deleting_goes_with_the_letter(self, staff):
        request = RequestFactory().get("/")
        for label, (_, office) in REGISTERED.items():
            for name, user in staff.items():
                request.user = user
                assert ("delete_selected" in office.get_actions(request)) is ("d" in TABLES[label][name]), (
                    label,
                    name,
                )


class TestEveryOtherPage:
    def test_has_a_row(self):
        assert {call.partition(" ")[2].partition("?")[0] for call in PAGES} == other_pages()

    @pytest.mark.parametrize("path", sorted({call.partition(" ")[2] for call in PAGES}))
    def test_opens_to_whom_it_should_and_to_nobody_else(self, visitors, path):
        show = ShowFactory()
        ids = {
            "id": UserFactory().pk,
            "user_id": UserFactory().pk,
            "screen_id": show.screen_id,
            "template_id": ScheduleTemplateFactory().pk,
            "venue_id": show.screen.venue_id,
            "content_type_id": ContentType.objects.get_for_model(show).pk,
            "object_id": show.pk,
            "kind": "csv",
            "name": "takings",
            "show_id": show.pk,
            "table_name": "movies",
            "tmdb_id": 4711,
            "import_id": TableImportFactory().pk,
            "reference": "BKNG-NONE",
            "ticket_id": uuid.uuid4(),
            "backup_id": BackupFactory().pk,
            "booking_id": BookingFactory().pk,
        }
        filled = "/" + re.sub(r"{(\w+)}", lambda name: str(ids[name[1]]), path)
        did = {method: entered(visitors, method, filled) for method in ("GET", "POST")}
        assert did == {method: PAGES.get(f"{method} {path}", set()) for method in ("GET", "POST")}
