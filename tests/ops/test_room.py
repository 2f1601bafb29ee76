"""A disk without room is noticed before anything is written to it."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from ops.archives import databases, manifest, room, sessions
from ops.errors import NoRoom
from ops.models import Backup, Drill, Restore
from ops.services import backing_up, drilling, restoring
from tests.factories.ops import BackupFactory
from tests.ops.test_restoring import back_up, rewrite

MEGABYTE = 1_000_000


@pytest.fixture
def free(monkeypatch) -> dict[str, Any]:
    """What is said to be free, and where it was asked."""
    told: dict[str, Any] = {"bytes": 10**15, "asked": []}

    def disk_usage(place: Path) -> SimpleNamespace:
        told["asked"].append(Path(place))
        return SimpleNamespace(free=told["bytes"])

    monkeypatch.setattr(shutil, "disk_usage", disk_usage)
    return told


def restore(backup: Backup, tables: list[str] | None = None) -> Restore:
    recorded = restoring.record_restore(
        backup_id=backup.pk, restore_type="postgres", tables=tables, notes="", by=None, now=timezone.now()
    )
    return restoring.run_restore(restore_id=recorded.pk, clock=timezone.now)


def drill() -> Drill:
    return drilling.run_drill(drill_id=drilling.record_drill(now=timezone.now()).pk, clock=timezone.now)


def beside() -> list[str]:
    return [
        name
        for mark in (databases.FILLING, databases.BEFORE, databases.DRILLING)
        for name in databases.left_over(sessions.live_name(), mark)
    ]


@pytest.mark.django_db(transaction=True)
class TestBackup:
    def record(self, **facts: Any) -> Backup:
        facts = {"backup_type": "postgres", "tables": None, "notes": "", "by": None} | facts
        return backing_up.record_backup(now=timezone.now(), **facts)

    def test_needs_the_room_of_the_newest_of_its_kind(self, folder, free, now):
        done = {"status": "completed", "completed_at": now, "started_at": now}
        BackupFactory(backup_type="postgres", size=30 * MEGABYTE, **done)
        BackupFactory(backup_type="both", size=90 * MEGABYTE, **done)
        BackupFactory(backup_type="postgres", size=1, tables=["accounts_user"], **done)
        free["bytes"] = 30 * MEGABYTE - 1
        refused = backing_up.run_backup(backup_id=self.record().pk, clock=timezone.now)
        assert refused.status == "failed"
        assert refused.error_message == (
            "About 28.6\xa0MB are needed where backups are kept, 28.6\xa0MB are free."
            " Nothing was changed: make room, then try again."
        )
        assert not list((folder / "backups").rglob("*.*"))
        free["bytes"] += 1
        assert backing_up.run_backup(backup_id=self.record().pk, clock=timezone.now).status == "completed"

    def test_writes_down_how_large_the_database_was(self, folder):
        backup = back_up()
        with sessions.connect(sessions.live_name()) as live:
            assert abs(manifest.load(backup.operation_id).database_size - room.size_of(live)) < MEGABYTE

    def test_that_is_the_first_needs_a_twentieth_of_the_database(self, folder, free):
        with sessions.connect(sessions.live_name()) as live:
            free["bytes"] = room.size_of(live) // 20 - MEGABYTE // 2
        assert "are needed where backups are kept" in (
            backing_up.run_backup(backup_id=self.record().pk, clock=timezone.now).error_message
        )
        free["bytes"] += MEGABYTE
        assert backing_up.run_backup(backup_id=self.record().pk, clock=timezone.now).status == "completed"

    def test_has_what_a_killed_worker_left_of_it_away_before_it_looks(self, folder, monkeypatch):
        backup = self.record()
        left = folder / "backups" / backup.operation_id / "database.dump"
        left.parent.mkdir(parents=True)
        left.write_bytes(b"half")
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0 if left.exists() else 10**15))
        assert backing_up.run_backup(backup_id=backup.pk, clock=timezone.now).status == "completed"

    def test_asks_no_disk_for_a_storage_that_has_none(self, folder, free, settings):
        in_memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
        settings.STORAGES = {**settings.STORAGES, "backups": in_memory}
        room.require_for_backup(needed=10**18)
        assert free["asked"] == []


class TestRestore:
    def test_is_refused_where_the_backup_does_not_fit_and_nothing_is_changed(self, own_database, folder, free):
        backup = back_up()
        rewrite(folder, backup, database_size=500 * MEGABYTE)
        free["bytes"] = 500 * MEGABYTE - 1
        refused = restore(backup)
        assert refused.status == "failed"
        assert refused.error_message.startswith("About 476.8\xa0MB are needed where PostgreSQL keeps its data")
        assert beside() == []
        assert (free["asked"][-1] / "PG_VERSION").exists()
        rewrite(folder, backup, database_size=1)
        assert restore(backup).status == "completed"

    def test_goes_on_when_an_operator_knows_better(self, own_database, folder, free):
        backup = back_up()
        free["bytes"] = 1
        with pytest.raises(CommandError, match="where PostgreSQL keeps its data"):
            call_command("restore", backup.operation_id, "--yes")
        call_command("restore", backup.operation_id, "--yes", "--ignore-room")
        assert Restore.objects.latest("started_at").status == "completed"

    def test_of_some_tables_needs_room_for_a_copy_of_the_live_database(self, own_database, folder, free):
        backup = back_up()
        rewrite(folder, backup, database_size=1)
        free["bytes"] = MEGABYTE
        assert "where PostgreSQL keeps its data" in restore(backup, ["catalog_movie"]).error_message
        assert beside() == []

    def test_of_a_backup_that_does_not_say_its_size_needs_that_of_the_live_one(self, own_database, folder, free):
        backup = back_up()
        rewrite(folder, backup, database_size=0)
        free["bytes"] = MEGABYTE
        assert "where PostgreSQL keeps its data" in restore(backup).error_message


@pytest.mark.django_db(transaction=True)
class TestDrill:
    def test_fails_where_the_backup_does_not_fit(self, folder, free):
        rewrite(folder, back_up(), database_size=500 * MEGABYTE)
        free["bytes"] = MEGABYTE
        assert "where PostgreSQL keeps its data" in drill().error_message
        assert beside() == []


class FakeSession:
    """A session with a server somewhere."""

    def __init__(self, host: str, folder: str | None) -> None:
        self.info = SimpleNamespace(host=host)
        self._folder = folder

    def execute(self, _statement: str) -> "FakeSession":
        return self

    def fetchone(self) -> tuple[str] | None:
        return (self._folder,) if self._folder is not None else None


class TestRequireForDatabase:
    @pytest.mark.parametrize(
        ("host", "folder"),
        [("db.example", "/"), ("127.0.0.1", "/"), ("/run/postgresql", None), ("/run/postgresql", "/not/here")],
        ids=["elsewhere", "perhaps_a_container", "not_ours_to_know", "not_on_this_machine"],
    )
    def test_lets_through_what_cannot_be_known(self, free, host, folder):
        session: Any = FakeSession(host, folder)
        room.require_for_database(session, needed=10**18)
        assert free["asked"] == []

    def test_asks_the_disk_of_a_server_on_this_machine(self, free, tmp_path):
        session: Any = FakeSession("/run/postgresql", str(tmp_path))
        with pytest.raises(NoRoom):
            room.require_for_database(session, needed=10**18)
