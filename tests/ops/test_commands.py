"""Backing up and restoring from a terminal."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from ops.archives import sessions
from ops.models import Backup, Restore
from tests.factories.accounts import UserFactory


def command(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
class TestCommand:
    def test_backs_up_at_once_and_tells_each_step(self, folder):
        said = command("backup", "--notes", "by hand")
        backup = Backup.objects.get()
        assert (backup.status, backup.backup_type, backup.notes) == ("completed", "both", "by hand")
        assert "3/3 packed the media files" in said
        assert backup.operation_id in said

    def test_fails_when_the_backup_does(self, folder, monkeypatch):
        names = iter([sessions.live_name()])  # once, for the lock
        monkeypatch.setattr(sessions, "live_name", lambda: next(names, "marquee_nowhere"))
        with pytest.raises(CommandError, match="pg_dump failed"):
            command("backup", "--type", "postgres")

    def test_names_tables_that_are_not_there(self, folder):
        with pytest.raises(CommandError, match="nonsense"):
            command("backup", "--table", "accounts_user", "--table", "nonsense")

    def test_restores_after_the_operation_id_was_typed(self, own_database, folder, monkeypatch):
        UserFactory(name="Kept")
        command("backup", "--type", "postgres")
        backup = Backup.objects.get()
        User.objects.all().delete()
        monkeypatch.setattr("builtins.input", lambda: "yes")
        with pytest.raises(CommandError, match="Nothing was changed"):
            command("restore", backup.pk)
        assert not User.objects.exists()

        monkeypatch.setattr("builtins.input", lambda: backup.operation_id)
        said = command("restore", backup.pk)

        assert "is live" in said
        assert User.objects.get().name == "Kept"

    def test_refuses_where_nobody_can_type_and_changes_nothing(self, folder, monkeypatch):
        command("backup", "--type", "postgres")
        monkeypatch.setattr("sys.stdin", StringIO())
        with pytest.raises(CommandError, match="repeat it with --yes"):
            command("restore", Backup.objects.get().pk)
        assert not Restore.objects.exists()

    def test_restores_files_without_a_record_when_told_yes(self, own_database, folder):
        command("backup")
        name = Backup.objects.get().operation_id
        Backup.objects.all().delete()
        assert f"{name} of" in command("restore", name, "--yes")

    def test_refuses_what_is_no_backup(self, folder):
        with pytest.raises(CommandError, match="manifest is missing"):
            command("restore", "BKUP-nothing", "--yes")

    def test_says_how_a_restore_failed(self, own_database, folder):
        command("backup", "--type", "postgres")
        backup = Backup.objects.get()
        path = folder / "backups" / backup.operation_id / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"server": 99}))
        with pytest.raises(CommandError, match=r"REST-.* failed: The backup is of PostgreSQL 99"):
            command("restore", backup.pk, "--yes")
