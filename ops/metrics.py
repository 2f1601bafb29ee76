"""`/metrics`: what the web processes counted, and what database and broker know, in Prometheus' text format."""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from kombu.exceptions import OperationalError
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from billing.models import Payment
from booking.models import Booking
from ops.models import Backup, DeadLetter, Drill, JobRecord
from ops.states import RunStatus

NEWEST = 1000
LOOPBACK = {"127.0.0.1", "::1"}


@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """Show the figures to who may ask: the holder of METRICS_TOKEN, or else this machine itself."""
    if not _may_ask(request):
        raise Http404
    served: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        served = CollectorRegistry()
        multiprocess.MultiProcessCollector(served)  # type: ignore[no-untyped-call]  # the library is untyped here
    known = CollectorRegistry(auto_describe=False)
    known.register(Known(timezone.now()))
    return HttpResponse(generate_latest(served) + generate_latest(known), content_type=CONTENT_TYPE_LATEST)


class Known(Collector):
    """What the database and the broker know at an instant; a part that is away says so and is left out."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("marquee_up", "1 while this part answers.", labels=["part"])
        parts: list[tuple[str, Callable[[], list[GaugeMetricFamily]]]] = [
            ("database", self._of_database),
            ("broker", _queues),
        ]
        for part, read in parts:
            try:
                found = read()
            except (DatabaseError, OperationalError, OSError):
                up.add_metric([part], 0)
            else:
                up.add_metric([part], 1)
                yield from found
        yield up

    def _of_database(self) -> list[GaugeMetricFamily]:
        letters = GaugeMetricFamily("marquee_dead_letters", "Jobs given up that nobody has settled.")
        letters.add_metric([], DeadLetter.objects.filter(settlement="").count())
        return [
            letters,
            _newest("marquee_newest_bookings", Booking.objects.order_by("-id"), "booking_status"),
            _newest("marquee_newest_payments", Payment.objects.order_by("-id"), "payment_status"),
            *_jobs(),
            _sessions(),
            self._age("marquee_backup_age_seconds", Backup.objects.filter(tables=None)),
            self._age("marquee_drill_age_seconds", Drill.objects.all()),
        ]

    def _age(self, name: str, runs: QuerySet[Backup] | QuerySet[Drill]) -> GaugeMetricFamily:
        family = GaugeMetricFamily(name, "Since the newest that succeeded; absent when none has.")
        last = runs.filter(status=RunStatus.COMPLETED).aggregate(last=Max("started_at"))["last"]
        if last:
            family.add_metric([], (self._now - last).total_seconds())
        return family


def _may_ask(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        said = request.headers.get("Authorization", "").encode()
        return secrets.compare_digest(said, f"Bearer {settings.METRICS_TOKEN}".encode())
    return request.META.get("REMOTE_ADDR") in LOOPBACK and "X-Forwarded-For" not in request.headers


def _newest(name: str, rows: "QuerySet[Booking] | QuerySet[Payment]", status: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, f"The newest {NEWEST}, by status.", labels=["status"])
    newest = rows.model._default_manager.filter(pk__in=rows.values("pk")[:NEWEST])
    for word, count in newest.values_list(status).annotate(count=Count("pk")).order_by(status):
        family.add_metric([word], count)
    return family


def _jobs() -> list[GaugeMetricFamily]:
    done = GaugeMetricFamily("marquee_job_last_done_timestamp_seconds", "When a job last went well.", labels=["job"])
    failures = GaugeMetricFamily("marquee_job_failures", "How often a job failed for good.", labels=["job"])
    for record in JobRecord.objects.order_by("name"):
        failures.add_metric([record.name], record.failed_count)
        if record.last_done_at:
            done.add_metric([record.name], record.last_done_at.timestamp())
    return [done, failures]


def _sessions() -> GaugeMetricFamily:
    family = GaugeMetricFamily("marquee_database_sessions", "Sessions on our database.", labels=["state"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(state, 'unknown'), count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() GROUP BY 1 ORDER BY 1"
        )
        for state, count in cursor.fetchall():
            family.add_metric([state], count)
    return family


def _queues() -> list[GaugeMetricFamily]:
    family = GaugeMetricFamily("marquee_queue_depth", "Messages that wait.", labels=["queue"])
    with current_app.connection_for_read() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
        for name in settings.CELERY_TASK_QUEUES:
            declared = broker.default_channel.queue_declare(queue=name)  # one that nobody used yet is there too
            family.add_metric([name], declared.message_count)
    return [family]
