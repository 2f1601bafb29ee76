import re
from datetime import timedelta

import pytest
from celery import Celery, current_app
from django.db import DatabaseError
from prometheus_client.parser import text_string_to_metric_families

from cinema.core import jobs
from ops import metrics
from tests.factories.booking import BookingFactory
from tests.factories.ops import BackupFactory, DeadLetterFactory, JobRecordFactory

pytestmark = [pytest.mark.django_db, pytest.mark.broker]


def read(client, **headers) -> dict[str, dict[tuple, float]]:
    """Ask for the figures, and read them as Prometheus does."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    found: dict[str, dict[tuple, float]] = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


class TestShow:
    def test_tells_what_database_and_broker_know(self, client, now):
        BookingFactory.create_batch(2)
        DeadLetterFactory()
        BackupFactory(status="completed", completed_at=now, started_at=now - timedelta(hours=3))
        JobRecordFactory(name="booking.sweep_lapsed", last_started_at=now, last_done_at=now, failed_count=4)
        current_app.control.purge()
        current_app.send_task(jobs.RECONCILE)

        found = read(client)

        assert found["marquee_newest_bookings"] == {(("status", "PENDING"),): 2}
        assert found["marquee_dead_letters"] == {(): 1}
        assert 3 * 3600 <= found["marquee_backup_age_seconds"][()] < 3 * 3600 + 600
        assert "marquee_drill_age_seconds" not in found
        assert found["marquee_job_failures"] == {(("job", "booking.sweep_lapsed"),): 4}
        assert found["marquee_queue_depth"][("queue", "money"),] == 1
        assert found["marquee_up"] == {(("part", "database"),): 1, (("part", "broker"),): 1}
        current_app.control.purge()

    def test_times_requests_by_route_and_never_by_address(self, client, selling_show):
        def count() -> float:
            return sum(
                value
                for labels, value in read(client).get("marquee_request_seconds_count", {}).items()
                if "seatmap" in dict(labels)["route"]
            )

        before = count()
        client.get(f"/seatmap/{selling_show.pk}")
        assert count() == before + 1
        assert not re.search(rf"seatmap/{selling_show.pk}\b", client.get("/metrics").content.decode())

    def test_counts_refusals_by_code(self, client, api):
        code = api.post("/users/login", {"email": "nobody@example.com", "password": "x"}).json()["code"]
        before = read(client)["marquee_refusals_total"][("code", code),]
        api.post("/users/login", {"email": "nobody@example.com", "password": "x"})
        assert read(client)["marquee_refusals_total"][("code", code),] == before + 1

    def test_says_which_part_is_away_and_tells_the_rest(self, client, monkeypatch):
        def away(_self) -> None:
            raise DatabaseError("secret")

        monkeypatch.setattr(metrics.Known, "_of_database", away)
        monkeypatch.setattr(metrics, "current_app", Celery(broker="redis://127.0.0.1:1/0", set_as_current=False))
        assert read(client)["marquee_up"] == {(("part", "database"),): 0, (("part", "broker"),): 0}

    def test_answers_nobody_from_elsewhere(self, client):
        assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
        assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404

    def test_answers_who_knows_the_token_from_anywhere(self, client, settings):
        settings.METRICS_TOKEN = "sesame"
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer sesamé"}).status_code == 404
        assert read(client, Authorization="Bearer sesame")
