"""Databases beside the live one: a fresh one to restore into, and the exclusive moment in which it takes its place."""

import secrets
import time
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress

import psycopg
from psycopg import errors, sql

from ops.archives import sessions
from ops.archives.sessions import Session
from ops.errors import SwapRefused

LONGEST_NAME = 63
STILL = 4.0  # seconds; so long writers are waited for
PATIENCE = 5.0  # seconds; a rename waits as long for the last session to leave
FILLING, BEFORE, DRILLING = "_restore_", "_before_", "_drill_"
_SUFFIX = 8

_LOCALE = """
    SELECT pg_encoding_to_char(encoding), datlocprovider::text, datcollate, datctype,
           coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale')
    FROM pg_database d WHERE datname = %s
"""


_OWNED = """
    SELECT owned.oid::bigint, attribute.attname
    FROM pg_class owned
    JOIN pg_depend ON classid = 'pg_class'::regclass AND objid = owned.oid AND refclassid = 'pg_class'::regclass
    JOIN pg_attribute attribute ON attrelid = refobjid AND attnum = refobjsubid
    WHERE owned.relkind = 'S' AND deptype IN ('a', 'i') AND refobjid = %s::regclass
"""
_RAISE = sql.SQL("""
    SELECT setval(%(sequence)s::oid::regclass, max({column})) FROM {table}
    HAVING max({column}) > coalesce(pg_sequence_last_value(%(sequence)s::oid::regclass), 0)
""")


def fresh_name(live: str, mark: str) -> str:
    """Make a name for a database beside the live one."""
    return f"{live[: LONGEST_NAME - len(mark) - _SUFFIX]}{mark}{secrets.token_hex(_SUFFIX // 2)}"


def create_like(live: str, mark: str = FILLING) -> str:
    """Create an empty database with the live one's encoding and collation, and answer its name."""
    name = fresh_name(live, mark)
    with sessions.connect(sessions.MAINTENANCE) as clerk:
        row = clerk.execute(_LOCALE, [live]).fetchone()
        if row is None:
            raise SwapRefused
        encoding, provider, collate, ctype, locale = row
        options = [("ENCODING", encoding), ("LC_COLLATE", collate), ("LC_CTYPE", ctype)]
        options += {
            "b": [("LOCALE_PROVIDER", "builtin"), ("BUILTIN_LOCALE", locale)],
            "i": [("LOCALE_PROVIDER", "icu"), ("ICU_LOCALE", locale)],
        }.get(provider, [("LOCALE_PROVIDER", "libc")])
        words = sql.SQL(" ").join(
            sql.SQL("{} {}").format(sql.SQL(word), sql.Literal(value)) for word, value in options
        )
        clerk.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 {}").format(sql.Identifier(name), words))
    return name


def drop(name: str) -> None:
    """Drop a database, whoever is connected to it."""
    with sessions.connect(sessions.MAINTENANCE) as clerk:
        clerk.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def raise_sequences(session: Session, tables: Collection[str]) -> None:
    """Let the numbers of tables go on behind the highest that a row has, wherever the rows came from."""
    for table in tables:
        for sequence, column in session.execute(_OWNED, [f'public."{table}"']).fetchall():
            names = {"column": sql.Identifier(column), "table": sql.Identifier(table)}
            session.execute(_RAISE.format(**names), {"sequence": sequence})


def left_over(live: str, mark: str) -> list[str]:
    """Name what earlier restores left beside the live database, by their mark."""
    with sessions.connect(sessions.MAINTENANCE) as clerk:
        names = [row[0] for row in clerk.execute("SELECT datname FROM pg_database ORDER BY datname")]
    prefix = fresh_name(live, mark)[:-_SUFFIX]
    return [name for name in names if name[:-_SUFFIX] == prefix and _is_hex(name[-_SUFFIX:])]


def hold_still(live: Session, *, first: Collection[str], tables: Collection[str]) -> None:
    """Keep every writer out of some tables until the session ends; readers stay.

    Only for the `first` is waited. What else cannot be had at once is let go of and asked for again: who holds it may be
    waiting for what we hold.

    :raises SwapRefused: when somebody goes on writing for some seconds.
    """
    lock = sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE{}")
    waiting = lock.format(sql.SQL(", ").join(map(sql.Identifier, sorted(first))), sql.SQL(""))
    at_once = lock.format(sql.SQL(", ").join(map(sql.Identifier, sorted(tables))), sql.SQL(" NOWAIT"))
    end = time.monotonic() + STILL
    while True:
        try:
            live.execute("BEGIN")
            live.execute(waiting)
            live.execute(at_once)
        except psycopg.OperationalError as refused:
            if live.closed or time.monotonic() > end:
                raise SwapRefused from refused
            live.rollback()
            time.sleep(0.05)
        else:
            return


def swap(*, live: Session, fresh: str) -> str:
    """Put `fresh` into the place of the live database and answer how that is called now; or change nothing.

    The two renames are one transaction. The first takes the lock that keeps new sessions out; then every other session
    is ended, and last the given one, which until then keeps its table locks, so that nobody writes in between.

    :raises SwapRefused: when another session cannot be ended, or the role may not rename databases.
    """
    name = live.info.dbname
    before = fresh_name(name, BEFORE)
    maintenance = sessions.connect(sessions.MAINTENANCE), sessions.connect(sessions.MAINTENANCE)
    with maintenance[0] as clerk, maintenance[1] as renamer, ThreadPoolExecutor(1) as side:
        renaming = side.submit(_rename, renamer, name, before, fresh)
        _wait_for_lock(clerk, name, renaming)
        if not _sessions_ended(clerk, name, but=live.info.backend_pid):
            renamer.cancel()
            wait([renaming])  # still locked out: it must not come about after all
        live.close()
        try:
            renaming.result()
        except psycopg.Error as refused:
            raise SwapRefused from refused
    return before


def _rename(renamer: Session, live: str, before: str, fresh: str) -> None:
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with renamer.transaction():
        renamer.execute(rename.format(sql.Identifier(live), sql.Identifier(before)))
        renamer.execute(rename.format(sql.Identifier(fresh), sql.Identifier(live)))


def _wait_for_lock(clerk: Session, name: str, renaming: "Future[None]") -> None:
    held = """
        SELECT 1 FROM pg_locks
        WHERE locktype = 'object' AND classid = 'pg_database'::regclass AND mode = 'AccessExclusiveLock' AND granted
          AND objid = (SELECT oid FROM pg_database WHERE datname = %s)
    """
    while not renaming.done() and clerk.execute(held, [name]).fetchone() is None:
        time.sleep(0.02)


def _sessions_ended(clerk: Session, name: str, *, but: int) -> bool:
    others = "FROM pg_stat_activity WHERE datname = %s AND pid <> %s AND backend_type = 'client backend'"
    end = time.monotonic() + PATIENCE / 2
    with suppress(errors.InsufficientPrivilege):  # somebody mightier is connected, and may leave by himself
        clerk.execute(f"SELECT pg_terminate_backend(pid) {others}", [name, but])
    while clerk.execute(f"SELECT 1 {others}", [name, but]).fetchone() is not None:
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _is_hex(text: str) -> bool:
    return len(text) == _SUFFIX and set(text) <= set("0123456789abcdef")
