from collections.abc import Iterator

import pytest
from celery import current_app, shared_task
from django.db import transaction

from accounts.models import User
from cinema.core import jobs
from cinema.core.jobs import enqueue_on_commit
from tests.conftest import eventually

pytestmark = pytest.mark.broker
RENAME = "tests.rename"


@pytest.fixture
def rename() -> Iterator[str]:
    """A task that leaves a trace in the database."""

    @shared_task(name=RENAME)
    def task(*, user_id: int) -> None:
        User.objects.filter(pk=user_id).update(name="Renamed by the worker")

    yield task.name
    current_app.tasks.pop(RENAME)


class TestEnqueueOnCommit:
    def test_runs_in_a_real_worker_once_the_transaction_commits(self, rename, worker, customer):
        with transaction.atomic():
            enqueue_on_commit(rename, user_id=customer.pk)

        assert eventually(lambda: User.objects.get(pk=customer.pk).name == "Renamed by the worker")

    def test_queues_nothing_when_the_transaction_rolls_back(self, transactional_db, customer, rename):
        current_app.control.purge()
        with transaction.atomic():
            enqueue_on_commit(rename, user_id=customer.pk)
            transaction.set_rollback(True)

        assert current_app.control.purge() == 0

    def test_commits_when_the_broker_is_down_and_says_so_in_one_line(
        self, transactional_db, customer, rename, monkeypatch
    ):
        said: list[str] = []
        monkeypatch.setattr(jobs.logger, "warning", lambda words, *values: said.append(words % values))
        monkeypatch.setattr(current_app.pool, "acquire", _down)
        with transaction.atomic():
            User.objects.filter(pk=customer.pk).update(name="Committed")
            enqueue_on_commit(rename, user_id=customer.pk)

        assert User.objects.get(pk=customer.pk).name == "Committed"
        assert said == [f"{rename} was not queued: ConnectionError"]


def _down(*_args: object, **_kwargs: object) -> None:
    raise ConnectionError("no broker")
