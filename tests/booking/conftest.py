from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from celery import current_app


@pytest.fixture
def queued(monkeypatch, django_capture_on_commit_callbacks):
    """Run what a block of code asks for on commit, and list the jobs that reached the broker's door, with their ids."""

    @contextmanager
    def listening() -> Iterator[list[tuple[str, dict[str, Any]]]]:
        jobs: list[tuple[str, dict[str, Any]]] = []
        monkeypatch.setattr(current_app, "send_task", lambda job, kwargs, **_: jobs.append((job, kwargs)))
        with django_capture_on_commit_callbacks(execute=True):
            yield jobs

    return listening
