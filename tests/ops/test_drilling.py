from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from cinema.core import jobs
from ops.archives import databases, figures, sessions
from ops.errors import ArchiveBusy, BackupInUse, UnknownDrill
from ops.models import Backup, Drill
from ops.services import alerting, backing_up, drilling, filling
from tests.factories.accounts import AdminFactory, UserFactory
from tests.factories.billing import LedgerEntryFactory
from tests.factories.ops import BackupFactory, DrillFactory, RestoreFactory


def back_up() -> Backup:
    recorded = backing_up.record_backup(backup_type="both", tables=None, notes="", by=None, now=timezone.now())
    return backing_up.run_backup(backup_id=recorded.pk, clock=timezone.now)


def delete(backup_id: str) -> None:
    try:
        backing_up.delete_backup(backup_id=backup_id)
    finally:
        connection.close()


def drill() -> Drill:
    return drilling.run_drill(drill_id=drilling.record_drill(now=timezone.now()).pk, clock=timezone.now)


@pytest.mark.django_db(transaction=True)
class TestRunDrill:
    def test_restores_the_newest_backup_looks_at_it_and_throws_it_away(self, folder):
        LedgerEntryFactory()
        back_up()
        newest = back_up()
        before = measured()

        done = drill()

        assert (done.status, done.error_message) == ("completed", "")
        assert done.source_backup_id == newest.pk
        assert "2 accounts that balance, one log-in" in done.findings
        assert measured() == before
        assert databases.left_over(sessions.live_name(), databases.DRILLING) == []

    def test_fails_loudly_when_the_backup_is_broken(self, folder, caplog):
        backup = back_up()
        dump = folder / "backups" / backup.file_paths[0]
        dump.write_bytes(dump.read_bytes()[:-100])

        failed = drill()

        assert (failed.status, "not what was written" in failed.error_message) == ("failed", True)
        assert [record.levelname for record in caplog.records if record.name == drilling.__name__] == ["ERROR"]

    def test_fails_when_nobody_could_log_in(self, folder, monkeypatch):
        back_up()
        monkeypatch.setattr(User, "check_password", lambda *_args: False)
        assert drill().error_message == "E-mail or password is wrong."
        assert databases.left_over(sessions.live_name(), databases.DRILLING) == []

    def test_fails_when_the_books_do_not_balance(self, folder, monkeypatch):
        monkeypatch.setattr(figures, "balances", lambda _session: {"CASH": "1.00"})
        back_up()
        assert drill().error_message == "The restored books do not agree with each other: nothing was changed."

    def test_fails_when_there_is_nothing_to_try(self, folder, now):
        BackupFactory(status="completed", completed_at=now, tables=["accounts_user"])
        assert "no completed backup" in drill().error_message

    def test_fails_when_nothing_has_been_backed_up_since(self, folder):
        backup = back_up()
        Backup.objects.filter(pk=backup.pk).update(started_at=timezone.now() - timedelta(hours=37))
        failed = drill()
        assert (failed.status, "days old" in failed.error_message) == ("failed", True)
        Backup.objects.filter(pk=backup.pk).update(started_at=timezone.now() - timedelta(hours=35))
        assert drill().status == "completed"

    def test_keeps_its_backup_from_being_deleted(self, folder, monkeypatch):
        backup, fill = back_up(), filling.fill

        def fill_later(*args, **options):
            with ThreadPoolExecutor(1) as somebody, pytest.raises(BackupInUse):
                somebody.submit(delete, backup.pk).result()
            fill(*args, **options)

        monkeypatch.setattr(filling, "fill", fill_later)
        assert drill().error_message == ""
        backing_up.delete_backup(backup_id=backup.pk)

    def test_sweeps_up_after_one_that_was_killed(self, folder):
        back_up()
        left = databases.create_like(sessions.live_name(), databases.DRILLING)
        drill()
        assert left not in databases.left_over(sessions.live_name(), databases.DRILLING)

    def test_waits_for_a_backup(self, folder):
        with sessions.only_run(), pytest.raises(ArchiveBusy):
            drill()
        assert Drill.objects.get().status == "in_progress"

    def test_is_done_once_and_knows_no_other(self, now):
        ended = DrillFactory(status="failed", completed_at=now, error_message="It was so.")
        assert drilling.run_drill(drill_id=ended.pk, clock=timezone.now).error_message == "It was so."
        with pytest.raises(UnknownDrill):
            drilling.run_drill(drill_id="0" * 24, clock=timezone.now)


@pytest.mark.django_db
class TestDrillNightly:
    def test_starts_one_a_night_and_ends_what_never_ended_loudly(self, now, monkeypatch):
        queued: list[tuple[str, str]] = []
        monkeypatch.setattr(jobs, "enqueue_on_commit", lambda name, **ids: queued.append((name, *ids.values())))
        lost = DrillFactory(started_at=now - timedelta(days=1))
        started = drilling.drill_nightly(now=now)
        assert started is not None
        assert drilling.drill_nightly(now=now + timedelta(minutes=5)) is None
        lost.refresh_from_db()
        assert (lost.status, lost.completed_at) == ("failed", now)
        assert queued == [(jobs.ALERT_OPERATORS, lost.pk), (jobs.RUN_DRILL, started.pk)]


@pytest.mark.django_db
class TestAlert:
    def test_tells_the_operators_what_failed(self, settings, now):
        settings.OPERATOR_EMAILS = ["night@cinema.example"]
        for factory, words in (
            (BackupFactory, "a backup"),
            (RestoreFactory, "a restore"),
            (DrillFactory, "a restore drill"),
        ):
            run = factory(status="failed", completed_at=now, error_message="No space left.")
            assert alerting.alert(run_id=run.pk)
            sent = mail.outbox.pop()
            assert (sent.subject, sent.to) == (f"Marquee: {words} failed", ["night@cinema.example"])
            assert run.operation_id in sent.body
            assert "No space left." in sent.body

    def test_tells_the_admins_where_nobody_is_named(self, settings, now):
        settings.OPERATOR_EMAILS = []
        known = AdminFactory(is_staff=True)
        UserFactory(), AdminFactory(is_staff=True, is_active=False)
        assert alerting.operators() == [known.email]

    def test_tells_nothing_about_what_went_well(self, now, admin):
        run = DrillFactory(status="completed", completed_at=now)
        assert not alerting.alert(run_id=run.pk)
        assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
class TestCommand:
    def test_tries_the_newest_backup(self, folder, capsys):
        back_up()
        call_command("restore", "--drill")
        said = capsys.readouterr()
        assert "one log-in" in said.out
        assert "3/3 logged in once" in said.err

    def test_fails_when_the_drill_does(self, folder):
        with pytest.raises(CommandError, match="no completed backup"):
            call_command("restore", "--drill")

    @pytest.mark.parametrize("arguments", [[], ["BKUP-1", "--drill"]], ids=["neither", "both"])
    def test_wants_a_backup_or_a_drill(self, arguments):
        with pytest.raises(CommandError, match="Name a backup, or --drill"):
            call_command("restore", *arguments)


def measured() -> figures.Figures:
    with sessions.connect(sessions.live_name()) as session:
        found = figures.measure(session)
    return {table: values for table, values in found.items() if table != "ops_drill"}
