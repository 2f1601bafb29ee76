from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from ops.archives import store
from ops.models import Backup
from ops.services import thinning
from ops.services.backing_up import NIGHTLY_NOTES
from tests.factories.accounts import AdminFactory
from tests.factories.ops import BackupFactory, RestoreFactory


@pytest.fixture
def nightly(now, settings):
    """Make a nightly backup so many days old."""
    settings.BACKUP_RETENTION = (2, 0, 0)

    def nightly(days: int, **fields) -> Backup:
        at = now - timedelta(days=days)
        given = {"status": "completed", "completed_at": at, "notes": NIGHTLY_NOTES, "started_at": at, **fields}
        return BackupFactory(**given)

    return nightly


@pytest.mark.django_db(transaction=True)
class TestDropOld:
    def test_deletes_what_no_period_keeps_with_its_files(self, nightly, folder, now):
        old, *young = nightly(2), nightly(1), nightly(0)
        for backup in (old, *young):
            store.backup_storage().save(f"{backup.operation_id}/manifest.json", ContentFile(b"{}"))

        assert thinning.drop_old(now=now) == 1

        assert set(Backup.objects.all()) == set(young)
        left = {path.parent.name for path in (folder / "backups").rglob("manifest.json")}
        assert left == {backup.operation_id for backup in young}

    def test_keeps_what_was_made_by_hand_or_runs_or_is_restored(self, nightly, folder, now):
        nightly(0), nightly(1)
        kept = {
            nightly(9, notes="before the upgrade"),
            nightly(9, performed_by=AdminFactory()),
            nightly(9, status="in_progress", completed_at=None),
            nightly(9, tables=["accounts_user"]),
        }
        restored = nightly(9)
        RestoreFactory(source_backup_id=restored.pk)

        assert thinning.drop_old(now=now) == 0
        assert kept | {restored} <= set(Backup.objects.all())

    def test_forgets_a_failure_once_a_later_one_succeeded(self, nightly, folder, now):
        failed = {"status": "failed", "error_message": "No space."}
        nightly(3, **failed), nightly(1)
        latest = nightly(0, **failed)

        assert thinning.drop_old(now=now) == 1
        assert latest in Backup.objects.all()

    def test_keeps_every_failure_while_nothing_succeeded(self, nightly, folder, now):
        nightly(3, status="failed"), nightly(2, status="failed")
        assert thinning.drop_old(now=now) == 0
