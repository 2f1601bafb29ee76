"""Migrations run beside those who book: what the linter of `make check` finds, and what it only warns of."""

from collections.abc import Iterator

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements, get_sql_analyser_class

from cinema.core.embedded import checks

BEFORE_THE_FIRST_RELEASE = {  # no house had rows yet
    "accounts.0002_password_resets",
    "billing.0002_documents_and_ledger",
    "billing.0004_gateways",
    "billing.0006_unpaid_bookings",
    "booking.0005_feedback",
    "booking.0006_fees_and_cancellations",
    "booking.0009_feedback_moderation",
    "booking.0010_moved_mails",
    "ops.0002_restore_outlives_backup",
}
FEW = {"discount", "scheduletemplate", "venue"}  # rows, in any house
OURS = {"accounts", "billing", "booking", "catalog", "concessions", "ops", "scheduling", "venues"}


def locking(migration: migrations.Migration) -> Iterator[str]:
    """Name what reads a whole table that may have rows while nobody may write to it."""
    new = {step.name.lower() for step in migration.operations if isinstance(step, migrations.CreateModel)}
    for step in migration.operations:
        if getattr(step, "model_name", "").lower() in new | FEW:
            continue
        if type(step) in (migrations.AddIndex, migrations.AddConstraint):  # and not those that work beside others
            yield type(step).__name__
        if isinstance(step, migrations.AlterField) and (getattr(step.field, "db_index", False) or step.field.unique):
            yield f"an index for {step.name}"


def of(*steps: migrations.operations.base.Operation) -> migrations.Migration:
    bad: type[migrations.Migration] = type("Bad", (migrations.Migration,), {"operations": list(steps)})
    return bad("0099_bad", "booking")


class TestMigrations:
    def test_keep_nobody_waiting_for_a_whole_table(self):
        loader = MigrationLoader(None, load=False)
        loader.load_disk()
        found = {
            f"{app}.{name}" for (app, name), one in loader.disk_migrations.items() if app in OURS and any(locking(one))
        }
        assert found == BEFORE_THE_FIRST_RELEASE, (
            "build indexes beside others; a check NOT VALID first (operations.md)"
        )

    def test_are_told_apart_by_whether_they_keep_others_waiting(self):
        index = models.Index(fields=["amount"], name="booking_by_amount")
        named = models.CheckConstraint(condition=models.Q(amount__gte=0), name="booking_amount_known")
        new = migrations.CreateModel("Booking", [("id", models.BigAutoField(primary_key=True))])
        assert list(locking(of(migrations.AddIndex("booking", index)))) == ["AddIndex"]
        assert list(locking(of(migrations.AddConstraint("booking", named)))) == ["AddConstraint"]
        assert list(locking(of(new, migrations.AddIndex("booking", index)))) == []


class TestTheLinter:
    def test_reads_every_migration_and_is_let_off_nothing(self):
        (lint,) = [check.command for check in checks._checks() if check.name == "migrations safe"]
        options = lint[lint.index("lintmigrations") + 1 :]
        assert options == ["--no-cache", "--sql-analyser", "postgresql", "--quiet", "ok", "ignore"]

    @pytest.mark.parametrize(
        "statement",
        [
            'ALTER TABLE "booking_booking" DROP COLUMN "amount"',
            'ALTER TABLE "booking_booking" RENAME COLUMN "amount" TO "total"',
            'ALTER TABLE "booking_booking" RENAME TO "orders"',
            'ALTER TABLE "booking_booking" ADD COLUMN "colour" varchar(9) NOT NULL',
            'ALTER TABLE "booking_booking" ALTER COLUMN "amount" TYPE text',
            'ALTER TABLE "booking_booking" ADD CONSTRAINT "once" UNIQUE ("amount")',
            'DROP TABLE "booking_booking"',
        ],
        ids=["drop_column", "rename_column", "rename_table", "not_null", "type", "unique", "drop_table"],
    )
    def test_refuses_what_the_old_code_could_not_live_with(self, statement):
        errors, _, _ = analyse_sql_statements(get_sql_analyser_class("postgresql"), [statement])
        assert errors
