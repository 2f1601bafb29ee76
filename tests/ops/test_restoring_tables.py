"""Some tables of a backup, put beside all the others as they are now."""

from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Session, User
from accounts.services import sessions as log_ins
from billing.models import Payment
from catalog.models import Movie
from cinema.core import maintenance
from ops.archives import databases, sessions
from ops.errors import TrailNotReplaced
from ops.models import Backup, Restore
from ops.services import backing_up, filling, restoring
from tests.factories.accounts import UserFactory
from tests.factories.billing import LedgerEntryFactory, PaymentFactory
from tests.factories.catalog import MovieFactory


def back_up(*tables: str) -> Backup:
    recorded = backing_up.record_backup(backup_type="postgres", tables=tables, notes="", by=None, now=timezone.now())
    backup = backing_up.run_backup(backup_id=recorded.pk, clock=timezone.now)
    assert backup.error_message == ""
    return backup


def restore(backup: Backup, *tables: str) -> Restore:
    recorded = restoring.record_restore(
        backup_id=backup.pk, restore_type="postgres", tables=tables, notes="", by=None, now=timezone.now()
    )
    return restoring.run_restore(restore_id=recorded.pk, clock=timezone.now)


@pytest.fixture
def movie(own_database, folder) -> Movie:
    return MovieFactory(title="Sholay")


class TestRestoreOfSomeTables:
    @pytest.mark.parametrize("held", [["catalog_movie"], []], ids=["of_a_part", "of_a_whole_backup"])
    def test_puts_back_these_and_leaves_the_others_as_they_are(self, movie, held):
        backup = back_up(*held)
        Movie.objects.filter(pk=movie.pk).update(title="Shole")
        later = MovieFactory(title="Made since")
        UserFactory(name="Newcomer")
        log_ins.open_session(user=UserFactory(), now=timezone.now())

        done = restore(backup, "catalog_movie")

        assert (done.status, done.error_message, done.tables) == ("completed", "", ["catalog_movie"])
        assert list(Movie.objects.values_list("title", flat=True)) == ["Sholay"]
        assert User.objects.filter(name="Newcomer").exists()
        assert not Session.objects.filter(revoked_at=None).exists()
        assert MovieFactory().pk > later.pk  # its sequence goes on where it was

    def test_draws_no_number_again_that_a_row_of_the_backup_has(self, movie):
        MovieFactory.create_batch(3)
        backup = back_up("catalog_movie")
        highest = Movie.objects.latest("id").pk
        Movie.objects.all().delete()
        with connection.cursor() as cursor:  # as when an older backup was restored in between
            cursor.execute("SELECT setval(pg_get_serial_sequence('catalog_movie', 'id'), 1)")

        assert restore(backup).error_message == ""

        assert MovieFactory().pk == highest + 1

    def test_takes_nothing_out_of_the_trail_of_changes(self, movie):
        for backup, tables in ((back_up(), ["accounts_auditentry"]), (back_up("accounts_auditentry"), [])):
            with pytest.raises(TrailNotReplaced):
                restore(backup, *tables)

    def test_changes_nothing_when_foreign_keys_would_not_hold(self, movie):
        backup = back_up("accounts_user")
        payer = PaymentFactory().user

        failed = restore(backup)

        assert (failed.status, "foreign keys" in failed.error_message) == ("failed", True)
        assert Payment.objects.get().user == payer
        for mark in (databases.FILLING, databases.BEFORE):
            assert databases.left_over(sessions.live_name(), mark) == []
        assert not maintenance.is_closed()
        assert MovieFactory().pk  # and everybody may write again

    def test_changes_nothing_when_the_books_of_then_and_now_do_not_add_up(self, movie):
        backup = back_up("billing_ledgerline")
        LedgerEntryFactory()

        failed = restore(backup)

        assert failed.status == "failed"
        assert LedgerEntryFactory._meta.model.objects.exists()

    def test_keeps_every_writer_out_from_the_copy_to_the_swap(self, movie, monkeypatch):
        backup = back_up("catalog_movie")
        graft, tried = filling.graft, list[str]()

        def graft_and_try(*args: Any, **kwargs: Any) -> None:
            with sessions.connect(sessions.live_name()) as writer:
                writer.execute("SET lock_timeout = '100ms'")
                assert writer.execute("SELECT count(*) FROM accounts_user").fetchone() == (0,)
                with pytest.raises(psycopg.errors.LockNotAvailable):
                    writer.execute("DELETE FROM accounts_user")
            tried.append("closed" if maintenance.is_closed() else "open")
            graft(*args, **kwargs)

        monkeypatch.setattr(filling, "graft", graft_and_try)
        assert restore(backup).error_message == ""
        assert tried == ["closed"]
