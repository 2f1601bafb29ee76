"""Is the process alive, and can it serve: for load balancers, containers and the supervisor."""

from functools import cache

from celery import current_app
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from kombu.exceptions import OperationalError


@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """Answer without touching anything else: a database that is down must not get the web process killed."""
    return JsonResponse({"status": "ok"})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database, its migrations and the broker are there, else 503; say which is not, never why."""
    parts = {"database": _database_answers(), "migrations": _migrations_applied(), "broker": _broker_answers()}
    good = all(parts.values())
    words = {name: "ok" if fine else "failed" for name, fine in parts.items()}
    return JsonResponse({"status": "ok" if good else "failed", "checks": words}, status=200 if good else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations_applied() -> bool:
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return False
    return _known_migrations() <= applied.keys()


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """List the migrations of this code; it does not change while the process lives."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return frozenset(loader.disk_migrations)


def _broker_answers() -> bool:
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError):
        return False
    return True
