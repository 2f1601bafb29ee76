"""kill -9 in the middle of a task: another worker takes it over, and what it does is done once; or it is given up."""

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
from ops.models import Backup, DeadLetter, JobRecord
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


@pytest.fixture
def backups(tmp_path, settings) -> str:
    """Where backups are kept, here and by the workers."""
    folder = str(tmp_path / "backups")
    kept = settings.STORAGES["backups"]
    kept = {**kept, "OPTIONS": {**kept["OPTIONS"], "location": folder}}
    settings.STORAGES = {**settings.STORAGES, "backups": kept}
    return folder


class TestKillingTheWorker:
    def test_in_mid_task_has_the_work_finished_once_by_another(self, transactional_db, backups):
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

    def test_at_every_try_has_the_work_given_up_and_the_next_job_done(self, transactional_db, backups):
        deadly, harmless = (
            backing_up.start_backup(backup_type=kind, tables=None, notes="", by=None, now=timezone.now())
            for kind in ("both", "postgres")
        )
        with worker("deadly", backups) as process:
            assert eventually(lambda: Backup.objects.get(pk=harmless.pk).status == "completed", within=90)
            assert eventually(DeadLetter.objects.exists, within=60)
            process.terminate()
            assert process.stdout is not None
            assert sum("begun" in line for line in process.stdout) == 3

        letter = DeadLetter.objects.get()
        assert (letter.job, letter.ids) == ("ops.run_backup", {"backup_id": deadly.pk})
        assert (letter.error, letter.tries) == ("its worker was killed 3 times", 3)
        deadly.refresh_from_db()
        assert (deadly.status, deadly.error_message) == ("failed", "It is given up: its worker was killed 3 times.")
