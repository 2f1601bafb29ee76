"""kill -9 in the middle of a task: another worker takes it over, and what it does is done once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone

from cinema.core.embedded.bootstrap import ROOT
from ops.archives import manifest, store
from ops.models import Backup, JobRecord
from ops.services import backing_up
from tests.conftest import eventually
from tests.stack.test_kill_web import database_url

pytestmark = [pytest.mark.stack, pytest.mark.broker, pytest.mark.django_db(transaction=True)]


@contextmanager
def worker(how: str, backups: str) -> Iterator[subprocess.Popen[str]]:
    """Start a worker of its own process on the database of this test run."""
    env = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "cinema.settings.test"}
    env["BACKUP_ROOT"] = backups
    command = [sys.executable, "-W", "ignore", "-m", "tests.stack.slow_worker", how]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


class TestKillingTheWorker:
    def test_in_mid_task_has_the_work_finished_once_by_another(self, transactional_db, tmp_path, settings):
        backups = str(tmp_path / "backups")
        of_backups = settings.STORAGES["backups"]
        of_backups = {**of_backups, "OPTIONS": {**of_backups["OPTIONS"], "location": backups}}
        settings.STORAGES = {**settings.STORAGES, "backups": of_backups}
        backup = backing_up.start_backup(backup_type="both", tables=None, notes="", by=None, now=timezone.now())
        with worker("stuck", backups) as doomed:
            assert doomed.stdout is not None
            assert any("in the middle" in line for line in doomed.stdout)
            doomed.send_signal(signal.SIGKILL)
        assert Backup.objects.get().status == "in_progress"

        with worker("well", backups):
            assert eventually(lambda: Backup.objects.get().status == "completed", within=90)
            completed_at = Backup.objects.get().completed_at
            assert eventually(JobRecord.objects.filter(name="ops.run_backup").exists)

        backup.refresh_from_db()
        assert [file.name for file in manifest.load(backup.operation_id).files] == backup.file_paths
        assert all(store.is_intact(file) for file in manifest.load(backup.operation_id).files)
        assert backup.completed_at == completed_at  # however often it was handed out
