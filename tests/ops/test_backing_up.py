import hashlib
import os
import stat
import subprocess
import tarfile
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.utils import timezone

import cinema
from accounts.models import User
from cinema.core import jobs
from cinema.core.embedded import binaries
from ops.archives import figures, manifest, sessions, store, tools
from ops.errors import ArchiveBusy, ToolFailed, UnknownBackup
from ops.models import Backup, Restore
from ops.services import backing_up
from tests.conftest import eventually
from tests.factories.accounts import UserFactory
from tests.factories.billing import LedgerEntryFactory, PaymentFactory
from tests.factories.ops import BackupFactory, RestoreFactory


def run(kind: str = "postgres", tables: list[str] | None = None) -> Backup:
    recorded = backing_up.record_backup(backup_type=kind, tables=tables, notes="n", by=None, now=timezone.now())
    return backing_up.run_backup(backup_id=recorded.pk, clock=timezone.now)


@pytest.fixture
def queued(monkeypatch) -> list[tuple[str, dict]]:
    """What would be queued."""
    queued: list[tuple[str, dict]] = []
    monkeypatch.setattr(jobs, "enqueue_on_commit", lambda name, **ids: queued.append((name, ids)))
    return queued


def contents(dump: Path) -> str:
    tool = binaries.client_tools(server_version()) / "pg_restore"
    return subprocess.run([tool, "--list", dump], check=True, capture_output=True, text=True).stdout


def server_version() -> int:
    with sessions.connect(sessions.MAINTENANCE) as session:
        return session.info.server_version // 10_000


@pytest.mark.django_db(transaction=True)
class TestRunBackup:
    def test_writes_a_dump_and_a_manifest_that_describes_it(self, folder):
        payment = PaymentFactory()
        backup = run()

        dump = folder / "backups" / backup.operation_id / "database.dump"
        assert (backup.status, backup.error_message) == ("completed", "")
        assert (backup.file_paths, backup.size) == ([f"{backup.operation_id}/database.dump"], dump.stat().st_size)
        assert "TABLE DATA public billing_payment" in contents(dump)
        written = manifest.load(backup.operation_id)
        assert written.dump.sha256 == hashlib.sha256(dump.read_bytes()).hexdigest()
        figures = written.figures["billing_payment"]
        assert (figures["rows"], figures["amount"]) == ("1", str(payment.amount))
        assert "ops.0002_restore_outlives_backup" in written.migrations
        assert written.release == cinema.VERSION

    def test_notes_the_balance_of_every_account(self, folder):
        LedgerEntryFactory.create_batch(2)
        assert manifest.load(run().operation_id).ledger == {"CUSTOMERS": "-200.00", "GATEWAY": "200.00"}

    def test_keeps_its_files_to_us_alone(self, folder):
        backup = run()
        place = folder / "backups" / backup.operation_id
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in place.iterdir()} == {0o600}

    def test_dumps_chosen_tables_only(self, folder):
        backup = run(tables=["accounts_user"])
        listed = contents(folder / "backups" / backup.file_paths[0])
        assert "TABLE DATA public accounts_user" in listed
        assert "billing_payment" not in listed
        assert list(manifest.load(backup.operation_id).figures) == ["accounts_user"]

    def test_packs_media_files_too(self, folder):
        default_storage.save("posters/शोले.jpg", ContentFile(b"sand" * 1000))
        backup = run("both")
        with tarfile.open(folder / "backups" / backup.file_paths[1]) as packed:
            assert packed.getnames() == ["posters/शोले.jpg"]
            assert packed.extractfile("posters/शोले.jpg").read() == b"sand" * 1000  # type: ignore[union-attr]  # it is there, or the test fails
        assert backup.size == sum(file.size for file in manifest.load(backup.operation_id).files)

    def test_packs_the_others_when_a_file_is_deleted_meanwhile(self, folder, monkeypatch):
        for name in ("a.jpg", "gone.jpg", "z.jpg"):
            default_storage.save(name, ContentFile(b"sand"))
        listed = default_storage.listdir("")
        default_storage.delete("gone.jpg")
        monkeypatch.setattr(FileSystemStorage, "listdir", lambda _storage, _folder: listed)
        backup = run("both")
        with tarfile.open(folder / "backups" / backup.file_paths[1]) as packed:
            assert packed.getnames() == ["a.jpg", "z.jpg"]

    def test_packs_nothing_when_nothing_was_uploaded(self, folder):
        backup = run("both")
        with tarfile.open(folder / "backups" / backup.file_paths[1]) as packed:
            assert packed.getnames() == []

    def test_counts_what_the_dump_holds_while_others_write(self, folder, monkeypatch):
        UserFactory()
        dump = tools.dump

        def dump_later(*args, **options):
            UserFactory()  # after the counting, before pg_dump
            return dump(*args, **options)

        monkeypatch.setattr(tools, "dump", dump_later)
        backup = run()
        dumped = subprocess.run(
            [
                binaries.client_tools(server_version()) / "pg_restore",
                "--data-only",
                "--table=accounts_user",
                "--file=-",
                folder / "backups" / backup.file_paths[0],
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        assert (dumped.count("@"), User.objects.count()) == (1, 2)
        assert manifest.load(backup.operation_id).figures["accounts_user"] == {"rows": "1"}

    def test_that_fails_says_so_and_leaves_no_file(self, folder, monkeypatch):
        monkeypatch.setattr(sessions, "live_name", _wrong_after_the_first_time())
        backup = run()
        assert backup.status == "failed"
        assert backup.error_message == "pg_dump failed (exit code 1): the log says why."
        assert backup.completed_at
        assert (backup.size, backup.file_paths) == (None, [])
        assert [path for path in folder.rglob("*") if path.is_file()] == []

    def test_that_meets_a_full_disk_says_so_and_raises(self, folder, monkeypatch):
        def full(*_args, **_options):
            raise OSError(28, "No space left on device", "/secret/path")

        monkeypatch.setattr(manifest, "write", full)
        with pytest.raises(OSError, match="No space"):
            run()
        assert (
            Backup.objects.get().error_message == "Where backups are kept, the system said: No space left on device."
        )
        assert [path for path in folder.rglob("*") if path.is_file()] == []

    def test_on_a_full_disk_leaves_no_dump_that_goes_on_and_the_backups_of_before(self, folder, monkeypatch):
        before = run()

        def full(_storage, _name, content):
            assert content.read(1)
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(tools, "CHUNK", 1000)  # most of the dump has yet to come
        monkeypatch.setattr(FileSystemStorage, "_save", full)
        with pytest.raises(OSError, match="No space") as caught:
            run()
        with sessions.connect(sessions.live_name()) as session:
            assert eventually(lambda: not _dumping(session))
        assert caught.traceback  # whoever keeps the failure keeps no snapshot by it
        assert Backup.objects.exclude(pk=before.pk).get().status == "failed"
        assert store.is_intact(manifest.load(before.operation_id).dump)

    def test_is_called_failed_by_a_storage_that_cannot_even_delete(self, folder, monkeypatch, queued):
        def away(*_args, **_options):
            raise ConnectionError

        monkeypatch.setattr(FileSystemStorage, "_save", away)
        monkeypatch.setattr(FileSystemStorage, "delete", away)
        with pytest.raises(ConnectionError):
            run()
        failed = Backup.objects.get()
        assert (failed.status, failed.error_message) == ("failed", backing_up.UNEXPECTED)
        assert queued == [(jobs.ALERT_OPERATORS, {"run_id": failed.pk})]

    def test_lets_nobody_rewrite_a_table_under_it(self, folder, monkeypatch):
        """To a snapshot that is older than its rewriting a table is empty: it would be backed up so, and pass for whole."""
        UserFactory()
        measure = figures.measure

        def measure_later(*args):
            with sessions.connect(sessions.live_name()) as migration:
                migration.execute("SET lock_timeout = '100ms'")
                with pytest.raises(psycopg.errors.LockNotAvailable):
                    migration.execute("ALTER TABLE accounts_user ALTER name TYPE varchar(101)")
            UserFactory()  # and everybody may write
            return measure(*args)

        monkeypatch.setattr(figures, "measure", measure_later)
        assert manifest.load(run().operation_id).figures["accounts_user"] == {"rows": "1"}

    def test_is_done_once(self, folder):
        backup = run()
        dump = folder / "backups" / backup.file_paths[0]
        written_at = dump.stat().st_mtime_ns
        assert backing_up.run_backup(backup_id=backup.pk, clock=timezone.now).completed_at == backup.completed_at
        assert dump.stat().st_mtime_ns == written_at

    def test_begins_anew_after_its_worker_was_killed(self, folder):
        recorded = backing_up.record_backup(backup_type="postgres", tables=None, notes="", by=None, now=timezone.now())
        left = folder / "backups" / recorded.operation_id / "database.dump"
        left.parent.mkdir(parents=True)
        left.write_bytes(b"half")
        backup = backing_up.run_backup(backup_id=recorded.pk, clock=timezone.now)
        assert (backup.status, backup.file_paths) == ("completed", [f"{recorded.operation_id}/database.dump"])
        assert backup.size == left.stat().st_size > 4

    def test_waits_for_another(self, folder):
        with sessions.only_run(), pytest.raises(ArchiveBusy):
            run()
        assert Backup.objects.get().status == "in_progress"

    def test_lets_the_next_one_run_however_late_the_server_hears_of_its_end(self, folder, monkeypatch):
        kept = []
        monkeypatch.setattr(psycopg.Connection, "close", lambda session: kept.append(session))
        first = run()
        monkeypatch.undo()
        assert (first.status, run().status) == ("completed", "completed")
        assert kept
        for session in kept:
            session.close()

    def test_knows_no_other(self, folder):
        with pytest.raises(UnknownBackup):
            backing_up.run_backup(backup_id="0" * 24, clock=timezone.now)


class TestTools:
    def test_tell_passwords_to_nobody(self, settings, monkeypatch, db):
        monkeypatch.setitem(connection.settings_dict, "PASSWORD", "sesame")
        seen: dict[str, Any] = {}

        class Popen:
            def __init__(self, command, *, env, **_options):
                seen.update(command=command, env=env)
                raise FileNotFoundError

        monkeypatch.setattr(subprocess, "Popen", Popen)
        monkeypatch.setattr(binaries, "client_tools", lambda server: Path("/nowhere"))
        with pytest.raises(FileNotFoundError):
            next(tools.dump("marquee", tools.Cut(snapshot="1-1"), server=18))
        assert seen["env"]["PGPASSWORD"] == "sesame"
        assert "sesame" not in " ".join(seen["command"])

    def test_log_the_first_line_and_nothing_it_quotes(self, db, folder, caplog):
        with pytest.raises(ToolFailed):
            list(tools.dump("marquee_nowhere", tools.Cut(), server=server_version()))
        (line,) = [record.getMessage() for record in caplog.records if record.name == tools.__name__]
        assert "does not exist" in line
        assert "\n" not in line

    def test_stop_when_nobody_reads_on(self, transactional_db):
        with sessions.connect(sessions.live_name()) as session, session.transaction():
            session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            snapshot = session.execute("SELECT pg_export_snapshot()").fetchone()[0]  # type: ignore[index]  # a SELECT of one value has a row
            reading = tools.dump(sessions.live_name(), tools.Cut(snapshot=snapshot), server=server_version())
            assert next(reading)
            reading.close()  # type: ignore[attr-defined]  # a generator, declared as an iterator
            assert eventually(lambda: not _dumping(session))

    @pytest.mark.parametrize(
        ("server", "more", "passes"),
        [(16, "", True), (16, "pg_restore: error: no space", False), (18, "", False)],
        ids=["older", "older_and_faulty", "of_its_own_version"],
    )
    def test_endure_one_parameter_that_older_servers_do_not_know(
        self, db, monkeypatch, tmp_path, server, more, passes
    ):
        said = f'pg_restore: error: could not execute query: ERROR:  unrecognized "transaction_timeout"\n{more}'
        for name in ("pg_dump", "pg_restore"):
            (tmp_path / name).write_text(
                f"#!/bin/sh\n[ $1 = --version ] && echo 'pg_restore (PostgreSQL) 18.6' && exit\necho '{said}' >&2; exit 1\n"
            )
            (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PG_BIN", str(tmp_path))
        with nullcontext() if passes else pytest.raises(ToolFailed):
            tools.load("marquee", iter([]), server=server)

    def test_of_an_older_version_are_not_taken(self, monkeypatch):
        with pytest.raises(binaries.NoBinaries, match="No pg_dump for PostgreSQL 99"):
            binaries.client_tools(99)

    def test_are_taken_from_where_the_environment_says(self, monkeypatch, tmp_path):
        monkeypatch.setenv("PG_BIN", str(tmp_path))
        with pytest.raises(binaries.NoBinaries, match="versions here: none"):
            binaries.client_tools(16)
        for name in ("pg_dump", "pg_restore"):
            (tmp_path / name).write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 17.2'\n")
            (tmp_path / name).chmod(0o755)
        assert binaries.client_tools(16) == tmp_path.resolve()


@pytest.mark.django_db
class TestBackUpNightly:
    def test_starts_one_of_everything_once_a_night(self, now):
        started = backing_up.back_up_nightly(now=now)
        assert started is not None
        assert (started.backup_type, started.tables, started.performed_by) == ("both", None, None)
        assert backing_up.back_up_nightly(now=now + timedelta(minutes=10)) is None
        assert backing_up.back_up_nightly(now=now + timedelta(days=1)) is not None

    def test_calls_failed_what_never_ended_and_tells_the_operators(self, now, queued):
        lost = []
        for factory in (BackupFactory, RestoreFactory):
            lost.append(factory(started_at=now - timedelta(hours=23, minutes=59)).pk)
            factory(started_at=now)
        backing_up.back_up_nightly(now=now)
        assert [ids["run_id"] for name, ids in queued if name == jobs.ALERT_OPERATORS] == lost
        for model in (Backup, Restore):
            ended = model.objects.exclude(status="in_progress")
            assert [(each.status, each.completed_at) for each in ended] == [("failed", now)]


@pytest.mark.broker
class TestJob:
    def test_is_done_by_a_real_worker(self, worker, folder, now):
        backup = backing_up.start_backup(backup_type="postgres", tables=None, notes="", by=None, now=now)
        assert eventually(lambda: Backup.objects.get(pk=backup.pk).status == "completed")
        assert os.path.getsize(folder / "backups" / backup.operation_id / "database.dump") > 10_000


def _wrong_after_the_first_time():
    """Name the live database once, for the lock, and then one that is not there."""
    names = iter([sessions.live_name()])
    return lambda: next(names, "marquee_nowhere")


def _dumping(session) -> bool:
    session.execute("SELECT pg_stat_clear_snapshot()")  # a transaction would be told the same for ever
    row = session.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump' AND datname = current_database()"
    )
    return bool(row.fetchone()[0])
