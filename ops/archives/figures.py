"""What a database holds, in figures: rows of every table, and the sums of its amounts."""

from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import DecimalField
from psycopg import sql

from ops.archives.sessions import Session

_BALANCES = """
    SELECT account, sum(debit - credit) FROM billing_ledgerline GROUP BY account ORDER BY account
"""
Figures = dict[str, dict[str, str]]  # table → {"rows": "3", "amount": "1500.00"}


def own_tables() -> set[str]:
    """Name the tables of this project and of the libraries it uses."""
    return set(connection.introspection.django_table_names(include_views=False))


def hold(session: Session) -> None:
    """Keep everybody from rewriting our tables, as a migration may, until the transaction ends; writers go on."""
    session.execute("SET LOCAL lock_timeout = '60s'")  # who waits for so weak a lock keeps nobody else waiting
    tables = sql.SQL(", ").join(map(sql.Identifier, sorted(own_tables())))
    session.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(tables))


def measure(session: Session, tables: Collection[str] | None = None) -> Figures:
    """Count the rows and sum the amounts of all tables, or of some."""
    amounts = {model._meta.db_table: _amounts(model) for model in apps.get_models(include_auto_created=True)}
    return {table: _figures(session, table, amounts.get(table, [])) for table in sorted(tables or own_tables())}


def balances(session: Session) -> dict[str, str]:
    """Sum the ledger by account, debits less credits; all of it together is nothing, or the books are wrong."""
    rows = session.execute(_BALANCES).fetchall()
    return {account: str(balance) for account, balance in rows}


def applied_migrations(session: Session) -> list[str]:
    """Name the migrations that a database has, in order of application."""
    table = sql.Identifier(MigrationRecorder.Migration._meta.db_table)
    rows = session.execute(sql.SQL("SELECT app || '.' || name FROM {} ORDER BY id").format(table))
    return [row[0] for row in rows]


def known_migrations() -> set[str]:
    """Name the migrations of this code."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return {f"{app}.{name}" for app, name in loader.disk_migrations}


def _amounts(model: Any) -> list[str]:
    return [str(field.column) for field in model._meta.local_concrete_fields if isinstance(field, DecimalField)]


def _figures(session: Session, table: str, amounts: list[str]) -> dict[str, str]:
    sums = [sql.SQL("coalesce(sum({}), 0)").format(sql.Identifier(column)) for column in amounts]
    wanted = sql.SQL(", ").join([sql.SQL("count(*)"), *sums])
    row = session.execute(sql.SQL("SELECT {} FROM {}").format(wanted, sql.Identifier(table))).fetchone()
    return dict(zip(["rows", *amounts], map(str, row or ()), strict=True))
