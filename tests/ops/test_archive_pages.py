import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from cinema.core import jobs
from ops.models import Backup, Restore
from tests.factories.ops import BackupFactory, RestoreFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch) -> list[tuple[str, dict]]:
    """What would be queued."""
    sent: list[tuple[str, dict]] = []
    monkeypatch.setattr(jobs, "enqueue_on_commit", lambda name, **ids: sent.append((name, ids)))
    return sent


@pytest.fixture
def office(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def complete(now) -> Backup:
    return BackupFactory(status="completed", completed_at=now, backup_type="both")


@pytest.mark.django_db(transaction=True)
class TestBackUp:
    def test_makes_one_of_everything(self, office, admin, sent):
        page = office.get(reverse("admin:ops_backup_changelist")).content.decode()
        assert reverse("office_back_up") in page
        answer = office.post(reverse("office_back_up"))

        backup = Backup.objects.get()
        assert answer["Location"] == reverse("admin:ops_backup_change", args=[backup.pk])
        assert (backup.backup_type, backup.tables, backup.performed_by) == ("both", None, admin)
        assert sent == [(jobs.RUN_BACKUP, {"backup_id": backup.pk})]


@pytest.mark.django_db(transaction=True)
class TestRestore:
    def post(self, office, backup: Backup, typed: str, kind: str = "postgres"):
        return office.post(
            reverse("office_restore", args=[backup.pk]), {"typed": typed, "restore_type": kind, "notes": "n"}
        )

    def test_begins_once_the_name_was_typed(self, office, admin, complete, sent):
        page = office.get(reverse("admin:ops_backup_change", args=[complete.pk])).content.decode()
        assert reverse("office_restore", args=[complete.pk]) in page
        asked = office.get(reverse("office_restore", args=[complete.pk])).content.decode()
        assert "bookings, payments, accounts" in asked
        assert complete.operation_id in asked

        for typed in ("", "yes", complete.pk, complete.operation_id.upper()):
            assert self.post(office, complete, typed).status_code == 400
        assert not Restore.objects.exists()

        answer = self.post(office, complete, f" {complete.operation_id} ", kind="both")

        restore = Restore.objects.get()
        assert answer["Location"] == reverse("admin:ops_restore_change", args=[restore.pk])
        assert (restore.restore_type, restore.performed_by, restore.notes) == ("both", admin, "n")
        assert sent == [(jobs.RUN_RESTORE, {"restore_id": restore.pk})]

    def test_says_beside_the_form_why_it_cannot_be(self, office, complete, sent):
        RestoreFactory()
        answer = self.post(office, complete, complete.operation_id)
        assert (answer.status_code, "Another restore is running" in answer.content.decode()) == (400, True)

    def test_tells_of_the_tables_when_it_is_not_all(self, office, now):
        backup = BackupFactory(status="completed", completed_at=now, tables=["catalog_movie"])
        asked = office.get(reverse("office_restore", args=[backup.pk])).content.decode()
        assert "catalog_movie" in asked
        assert "bookings, payments, accounts" not in asked


class TestPermissions:
    def test_are_asked_of_everybody(self, client, clerk, complete):
        paths = [("post", reverse("office_back_up")), ("get", reverse("office_restore", args=[complete.pk]))]
        for method, path in paths:
            assert getattr(client, method)(path).status_code == 302
        clerk.user_permissions.add(*Permission.objects.filter(codename__in=["view_backup", "view_restore"]))
        client.force_login(clerk)
        for method, path in paths:
            assert getattr(client, method)(path).status_code == 403
        page = client.get(reverse("admin:ops_backup_change", args=[complete.pk])).content.decode()
        assert "Restore this backup" not in page
        assert client.get(reverse("office_back_up")).status_code == 405
