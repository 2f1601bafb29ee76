"""Personas and the clock: who takes part in a story, and when it happens."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal

import hypothesis
import pytest
from celery import current_app
from celery.contrib.testing.worker import start_worker
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import AUDITOR, BOX_OFFICE, CONCESSIONS, MANAGER
from accounts.services import sessions
from scheduling.models import Show
from tests.billing.razorpay_server import KEY_ID, KEY_SECRET, WEBHOOK_SECRET, RazorpayServer
from tests.catalog.tmdb_server import TOKEN, TmdbServer
from tests.factories.accounts import AdminFactory, StaffFactory, UserFactory
from tests.factories.billing import todays_law
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory, block_of_seats

# No test asserts the clock: a loaded machine is slow, which is neither a bug nor a reason to generate less.
hypothesis.settings.register_profile("marquee", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("marquee")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """Let tests that empty the database empty the trail of changes too, which elsewhere refuses that."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditentry DISABLE TRIGGER accounts_trail_is_never_emptied")


class Api(APIClient):
    """A client of the HTTP API that speaks JSON; `api.signed_in_as(customer).get(…)` speaks for somebody."""

    default_format = "json"

    def signed_in_as(self, user: User) -> "Api":
        """Open a session and return another client that carries its token; this one stays as it is."""
        client = Api(raise_request_exception=self.raise_request_exception)
        tokens = sessions.open_session(user=user, now=timezone.now())
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access}")
        return client


@pytest.fixture
def api() -> Api:
    """Nobody yet."""
    return Api()


@pytest.fixture
def now() -> datetime:
    """The instant of the story: the doors read the same clock, services are handed this one and any other."""
    return timezone.now()


@pytest.fixture
def customer(db) -> User:
    return UserFactory(name="Asha Customer", email="customer@example.com", phone="+919820000001")


@pytest.fixture
def stranger(db) -> User:
    """Another customer, to whom the first one's things do not belong."""
    return UserFactory(name="Sunil Stranger", email="stranger@example.com")


@pytest.fixture
def clerk(db) -> User:
    """Sells at the counter and admits at the door."""
    return StaffFactory(name="Chitra Clerk", email="clerk@example.com", group=BOX_OFFICE)


@pytest.fixture
def waiter(db) -> User:
    """Keeps the food."""
    return StaffFactory(name="Wasim Waiter", email="waiter@example.com", group=CONCESSIONS)


@pytest.fixture
def auditor(db) -> User:
    """Opens everything and changes nothing."""
    return StaffFactory(name="Aruna Auditor", email="auditor@example.com", group=AUDITOR)


@pytest.fixture
def manager(db) -> User:
    return StaffFactory(name="Manoj Manager", email="manager@example.com", group=MANAGER)


@pytest.fixture
def admin(db) -> User:
    return AdminFactory(name="Anita Admin", email="admin@example.com")


@pytest.fixture
def selling_show(db) -> Show:
    """Tomorrow evening in a hall of 3 rows by 10: rows A and B Silver at 150.50, row C Gold at 250.00; today's GST."""
    todays_law()
    screen = ScreenFactory(screen_name="Screen 1")
    silver = SeatCategoryFactory(screen=screen, category_name="Silver", rows=2, base_price=Decimal("150.50"))
    gold = SeatCategoryFactory(screen=screen, category_name="Gold", rows=1, base_price=Decimal("250.00"))
    block_of_seats(silver, rows=[1, 2], cols=10)
    block_of_seats(gold, rows=[3], cols=10)
    return ShowFactory(screen=screen)


@pytest.fixture
def tmdb(settings, tmp_path) -> Iterator[TmdbServer]:
    """TMDB on this machine: it knows one movie, and says what a test tells it to."""
    cache.clear()
    settings.MEDIA_ROOT = tmp_path / "media"
    with TmdbServer.running() as server:
        settings.TMDB_BASE_URL, settings.TMDB_IMAGE_URL = f"{server.url}/3", f"{server.url}/t/p/w500"
        settings.TMDB_BEARER, settings.TMDB_API_KEY, settings.TMDB_TIMEOUT = TOKEN, "", 5
        yield server


@pytest.fixture
def razorpay(settings) -> Iterator[RazorpayServer]:
    """Razorpay on this machine, taking this house's payments."""
    with RazorpayServer.running() as server:
        settings.PAYMENT_GATEWAY, settings.RAZORPAY_BASE_URL, settings.RAZORPAY_TIMEOUT = "razorpay", server.url, 5
        settings.RAZORPAY_KEY_ID, settings.RAZORPAY_KEY_SECRET = KEY_ID, KEY_SECRET
        settings.RAZORPAY_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
        yield server


@pytest.fixture
def worker(transactional_db) -> Iterator[None]:
    """A real Celery worker on the real broker: what a test queues on commit is executed, on another connection.

    Mark such tests `broker`, and wait for what the task does with `eventually`.
    """
    current_app.control.purge()
    with start_worker(current_app, pool="solo", perform_ping_check=False, shutdown_timeout=20):
        yield
    current_app.control.purge()


def eventually(condition: Callable[[], bool], *, within: float = 60) -> bool:
    """Ask again and again until it is so, for at most so many seconds; say whether it came to be."""
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
