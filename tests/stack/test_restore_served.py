"""A restore under a site that serves and hears no notice: all that visitors meet is a moment of 503."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from django.utils import timezone

from cinema.core import maintenance
from ops.models import Backup
from ops.services import backing_up, restoring
from tests.conftest import eventually
from tests.factories.catalog import MovieFactory
from tests.ops.conftest import folder, own_database  # noqa: F401  # fixtures
from tests.stack.serving import served
from tests.stack.shoppers import Answer, call

pytestmark = [pytest.mark.stack, pytest.mark.broker, pytest.mark.django_db(transaction=True)]
PATH = "/movies/?limit=5"


@pytest.fixture
def backup(own_database, folder) -> Backup:  # noqa: F811  # fixtures
    """A backup of a cinema with one movie, which has another by now."""
    MovieFactory(title="Backed up")
    recorded = backing_up.record_backup(backup_type="postgres", tables=None, notes="", by=None, now=timezone.now())
    backup = backing_up.run_backup(backup_id=recorded.pk, clock=timezone.now)
    MovieFactory(title="Made since")
    return backup


@contextmanager
def visited(site: str) -> Iterator[list[Answer]]:
    """Let three visitors look again and again while the block runs; gives what they are told."""
    ended, answers = Event(), list[Answer]()

    def look() -> None:
        while not ended.is_set():
            answers.append(call(site, "GET", PATH))

    with ThreadPoolExecutor(3) as visitors:
        looking = [visitors.submit(look) for _ in range(3)]
        try:
            yield answers
        finally:
            ended.set()
    for each in looking:
        each.result()


class TestRestoringUnderVisitors:
    def test_is_met_with_503_for_a_moment_and_with_what_was_restored_afterwards(self, backup, monkeypatch):
        monkeypatch.setattr(maintenance, "_hang_out", lambda: None)
        restore = restoring.record_restore(
            backup_id=backup.pk, restore_type="postgres", notes="", by=None, now=timezone.now()
        )
        # Connections live on between requests.
        with served(threads=3, DJANGO_SETTINGS_MODULE="cinema.settings.local") as (_, site), visited(site) as answers:
            assert eventually(lambda: len(answers) > 20)
            done = restoring.run_restore(restore_id=restore.pk, clock=timezone.now)
            assert eventually(lambda: titles(answers[-1]) == ["Backed up"])
            after = [titles(call(site, "GET", PATH)) for _ in range(10)]

        assert done.error_message == ""
        assert [answer for answer in answers if not is_fair(answer)] == []
        assert after == [["Backed up"]] * 10


def is_fair(answer: Answer) -> bool:
    return answer.status == 200 or (answer.status == 503 and bool(answer.retry_after))


def titles(answer: Answer) -> list[str]:
    return [movie["title"] for movie in answer.body] if answer.status == 200 else []
