"""Room for what is about to be written, looked at before: a disk that fills up stops the live database too."""

import shutil
from pathlib import Path

from django.core.files.storage import FileSystemStorage
from django.template.defaultfilters import filesizeformat

from ops.archives import store
from ops.archives.sessions import Session
from ops.errors import NoRoom


def size_of(session: Session) -> int:
    """Say how many bytes a database takes on its server; a fresh copy takes that or less."""
    row = session.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


def require_for_database(live: Session, *, needed: int) -> None:
    """Look whether another database of so many bytes fits beside the live one; a server elsewhere is not asked.

    :raises NoRoom: when it does not.
    """
    folder = _data_of(live)
    if folder:
        _require(folder, needed, "where PostgreSQL keeps its data")


def require_for_backup(*, needed: int) -> None:
    """Look whether files of so many bytes fit where backups are kept; a storage that is no disk of ours is not asked.

    :raises NoRoom: when they do not.
    """
    storage = store.backup_storage()
    if isinstance(storage, FileSystemStorage):
        _require(Path(storage.location), needed, "where backups are kept")


def _require(folder: Path, needed: int, where: str) -> None:
    there = next(place for place in (folder, *folder.parents) if place.exists())  # it is made with its first file
    free = shutil.disk_usage(there).free
    if free < needed:
        raise NoRoom(
            f"About {filesizeformat(needed)} are needed {where}, {filesizeformat(free)} are free. {NoRoom.message}"
        )


def _data_of(live: Session) -> Path | None:
    """Find the server's folder where it is on this machine for sure, and we may know it."""
    if not live.info.host.startswith("/"):  # by TCP even `localhost` may be a container's
        return None
    row = live.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'").fetchone()
    return Path(row[0]) if row and row[0] and Path(row[0]).exists() else None
