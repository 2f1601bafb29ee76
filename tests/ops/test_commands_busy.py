"""Somebody at a terminal asks for a backup, a restore or a drill while another runs."""

import pytest
from django.core.management import CommandError, call_command

from ops.archives import sessions
from ops.models import Backup, Drill, Restore
from tests.factories.ops import BackupFactory

pytestmark = pytest.mark.django_db(transaction=True)


class TestWhileAnotherRuns:
    @pytest.mark.parametrize("model", [Backup, Restore, Drill])
    def test_refuses_and_leaves_no_record_that_waits_for_nobody(self, model, now):
        known = BackupFactory(status="completed", completed_at=now)
        command = {Backup: ["backup"], Restore: ["restore", known.pk, "--yes"], Drill: ["restore", "--drill"]}[model]
        with sessions.only_run(), pytest.raises(CommandError, match="Another backup or restore is running"):
            call_command(*command)

        record = model.objects.exclude(pk=known.pk).get()
        assert (record.status, record.error_message) == ("failed", "Another backup or restore is running.")
        assert record.completed_at
