"""A fresh database made from a backup: judged before, loaded, compared with the manifest."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.sessions.models import Session as BrowserSession

from accounts.models import Session
from billing.books import faults
from billing.services.checking import UNSETTLED_FOR
from ops.archives import databases, figures, room, sessions, store, tools
from ops.archives.manifest import Manifest
from ops.archives.store import Stored
from ops.errors import (
    BackupBroken,
    BackupOfAnotherVersion,
    BooksUnbalanced,
    RestoreDiffers,
    TablesDoNotFit,
    ToolFailed,
)


def verify(found: Manifest, archive: Stored | None, *, server: int) -> None:
    """Judge a backup by its manifest and its files, before anything is done with it; `server` is our major version.

    :raises BackupOfAnotherVersion: when it is of a newer PostgreSQL, or another release's migrations.
    :raises BackupBroken: when a file is not what was written.
    """
    if found.server > server:
        raise BackupOfAnotherVersion(f"The backup is of PostgreSQL {found.server}, this server is {server}.")
    applied, known = set(found.migrations), figures.known_migrations()
    if applied != known:
        differing = ", ".join(sorted(applied ^ known)[:3])
        raise BackupOfAnotherVersion(
            f"The backup was made by another release of Marquee (migrations differ: {differing}): restore it with that."
        )
    for file in filter(None, [found.dump, archive]):
        if not store.is_intact(file):
            raise BackupBroken(f"{file.name} is missing or not what was written: nothing was changed.")


def require_room(found: Manifest, live: sessions.Session, *, is_graft: bool = False) -> None:
    """Look whether a second database fits beside the live one: that of the backup, or a copy of the live one itself.

    :raises NoRoom: when it does not, as far as that can be known from here.
    """
    measured = 0 if is_graft else found.database_size
    room.require_for_database(live, needed=measured or room.size_of(live))


def fill(fresh: str, found: Manifest, *, server: int, now: datetime) -> None:
    """Load an empty database, compare it with the manifest, and end every session in it.

    :raises ToolFailed: when the dump cannot be loaded.
    :raises RestoreDiffers: when rows, sums, balances or migrations are others than were backed up.
    """
    tools.load(fresh, store.read(found.dump.name), server=server)
    with sessions.connect(fresh) as session:
        differing = _differing(session, found.figures)
        if figures.applied_migrations(session) != found.migrations:
            differing.append("its migrations")
        if figures.balances(session) != found.ledger:
            differing.append("the ledger's balances")
        session.execute("ANALYZE")
    _require_same(differing)
    _end_sessions(fresh, now)


def graft(fresh: str, found: Manifest, tables: Sequence[str], *, live: sessions.Session, now: datetime) -> None:
    """Make an empty database a copy of the live one in which some tables are those of a backup; end its sessions.

    Nobody may write to the live database meanwhile. Constraints and indexes come last, as PostgreSQL itself does it:
    whatever the rows of then and of now contradict each other in, it refuses.

    :raises ToolFailed: when a dump cannot be made or loaded.
    :raises TablesDoNotFit: when foreign keys or other constraints do not hold.
    :raises RestoreDiffers: when a table holds other rows than the backup's, or the live one's.
    :raises BooksUnbalanced: when the books have faults by it that the live ones have not.
    """
    name, server = live.info.dbname, live.info.server_version // 10_000
    for cut in (tools.Cut(section="pre-data"), tools.Cut(section="data", no_rows_of=tables)):
        tools.load(fresh, tools.dump(name, cut, server=server), server=server)
    tools.load(fresh, store.read(found.dump.name), server=server, rows_of=tables)
    try:
        tools.load(fresh, tools.dump(name, tools.Cut(section="post-data"), server=server), server=server)
    except ToolFailed as refused:
        raise TablesDoNotFit from refused
    expected = figures.measure(live) | {table: found.figures[table] for table in tables}
    with sessions.connect(fresh) as session:
        databases.raise_sequences(session, tables)
        session.execute("ANALYZE")
        _require_same(_differing(session, expected))
    was_wrong = _faults(now)
    with sessions.orm_moved_to(fresh):
        if _faults(now) - was_wrong:
            raise BooksUnbalanced
    _end_sessions(fresh, now)


def _faults(now: datetime) -> set[str]:
    return {str(fault) for fault in faults(settled_before=now - UNSETTLED_FOR)}


def _differing(session: sessions.Session, expected: figures.Figures) -> list[str]:
    counted = figures.measure(session)
    return sorted(table for table in counted.keys() | expected if counted.get(table) != expected.get(table))


def _require_same(differing: Sequence[str]) -> None:
    if differing:
        raise RestoreDiffers(f"What was restored differs from the backup in {', '.join(differing[:3])}.")


def _end_sessions(fresh: str, now: datetime) -> None:
    with sessions.orm_on(fresh) as restored:
        Session.objects.using(restored).filter(revoked_at=None).update(revoked_at=now)
        BrowserSession.objects.using(restored).all().delete()
