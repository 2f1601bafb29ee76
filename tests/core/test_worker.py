from collections.abc import Iterator

import pytest
from celery import current_app
from celery.exceptions import Retry

from cinema.core.errors import Conflict, Upstream
from cinema.core.worker import job


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
