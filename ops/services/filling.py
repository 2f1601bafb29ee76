"""A fresh database made from a backup: judged before, loaded, compared with the manifest."""

from datetime import datetime

from django.contrib.sessions.models import Session as BrowserSession

from accounts.models import Session
from ops.archives import figures, sessions, store, tools
from ops.archives.manifest import Manifest
from ops.archives.store import Stored
from ops.errors import BackupBroken, BackupOfAnotherVersion, RestoreDiffers


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


def fill(fresh: str, found: Manifest, *, server: int, now: datetime) -> None:
    """Load an empty database, compare it with the manifest, and end every session in it.

    :raises ToolFailed: when the dump cannot be loaded.
    :raises RestoreDiffers: when rows, sums, balances or migrations are others than were backed up.
    """
    tools.load(fresh, store.read(found.dump.name), server=server)
    with sessions.connect(fresh) as session:
        counted, migrations = figures.measure(session), figures.applied_migrations(session)
        ledger = figures.balances(session)
        session.execute("ANALYZE")
    differing = sorted(
        table for table in counted.keys() | found.figures if counted.get(table) != found.figures.get(table)
    )
    if migrations != found.migrations:
        differing.append("its migrations")
    if ledger != found.ledger:
        differing.append("the ledger's balances")
    if differing:
        raise RestoreDiffers(f"What was restored differs from the backup in {', '.join(differing[:3])}.")
    with sessions.orm_on(fresh) as restored:
        Session.objects.using(restored).filter(revoked_at=None).update(revoked_at=now)
        BrowserSession.objects.using(restored).all().delete()
