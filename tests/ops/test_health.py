import pytest
from celery import Celery
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from ops import health


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
        }

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


class _Gone:
    alias = "default"

    def cursor(self) -> None:
        raise OperationalError("password authentication failed")
