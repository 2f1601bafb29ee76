"""Is the process alive, and can it serve: for load balancers, containers and the supervisor."""

import shutil
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max, Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from kombu.exceptions import OperationalError

from ops.models import Backup
from ops.states import RunStatus

BACKUP_IS_OLD = timedelta(hours=36)  # one night was missed, and half a day has passed
DISK_IS_LOW = 0.05  # of the space is free


@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """Answer without touching anything else: a database that is down must not get the web process killed."""
    return JsonResponse({"status": "ok"})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database, its migrations and the broker are there, else 503; say which is not, never why.

    An old backup or a filling disk is a warning: somebody must look, and taking the site down would help nobody.
    """
    parts = {"database": _database_answers(), "migrations": _migrations_applied(), "broker": _broker_answers()}
    good = all(parts.values())
    words = {name: "ok" if fine else "failed" for name, fine in parts.items()}
    warnings = _warnings(timezone.now()) if good else {}
    status = ("degraded" if warnings else "ok") if good else "failed"
    return JsonResponse({"status": status, "checks": words, "warnings": warnings}, status=200 if good else 503)


def _warnings(now: datetime) -> dict[str, str]:
    found = {"backup": _backup_is_old(now), "disk": _disk_is_low()}
    return {name: word for name, word in found.items() if word}


def _backup_is_old(now: datetime) -> str:
    whole = Backup.objects.filter(tables=None, status=RunStatus.COMPLETED)
    newest = whole.aggregate(newest=Max("started_at"))["newest"]
    born = MigrationRecorder(connection).migration_qs.aggregate(first=Min("applied"))["first"]
    if now - (newest or born) <= BACKUP_IS_OLD:  # a new site has time until its first night
        return ""
    return "old" if newest else "missing"


def _disk_is_low() -> str:
    backups: dict[str, Any] = settings.STORAGES["backups"]
    places = [settings.MEDIA_ROOT, backups.get("OPTIONS", {}).get("location", "")]
    there = [place for place in map(str, places) if place and Path(place).exists()]  # other storages have no disk here
    usages = [shutil.disk_usage(place) for place in there]
    return "low" if any(usage.free < DISK_IS_LOW * usage.total for usage in usages) else ""


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
