"""Who may call what: every route, as nobody, as everybody there is, and with every way a log-in can have ended."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts.models import Notification, Session, User
from accounts.services import sessions
from accounts.visitors import GUEST_KEY
from billing.models import Invoice
from booking.models import Ticket
from booking.services import locks
from tests.booking.stories import booked, seats_of
from tests.conftest import Api
from tests.factories.accounts import GuestDetailsFactory, UserFactory
from tests.factories.billing import CreditNoteFactory
from tests.factories.booking import FeedbackFactory

LEVELS: dict[str, str] = tomllib.loads(Path(__file__).with_name("permissions.toml").read_text())
ROWS = [(level, call) for level, calls in LEVELS.items() for call in calls.split("\n") if call]
GUEST = "guest"
ENDED = ("anonymous", "expired", "revoked", "deactivated")
PEOPLE = ("customer", "stranger", "clerk", "manager", "admin")
LOG_IN = "log in"


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        else:
            yield path, pattern.callback


def methods(view: Any) -> list[str]:
    if hasattr(view, "actions"):
        return list(view.actions)
    page = getattr(view, "view_class", None)
    if page is None:
        return ["get"]  # plain functions of ours are read-only
    return [method for method in ("get", "post") if hasattr(page, method)]


ROUTES = dict(routes(get_resolver().url_patterns))
SERVED = {
    f"{method.upper()} {path or '/'}"
    for path, view in ROUTES.items()
    for method in methods(view)
    if not path.startswith("admin/")
}
BACK_OFFICE = [path for path in ROUTES if path.startswith("admin/") and "(" not in path]
OPEN_TO_LOG_IN = {"admin/login/", "admin/logout/", "admin/jsi18n/"}


@pytest.fixture
def people(customer, stranger, clerk, manager, admin) -> dict[str, User]:
    return dict(zip(PEOPLE, (customer, stranger, clerk, manager, admin), strict=True))


@pytest.fixture
def callers(people, now) -> dict[str, Api]:
    """Hand out one API client per persona, with the token it has."""
    gone, out = UserFactory(name="Gone"), UserFactory(name="Logged out")
    found = {name: Api().signed_in_as(user) for name, user in people.items()}
    found |= {"anonymous": Api(), "revoked": Api().signed_in_as(out), "deactivated": Api().signed_in_as(gone)}
    Session.objects.filter(user=out).update(revoked_at=now)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    old = sessions.open_session(user=people["customer"], now=now - timedelta(days=2)).access
    found["expired"] = Api()
    found["expired"].credentials(HTTP_AUTHORIZATION=f"Bearer {old}")
    return found


@pytest.fixture
def visitors(people) -> dict[str, Client]:
    """Hand out one browser per persona, with the cookie it has."""
    gone = UserFactory(name="Gone")
    users = {**people, "expired": people["customer"], "revoked": people["customer"], "deactivated": gone}
    found = {name: Client() for name in (*users, "anonymous", GUEST)}
    for name, user in users.items():
        found[name].force_login(user)
    found["expired"].session.flush()
    found["revoked"].cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    User.objects.filter(pk=gone.pk).update(is_active=False)
    details, session = GuestDetailsFactory(), found[GUEST].session
    session[GUEST_KEY] = {"user_id": details.user_id, "link_key": details.link_key}
    session.save()
    return found


@pytest.fixture
def belongings(customer, selling_show, now, settings, tmp_path) -> dict[str, object]:
    """Give the customer one of everything, and tell the ids."""
    settings.MEDIA_ROOT = tmp_path
    [lock] = locks.lock_seats(show_id=selling_show.pk, seat_ids=seats_of(selling_show, "A1"), by=customer, now=now)
    booking = booked(selling_show, "B1", by=customer, now=now)
    return {
        "user_id": customer.pk,
        "show_id": selling_show.pk,
        "movie_id": selling_show.movie_id,
        "lock_id": lock.pk,
        "booking_id": booking.pk,
        "payment_id": booking.payment_id,
        "ticket_id": Ticket.objects.get(booking=booking).pk,
        "id": Notification.objects.get(user=customer).pk,
        "feedback_id": FeedbackFactory(booking=booking).pk,
        "reference": booking.booking_reference,
        "credit_note_id": CreditNoteFactory(invoice=Invoice.objects.get()).pk,
    }


def path_of(call: str, ids: Mapping[str, object]) -> str:
    """Fill the path of a call with ids; where whose it is does not matter, any will do."""
    return "/" + re.sub(r"{(\w+)}", lambda name: str(ids.get(name[1], 1)), call.partition(" ")[2].removeprefix("/"))


def asked(client: Client, call: str, path: str) -> int | str:
    """Make a call, undo what it did, and tell its status, or that it sends to the log-in."""
    before = transaction.savepoint()
    body, content_type = ("{}", "application/json") if isinstance(client, Api) else ("", "application/octet-stream")
    response = client.generic(call.partition(" ")[0], path, body, content_type)
    b"".join(response)  # to its end, where a file is closed
    transaction.savepoint_rollback(before)
    to_log_in = response.status_code == 302 and response.headers["Location"].startswith(settings.LOGIN_URL)
    return LOG_IN if to_log_in else response.status_code


def expected(level: str, persona: str) -> int | str | None:
    """Tell what refuses a persona at a level; None when it is let in."""
    ended = persona in ENDED
    refusals: dict[str, int | str | None] = {
        "public": 401 if ended and persona != "anonymous" else None,
        "signed_in": 401 if ended else None,
        "owner": 401 if ended else None if persona in ("customer", "admin") else 404,
        "admin": 401 if ended else None if persona == "admin" else 403,
        "page": None,
        "my_page": LOG_IN if ended else None,
        "account_page": LOG_IN if ended or persona == GUEST else None,
        "own_page": LOG_IN if ended else None if persona == "customer" else 404,
    }
    return refusals[level]


def fits(answer: int | str, refusal: int | str | None, *, found: bool) -> bool:
    """Compare an answer with what should refuse it; being let in is no refusal, and no 404 where the thing is there."""
    if refusal is not None:
        return answer == refusal
    return answer not in (401, 403, LOG_IN, *((404,) if found else ())) and str(answer) < "500"


class TestMatrix:
    def test_has_a_row_for_every_route_and_no_other(self):
        calls = [call for _, call in ROWS]
        assert (sorted(SERVED - set(calls)), sorted(set(calls) - SERVED)) == ([], [])
        assert len(calls) == len(set(calls))

    @pytest.mark.parametrize(("level", "call"), ROWS)
    def test_lets_in_whom_it_should_and_nobody_else(self, db, request, level, call):
        clients = request.getfixturevalue("visitors" if level.endswith("page") else "callers")
        if "tmdb" in call:
            request.getfixturevalue("tmdb")  # without it nobody is answered
        matters = level.endswith("page") or level == "owner"
        path = path_of(call, request.getfixturevalue("belongings") if matters and "{" in call else {})
        answers = {name: asked(client, call, path) for name, client in clients.items()}
        assert set(answers) == {*PEOPLE, *ENDED, *([GUEST] if level.endswith("page") else [])}
        if level == "open":
            assert len(set(answers.values())) == 1
        else:
            wrong = {
                name: answer
                for name, answer in answers.items()
                if not fits(answer, expected(level, name), found=level.startswith("own"))
            }
            assert wrong == {}


class TestBackOffice:
    def test_opens_to_staff_only(self, visitors):
        outsiders = {name: visitors[name] for name in (*ENDED, GUEST, "customer", "stranger")}
        paths = [path for path in BACK_OFFICE if path not in OPEN_TO_LOG_IN and "{" not in path]
        assert len(paths) > 20
        entered = [
            (path, name)
            for path in paths
            for name, client in outsiders.items()
            if not client.get(f"/{path}").headers.get("Location", "").startswith("/admin/login/")
        ]
        assert entered == []
