import shutil
from datetime import timedelta
from typing import NamedTuple

import pytest
from celery import Celery
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from ops import health
from ops.models import Backup
from tests.factories.ops import BackupFactory


class TestLive:
    def test_answers_without_the_database(self, client):
        reply = client.get("/health/live")

        assert (reply.status_code, reply.json()) == (200, {"status": "ok"})
        assert "no-store" in reply["Cache-Control"]


@pytest.mark.broker
class TestReady:
    @pytest.mark.parametrize("path", ["/health", "/health/ready"])
    def test_answers_when_everything_is_there(self, db, client, path):
        reply = client.get(path)

        assert reply.status_code == 200
        assert reply.json() == {
            "status": "ok",
            "checks": {"database": "ok", "migrations": "ok", "broker": "ok"},
            "warnings": {},
        }

    def test_warns_of_a_backup_that_is_old_and_stays_in_service(self, db, client, now):
        BackupFactory(status="failed", completed_at=now, started_at=now)
        BackupFactory(status="completed", completed_at=now, started_at=now, tables=["accounts_user"])
        MigrationRecorder.Migration.objects.update(applied=now - timedelta(days=3))
        assert (client.get("/health/ready").status_code, warned(client)) == (200, {"backup": "missing"})
        whole = BackupFactory(status="completed", completed_at=now, started_at=now - timedelta(hours=37))
        assert client.get("/health/ready").json()["status"] == "degraded"
        assert warned(client) == {"backup": "old"}
        Backup.objects.filter(pk=whole.pk).update(started_at=now - timedelta(hours=35))
        assert warned(client) == {}

    def test_warns_of_a_disk_that_fills(self, db, client, folder, monkeypatch):
        (folder / "media").mkdir()
        monkeypatch.setattr(shutil, "disk_usage", lambda _place: _Usage(total=1000, free=49))
        assert warned(client) == {"disk": "low"}
        monkeypatch.setattr(shutil, "disk_usage", lambda _place: _Usage(total=1000, free=50))
        assert warned(client) == {}

    def test_refuses_when_a_migration_is_missing(self, db, client):
        MigrationRecorder(connection).record_unapplied("booking", "0001_initial")

        reply = client.get("/health/ready")

        assert reply.status_code == 503
        assert reply.json()["checks"] == {"database": "ok", "migrations": "failed", "broker": "ok"}

    def test_refuses_when_the_broker_is_down(self, db, client, monkeypatch):
        monkeypatch.setattr(health, "current_app", Celery(broker="redis://127.0.0.1:1/0", set_as_current=False))

        reply = client.get("/health/ready")

        assert reply.status_code == 503
        assert reply.json()["checks"] == {"database": "ok", "migrations": "ok", "broker": "failed"}

    def test_refuses_when_the_database_is_down_without_saying_why(self, client, monkeypatch):
        monkeypatch.setattr(health, "connection", _Gone())

        reply = client.get("/health/ready")

        assert reply.status_code == 503
        assert reply.json()["checks"]["database"] == "failed"
        assert "password" not in reply.content.decode()


class _Usage(NamedTuple):
    total: int
    free: int


def warned(client) -> dict[str, str]:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    return answer.json()["warnings"]


class _Gone:
    alias = "default"

    def cursor(self) -> None:
        raise OperationalError("password authentication failed")
