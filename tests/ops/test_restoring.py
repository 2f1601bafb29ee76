import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from threading import Event

import psycopg
import pytest
from django.contrib.sessions.models import Session as BrowserSession
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from accounts.models import Session, User
from accounts.services import sessions as log_ins
from billing.models import InvoiceCounter
from billing.services import invoices
from cinema.core import jobs
from ops.archives import databases, figures, sessions, store
from ops.errors import (
    ArchiveBusy,
    BackupBroken,
    BackupHasNoMedia,
    BackupNotCompleted,
    RestoreRunning,
    UnknownBackup,
    UnknownRestore,
    UnsupportedBackupType,
)
from ops.models import Backup, Restore
from ops.services import backing_up, restoring
from tests.conftest import eventually
from tests.factories.accounts import AdminFactory, UserFactory
from tests.factories.billing import document
from tests.factories.ops import BackupFactory, RestoreFactory
from tests.factories.venues import VenueFactory


def back_up(kind: str = "postgres", **options) -> Backup:
    recorded = backing_up.record_backup(
        **{"backup_type": kind, "tables": None, "notes": "", "by": None, "now": timezone.now(), **options}
    )
    backup = backing_up.run_backup(backup_id=recorded.pk, clock=timezone.now)
    assert backup.error_message == ""
    return backup


def restore(backup: Backup, kind: str = "postgres", by: User | None = None) -> Restore:
    recorded = restoring.record_restore(
        backup_id=backup.operation_id, restore_type=kind, notes="", by=by, now=timezone.now()
    )
    return restoring.run_restore(restore_id=recorded.pk, clock=timezone.now)


def rewrite(folder: Path, backup: Backup, **changes) -> None:
    """Put other values into the manifest."""
    path = folder / "backups" / backup.operation_id / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def dump_of(folder: Path, backup: Backup) -> Path:
    return folder / "backups" / backup.file_paths[0]


class TestRestore:
    def test_brings_back_what_was_backed_up_and_nothing_else(self, own_database, folder, monkeypatch):
        kept, dropped = UserFactory(name="Before"), UserFactory(name="Lost")
        backup = back_up()
        User.objects.filter(pk=kept.pk).update(name="After")
        dropped.delete()
        newcomer = UserFactory()
        queued: list[str] = []
        monkeypatch.setattr(jobs, "enqueue_on_commit", lambda job, **_: queued.append(job))

        done = restore(backup)

        assert queued == [jobs.RECONCILE]

        assert (done.status, done.error_message) == ("completed", "")
        assert list(User.objects.order_by("pk").values_list("name", flat=True)) == ["Before", "Lost"]
        assert not User.objects.filter(email=newcomer.email).exists()

    def test_keeps_the_records_of_backups_and_restores(self, own_database, folder):
        old_admin = AdminFactory()
        backup = back_up(by=old_admin)
        later = back_up(notes="made after the first")
        new_admin = AdminFactory()

        done = restore(backup, by=new_admin)

        known = {record.pk: record for record in Backup.objects.all()}
        assert set(known) == {backup.pk, later.pk}
        assert known[later.pk].notes == "made after the first"
        assert known[backup.pk].status == "completed"
        assert known[backup.pk].performed_by_id == old_admin.pk
        assert [(each.pk, each.performed_by_id) for each in Restore.objects.all()] == [(done.pk, None)]

    def test_ends_every_session(self, own_database, folder):
        log_ins.open_session(user=UserFactory(), now=timezone.now())
        BrowserSession.objects.create(session_key="k", expire_date=timezone.now() + timedelta(days=1))
        backup = back_up()

        restore(backup)

        assert not Session.objects.filter(revoked_at=None).exists()
        assert not BrowserSession.objects.exists()

    def test_never_lets_an_invoice_number_be_issued_again(self, own_database, folder):
        venue, now = VenueFactory(), timezone.now()
        amount = Decimal("100.00")
        invoices.issue(venue=venue, booking_reference="BKNG-AAAAAAAA", document=document(amount), now=now)
        backup = back_up()
        for reference in ("BKNG-BBBBBBBB", "BKNG-CCCCCCCC"):
            last = invoices.issue(venue=venue, booking_reference=reference, document=document(amount), now=now)
        InvoiceCounter.objects.create(venue=VenueFactory(), kind="I", financial_year="2526", last_number=5)

        restore(backup)

        following = invoices.issue(venue=venue, booking_reference="BKNG-DDDDDDDD", document=document(amount), now=now)
        assert int(following[-7:]) == int(last[-7:]) + 1

    def test_lets_no_number_slip_through_while_the_databases_change_places(self, own_database, folder):
        venue = VenueFactory()
        backup = back_up()
        ended, issued = Event(), list[str]()

        def sell() -> None:
            while not ended.is_set():
                reference = f"BKNG-{len(issued):08}"
                with suppress(OperationalError, InterfaceError):  # its session is ended; it tries again
                    connection.ensure_connection()
                    number = invoices.issue(
                        venue=venue, booking_reference=reference, document=document(Decimal(1)), now=timezone.now()
                    )
                    issued.append(number)
                    continue
                connection.close()
            connection.close()

        with ThreadPoolExecutor(1) as counter:
            selling = counter.submit(sell)
            assert eventually(lambda: len(issued) > 5 or selling.done())
            assert restore(backup).status == "completed"
            before = len(issued)
            assert eventually(lambda: len(issued) > before + 5 or selling.done())
            ended.set()
            selling.result()

        assert len(issued) == len(set(issued))

    def test_keeps_the_database_that_was_live_and_no_older_one(self, own_database, folder):
        backup = back_up()
        restore(backup)
        (first,) = databases.left_over(own_database, databases.BEFORE)
        UserFactory(name="Between two restores")
        restore(backup)

        (second,) = databases.left_over(own_database, databases.BEFORE)
        assert second != first
        with sessions.connect(second) as undone:
            assert undone.execute("SELECT name FROM accounts_user").fetchall() == [("Between two restores",)]
        assert databases.left_over(own_database, databases.FILLING) == []

    def test_ends_other_peoples_connections_and_waits_for_nobody(self, own_database, folder):
        backup = back_up()
        with closing(sessions.connect(own_database)) as idle, closing(sessions.connect(own_database)) as reading:
            idle.execute("SELECT 1")
            reading.execute("BEGIN")
            reading.execute("SELECT * FROM accounts_user")

            assert restore(backup).status == "completed"
            with pytest.raises(psycopg.OperationalError):
                idle.execute("SELECT 1")

    def test_works_from_the_files_alone(self, own_database, folder):
        UserFactory(name="Survivor")
        backup = back_up()
        Backup.objects.all().delete()

        adopted = restoring.adopt_backup(operation_id=backup.operation_id)

        assert (adopted.pk, adopted.status, adopted.size) == (backup.pk, "completed", backup.size)
        User.objects.all().delete()
        assert restore(adopted).status == "completed"
        assert User.objects.get().name == "Survivor"


def cut_short(folder: Path, backup: Backup) -> None:
    file = dump_of(folder, backup)
    file.write_bytes(file.read_bytes()[:-200])


def flip_a_bit(folder: Path, backup: Backup) -> None:
    file = dump_of(folder, backup)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def truncate_and_sign(folder: Path, backup: Backup) -> None:
    """A dump that is cut off, and whose manifest says that it is right: pg_restore has to notice."""
    cut_short(folder, backup)
    sign(folder, backup)


def write_nonsense(folder: Path, backup: Backup) -> None:
    dump_of(folder, backup).write_bytes(gzip.compress(b"x"))
    sign(folder, backup)


def sign(folder: Path, backup: Backup) -> None:
    stored = store.save("x", store.read(backup.file_paths[0]))
    rewrite(folder, backup, files=[{"name": backup.file_paths[0], "size": stored.size, "sha256": stored.sha256}])


SABOTAGE = {
    "truncated": (cut_short, "missing or not what was written"),
    "bit_flipped": (flip_a_bit, "missing or not what was written"),
    "gone": (lambda folder, backup: dump_of(folder, backup).unlink(), "missing or not what was written"),
    "cut_off_when_written": (truncate_and_sign, "pg_restore failed"),
    "no_dump_at_all": (write_nonsense, "pg_restore failed"),
    "of_a_newer_server": (lambda folder, backup: rewrite(folder, backup, server=99), "PostgreSQL 99"),
    "of_another_release": (
        lambda folder, backup: rewrite(folder, backup, migrations=["ops.0099_later"]),
        "another release",
    ),
    "of_another_format": (lambda folder, backup: rewrite(folder, backup, format=2), "manifest"),
    "of_another_backup": (lambda folder, backup: rewrite(folder, backup, operation_id="BKUP-other"), "manifest"),
    "without_manifest": (
        lambda folder, backup: (folder / "backups" / backup.operation_id / "manifest.json").unlink(),
        "manifest",
    ),
    "with_other_rows": (
        lambda folder, backup: rewrite(folder, backup, figures={"accounts_user": {"rows": "7"}}),
        "differs",
    ),
    "with_another_ledger": (
        lambda folder, backup: rewrite(folder, backup, ledger={"CASH": "1.00"}),
        "the ledger's balances",
    ),
}


class TestRefusals:
    @pytest.mark.parametrize("sabotage", SABOTAGE.values(), ids=SABOTAGE)
    def test_change_nothing(self, own_database, folder, sabotage):
        backup = back_up()
        UserFactory(name="Since then")
        damage, words = sabotage
        damage(folder, backup)
        before = _contents(own_database)

        failed = restore(backup)

        assert failed.status == "failed"
        assert words in failed.error_message
        assert failed.completed_at is not None
        assert _contents(own_database) == before
        assert databases.left_over(own_database, databases.FILLING) == []
        assert databases.left_over(own_database, databases.BEFORE) == []

    def test_by_a_lock_that_somebody_keeps_change_nothing(self, own_database, folder):
        backup = back_up()
        UserFactory(name="Since then")
        with sessions.connect(own_database) as stubborn:
            stubborn.execute("BEGIN")
            stubborn.execute("LOCK TABLE billing_invoicecounter IN ROW EXCLUSIVE MODE")
            failed = restore(backup)

        assert (failed.status, "to ourselves" in failed.error_message) == ("failed", True)
        assert User.objects.get().name == "Since then"
        assert databases.left_over(own_database, databases.FILLING) == []

    def test_by_a_session_that_cannot_be_ended_change_nothing(self, own_database, folder, monkeypatch):
        backup = back_up()
        UserFactory(name="Since then")
        monkeypatch.setattr(databases, "_sessions_ended", lambda *_args, **_options: False)
        failed = restore(backup)

        assert (failed.status, "to ourselves" in failed.error_message) == ("failed", True)
        assert User.objects.get().name == "Since then"
        assert databases.left_over(own_database, databases.FILLING) == []
        assert databases.left_over(own_database, databases.BEFORE) == []

    def test_while_another_runs_leave_the_record_waiting(self, own_database, folder):
        backup = back_up()
        recorded = restoring.record_restore(
            backup_id=backup.pk, restore_type="postgres", notes="", by=None, now=timezone.now()
        )
        with sessions.only_run(), pytest.raises(ArchiveBusy):
            restoring.run_restore(restore_id=recorded.pk, clock=timezone.now)

        recorded.refresh_from_db()
        assert recorded.status == "in_progress"

    def test_of_surprises_are_recorded_and_raised(self, own_database, folder, monkeypatch):
        backup = back_up()

        def surprise(*_args: object, **_options: object) -> None:
            raise ZeroDivisionError("secret")

        monkeypatch.setattr(databases, "swap", surprise)
        with pytest.raises(ZeroDivisionError):
            restore(backup)

        failed = Restore.objects.get()
        assert (failed.status, failed.error_message) == ("failed", backing_up.UNEXPECTED)
        assert databases.left_over(own_database, databases.FILLING) == []


def _contents(database: str) -> figures.Figures:
    """Read the figures of every table but the one that tells of restores."""
    with sessions.connect(database) as session:
        found = figures.measure(session)
    return {table: values for table, values in found.items() if table != "ops_restore"}


@pytest.mark.django_db
class TestStartRestore:
    @pytest.fixture
    def complete(self, now):
        return BackupFactory(status="completed", completed_at=now, backup_type="both")

    @pytest.fixture
    def start(self, now):
        def start(backup_id: str, restore_type: str = "postgres") -> Restore:
            return restoring.start_restore(backup_id=backup_id, restore_type=restore_type, notes="n", by=None, now=now)

        return start

    def test_finds_the_backup_by_id_and_by_operation_id(self, complete, start):
        for name in (complete.pk, complete.operation_id):
            Restore.objects.all().delete()
            started = start(name)
            assert (started.source_backup_id, started.status) == (complete.pk, "in_progress")
            assert started.operation_id.startswith("REST-20")

    @pytest.mark.parametrize("name", ["", ".*", "backup", "%", "000000000000000000000000"])
    def test_takes_nothing_for_a_pattern(self, complete, start, name):
        with pytest.raises(UnknownBackup):
            start(name)

    def test_waits_for_the_backup(self, start):
        with pytest.raises(BackupNotCompleted):
            start(BackupFactory().pk)

    def test_refuses_mongodb(self, complete, start):
        with pytest.raises(UnsupportedBackupType):
            start(complete.pk, "mongodb")

    def test_refuses_media_that_are_not_there(self, start, now):
        with pytest.raises(BackupHasNoMedia):
            start(BackupFactory(status="completed", completed_at=now).pk, "both")

    def test_refuses_a_second_one_at_a_time_but_not_for_ever(self, complete, start, now):
        running = RestoreFactory(started_at=now)
        with pytest.raises(RestoreRunning):
            start(complete.pk)
        Restore.objects.filter(pk=running.pk).update(started_at=now - timedelta(hours=2))
        assert start(complete.pk).status == "in_progress"


@pytest.mark.django_db
class TestRunRestore:
    def test_leaves_an_ended_one_alone(self, now):
        ended = RestoreFactory(status="failed", completed_at=now, error_message="It was so.")
        assert restoring.run_restore(restore_id=ended.pk, clock=timezone.now).error_message == "It was so."

    def test_knows_no_other(self):
        with pytest.raises(UnknownRestore):
            restoring.run_restore(restore_id="0" * 24, clock=timezone.now)

    def test_adopts_nothing_but_a_backup(self, folder):
        for name in ("BKUP-nothing", "../../etc", ""):
            with pytest.raises(BackupBroken):
                restoring.adopt_backup(operation_id=name)
