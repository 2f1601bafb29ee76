"""The site closed for a moment."""

from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app
from django.core.cache import cache, caches
from redis.exceptions import ConnectionError as Away

from cinema.core import maintenance, worker
from cinema.core.worker import job

pytestmark = pytest.mark.broker


@pytest.fixture(autouse=True)
def open_before_and_after() -> Iterator[None]:
    yield
    cache.delete(maintenance.KEY)
    maintenance._door.forget()


class TestClosed:
    def test_turns_everybody_away_with_the_time_to_come_back(self, client):
        with maintenance.closed():
            page = client.get("/", headers={"Accept": "text/html"})
            reply = client.post("/bookings/", "{}", content_type="application/json")

        assert (page.status_code, page["Retry-After"], "no-store" in page["Cache-Control"]) == (503, "15", True)
        assert "Closed for a moment" in page.content.decode()
        assert page["Content-Security-Policy"]
        assert (reply.status_code, reply["Retry-After"]) == (503, "15")
        assert reply.json()["code"] == "closed_for_maintenance"

    def test_is_no_fault_that_anybody_is_called_for(self, client, caplog):
        with maintenance.closed():
            client.get("/")
        assert [record.levelname for record in caplog.records if record.name == "django.request"] == []

    def test_still_answers_those_who_watch_us(self, client, db):
        with maintenance.closed():
            assert client.get("/health/live").status_code == 200
            assert client.get("/health/ready").status_code == 200
            assert client.get("/metrics").status_code == 200

    def test_opens_again_after_a_failure_too(self, client, db):
        with pytest.raises(ZeroDivisionError), maintenance.closed():
            raise ZeroDivisionError
        assert client.get("/").status_code == 200

    def test_opens_by_itself_when_nobody_renews_the_notice(self):
        maintenance._hang_out()
        shared: Any = caches["default"]
        seconds = shared._cache.get_client(None, write=True).ttl(cache.make_key(maintenance.KEY))
        assert 0 < seconds <= maintenance.LEASE

    def test_stays_closed_as_long_as_it_lasts(self, monkeypatch, settings):
        monkeypatch.setattr(maintenance, "RENEWAL", 0.01)
        told: list[float] = []
        monkeypatch.setattr(maintenance, "_hang_out", lambda: told.append(1))
        settings.CLOSING_IS_HEARD_WITHIN = 0.2
        with maintenance.closed():
            assert len(told) > 2


class TestIsClosed:
    def test_asks_the_cache_once_in_a_while_only(self, settings, monkeypatch):
        settings.CLOSING_IS_HEARD_WITHIN = 60
        maintenance._door.forget()
        asked: list[str] = []
        monkeypatch.setattr(cache, "get", asked.append)
        assert not any(maintenance.is_closed() for _ in range(100))
        assert asked == [maintenance.KEY]

    def test_takes_a_cache_that_is_away_for_open_and_leaves_it_alone(self, monkeypatch):
        asked: list[str] = []

        def away(key: str) -> None:
            asked.append(key)
            raise Away

        maintenance._door.forget()
        monkeypatch.setattr(cache, "get", away)
        assert not any(maintenance.is_closed() for _ in range(100))
        assert len(asked) == 1


class TestJobs:
    @pytest.fixture
    def done(self) -> Iterator[list[str]]:
        """Three jobs that note that they ran: an ordinary one, one of the clock, and one that may."""
        done: list[str] = []
        kinds: dict[str, dict[str, Any]] = {"usual": {}, "clock": {"tries": 0}, "restore": {"runs_when_closed": True}}
        for name, options in kinds.items():
            _declare(name, done, **options)
            current_app.tasks[f"tests.{name}"]
        yield done
        for name in ("usual", "clock", "restore"):
            current_app.tasks.pop(f"tests.{name}")

    def test_wait_until_it_opens(self, done, monkeypatch):
        back: list[dict] = []
        monkeypatch.setattr(current_app.tasks["tests.usual"], "apply_async", lambda **how: back.append(how))
        with maintenance.closed():
            for name in ("usual", "clock", "restore"):
                current_app.tasks[f"tests.{name}"].run(booking_id=4)

        assert done == ["restore"]
        (how,) = back
        assert (how["kwargs"], how["countdown"], how["retries"]) == ({"booking_id": 4}, worker.PAUSE, 0)
        current_app.tasks["tests.usual"].run(booking_id=4)
        assert done == ["restore", "usual"]


def _declare(name: str, done: list[str], **options: Any) -> None:
    @job(f"tests.{name}", **options)
    def task(*, booking_id: int) -> None:
        done.append(name)
