"""kill -9 in the middle of a restore: the old database serves, whole, and the next restore finds a clean table."""

import os
import subprocess
import sys

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from cinema.core import maintenance
from cinema.core.embedded.bootstrap import ROOT
from ops.archives import databases, figures, sessions
from ops.models import Restore
from ops.services import backing_up, restoring
from tests.conftest import eventually
from tests.factories.accounts import UserFactory
from tests.ops.conftest import folder, own_database  # noqa: F401  # fixtures
from tests.stack.test_kill_web import database_url

pytestmark = [pytest.mark.stack, pytest.mark.broker, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
BEFORE_THE_SWAP = ("filled", "drained", "carried", "alone", "renaming", "grafted")


def contents() -> figures.Figures:
    with sessions.connect(sessions.live_name()) as session:
        found = figures.measure(session)
    return {table: values for table, values in found.items() if table != "ops_restore"}


def restore_until(where: str, backup_id: str, root: str) -> int:
    env = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "cinema.settings.test",
        "BACKUP_ROOT": f"{root}/backups",
        "MEDIA_ROOT": f"{root}/media",
    }
    connection.close()
    command = [sys.executable, "-m", "tests.stack.dying_restore", backup_id, where]
    return subprocess.run(command, cwd=ROOT, env=env, timeout=60).returncode


class TestKillingARestore:
    def test_half_way_leaves_the_old_database_serving(self, own_database, folder):  # noqa: F811  # fixtures
        UserFactory(name="Backed up")
        recorded = backing_up.record_backup(backup_type="postgres", tables=None, notes="", by=None, now=timezone.now())
        backup = backing_up.run_backup(backup_id=recorded.pk, clock=timezone.now)
        UserFactory(name="Made since")
        before = contents()

        for where in BEFORE_THE_SWAP:
            assert restore_until(where, backup.pk, str(folder)) == -9, where

            assert eventually(lambda: contents() == before), where
            assert User.objects.filter(name="Made since").update(phone=where) == 1  # and takes what is written
            assert Restore.objects.get(notes=where).status == "in_progress"
            assert databases.left_over(own_database, databases.BEFORE) == []
        assert eventually(lambda: not maintenance.is_closed(), within=maintenance.LEASE + 5)

        assert restore_until("swapped", backup.pk, str(folder)) == -9
        assert list(User.objects.values_list("name", flat=True)) == ["Backed up"]
        assert Restore.objects.get(notes="swapped").status == "completed"

        last = restoring.record_restore(
            backup_id=backup.pk, restore_type="postgres", notes="", by=None, now=timezone.now()
        )
        assert restoring.run_restore(restore_id=last.pk, clock=timezone.now).status == "completed"
        assert databases.left_over(own_database, databases.FILLING) == []
