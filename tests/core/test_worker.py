from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from celery import current_app
from celery.exceptions import Retry
from django.core.cache import cache
from redis.exceptions import RedisError

from cinema.core import jobs
from cinema.core import worker as core_worker
from cinema.core.errors import Conflict, Upstream
from cinema.core.logs import current_request_id, current_task
from cinema.core.worker import Run, job


@pytest.fixture
def raising() -> Iterator[object]:
    """A job that fails as it is told."""
    failures: list[Exception] = []

    @job("tests.fails")
    def task() -> None:
        raise failures[0]

    def run(failure: Exception) -> None:
        failures[:] = [failure]
        current_app.tasks["tests.fails"].apply(throw=True, retries=0).get()

    yield run
    current_app.tasks.pop("tests.fails")


class TestJob:
    def test_takes_a_refusal_for_an_answer(self, raising):
        raising(Conflict())

    @pytest.mark.parametrize("failure", [Upstream(), ConnectionRefusedError(), ZeroDivisionError()])
    def test_tries_again_what_may_pass(self, raising, failure, monkeypatch):
        tried: list[Exception] = []

        def retry(exc: Exception, **_: object) -> Retry:
            tried.append(exc)
            return Retry(exc=exc)

        monkeypatch.setattr(current_app.tasks["tests.fails"], "retry", retry)
        with pytest.raises(Retry):
            raising(failure)
        assert tried == [failure]


@pytest.fixture
def told(monkeypatch) -> list[Run]:
    """What the watchers hear."""
    told: list[Run] = []
    monkeypatch.setattr(core_worker, "watchers", [told.append])
    return told


def attempt(*, fails: Exception | None = None, retries: int = 0, tries: int = 8, **ids: int) -> None:
    """Run one try of a job in this thread, as a worker would after so many retries."""

    @job("tests.watched", tries=tries)
    def task(**_ids: int) -> None:
        if fails:
            raise fails

    run = current_app.tasks["tests.watched"]
    run.push_request(id="t-1", retries=retries, called_directly=False, headers={"request_id": "r-1"})
    try:
        run._orig_run(**ids)
    finally:
        run.pop_request()
        current_app.tasks.pop("tests.watched")


@pytest.fixture
def clean_sheet() -> Iterator[None]:
    cache.delete("deliveries:t-1")
    yield
    cache.delete("deliveries:t-1")


def lose(times: int) -> None:
    """Have the worker killed in the middle of a job."""
    for _ in range(times):
        cache.add("deliveries:t-1", 0)
        cache.incr("deliveries:t-1")


@pytest.mark.usefixtures("clean_sheet")
class TestLostDeliveries:
    def test_are_forgiven_twice(self, told):
        lose(2)
        attempt()
        assert [run.outcome for run in told] == ["DONE"]

    def test_end_in_giving_up_without_another_try(self, told, monkeypatch, caplog):
        monkeypatch.setattr(jobs, "runs_twice", lambda _task_id: False)
        lose(3)
        attempt(fails=AssertionError("it was begun once more"), tries=0, booking_id=7)
        (run,) = told
        assert (run.outcome, run.error, run.is_given_up) == ("FAILED", "its worker was killed 3 times", True)
        assert (run.killed, run.task_id, run.ids) == (3, "t-1", {"booking_id": 7})
        assert "is given up: its worker was killed 3 times" in caplog.text

    def test_are_none_while_another_worker_is_still_at_it(self, told, monkeypatch):
        monkeypatch.setattr(jobs, "runs_twice", lambda task_id: task_id == "t-1")
        put_back: list[str] = []
        monkeypatch.setattr(core_worker, "_put_back", lambda name, _ids: put_back.append(name))
        lose(3)
        attempt()
        assert (told, put_back) == ([], ["tests.watched"])
        assert cache.get("deliveries:t-1") == 3

    @pytest.mark.parametrize("failure", [None, Conflict(), ValueError(), SystemExit()], ids=repr)
    def test_are_not_those_that_end_however_they_end(self, told, failure):
        passes = failure is None or isinstance(failure, Conflict)
        with nullcontext() if passes else pytest.raises(type(failure)):
            attempt(fails=failure)
        assert cache.get("deliveries:t-1") is None

    def test_are_not_counted_while_the_cache_is_away(self, told, monkeypatch, caplog):
        def away(*_: object, **__: object) -> int:
            raise RedisError

        monkeypatch.setattr(cache, "incr", away)
        caplog.set_level("WARNING")  # a worker of another test raises it
        attempt()
        assert [run.outcome for run in told] == ["DONE"]
        assert "deliveries are not counted: RedisError" in caplog.text


class TestWatchers:
    def test_hear_how_a_job_ended(self, told):
        attempt(booking_id=7)
        (run,) = told
        assert (run.job, run.task_id, run.ids, run.outcome, run.error) == (
            "tests.watched",
            "t-1",
            {"booking_id": 7},
            "DONE",
            "",
        )
        assert run.seconds >= 0

    @pytest.mark.parametrize(
        ("failure", "retries", "tries", "expected"),
        [
            (Conflict(), 0, 8, ("REFUSED", "error", False)),
            (Upstream("secret"), 0, 8, ("RETRIED", "error", False)),
            (ValueError("asha@example.com"), 7, 8, ("RETRIED", "ValueError", False)),
            (ValueError("asha@example.com"), 8, 8, ("FAILED", "ValueError", True)),
            (ValueError("asha@example.com"), 0, 0, ("FAILED", "ValueError", False)),
        ],
        ids=["refusal", "passing", "last_but_one", "last_try", "clock"],
    )
    def test_hear_what_failed_and_whether_it_is_given_up(self, told, failure, retries, tries, expected):
        passes = isinstance(failure, Conflict)
        with nullcontext() if passes else pytest.raises(type(failure)):
            attempt(fails=failure, retries=retries, tries=tries)
        assert [(run.outcome, run.error, run.is_given_up) for run in told] == [expected]

    def test_do_not_fail_the_job_when_they_fail(self, monkeypatch, caplog):
        def broken(_run: Run) -> None:
            raise ConnectionError

        monkeypatch.setattr(core_worker, "watchers", [broken])
        attempt()
        assert "the end of tests.watched was not recorded" in caplog.text

    def test_are_told_under_the_names_of_job_and_request(self, monkeypatch):
        seen: list[tuple[str, str]] = []
        monkeypatch.setattr(
            core_worker, "watchers", [lambda _run: seen.append((current_task.get(), current_request_id.get()))]
        )
        attempt()
        assert seen == [("tests.watched t-1", "r-1")]
        assert (current_task.get(), current_request_id.get()) == ("-", "-")
