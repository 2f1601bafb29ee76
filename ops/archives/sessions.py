"""Connections of our own, beside Django's: to any database of the server, without the limits of a web request."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

from ops.errors import ArchiveBusy

Session = psycopg.Connection[tuple[Any, ...]]

MAINTENANCE = "postgres"  # a database can be renamed only from another one
_PATIENT = "-c lock_timeout=4s -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
_ONE_CORE = "-c max_parallel_workers_per_gather=0"  # a count that takes every core takes them from those who buy
_ONE_AT_A_TIME = 0x6D617271  # "marq"; advisory locks are per database


def live_name() -> str:
    """Name the database that the site works on."""
    return str(connections[DEFAULT_DB_ALIAS].settings_dict["NAME"])


def connect(database: str) -> Session:
    """Open a connection on which each statement commits by itself; use it as a context manager."""
    wrapper = connections[DEFAULT_DB_ALIAS].copy()
    wrapper.settings_dict["NAME"] = database
    parameters = wrapper.get_connection_params() | {"options": f"{_PATIENT} {_ONE_CORE}"}
    return psycopg.connect(**parameters, autocommit=True)


@contextmanager
def only_run() -> Iterator[Session]:
    """Connect to the live database as the one backup or restore that runs there.

    :raises ArchiveBusy: while another does, in whatever process.
    """
    with connect(live_name()) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME]).fetchone()
        if row is None or not row[0]:
            raise ArchiveBusy
        try:
            yield connection
        finally:
            _let_go(connection)


def _let_go(connection: Session) -> None:
    """Free the lock now: by closing alone it is free only once the server has noticed, and the next run may be there first."""
    if connection.closed:  # a swap has ended it
        return
    with suppress(psycopg.Error):  # what is broken ends by itself
        connection.rollback()
        connection.execute("SELECT pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])


@contextmanager
def orm_moved_to(database: str) -> Iterator[None]:
    """Let everything this thread does happen in another database for a while, as if that were live."""
    ours = connections[DEFAULT_DB_ALIAS]
    other = ours.copy()
    other.settings_dict["NAME"] = database
    connections[DEFAULT_DB_ALIAS] = other
    try:
        yield
    finally:
        other.close()
        connections[DEFAULT_DB_ALIAS] = ours


@contextmanager
def orm_on(database: str) -> Iterator[str]:
    """Let Django's models reach another database for a while, in this thread; gives the alias."""
    alias = f"on-{database}"
    wrapper = connections[DEFAULT_DB_ALIAS].copy(alias)
    wrapper.settings_dict["NAME"] = database
    connections[alias] = wrapper
    try:
        yield alias
    finally:
        wrapper.close()
        del connections[alias]
