"""Uploaded files and tickets as one tar, from and to whatever storage keeps them."""

import tarfile
from collections.abc import Iterator
from typing import cast

from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import Storage, default_storage

from ops.archives import store
from ops.errors import BackupBroken

_BLOCK = 512


def pack() -> Iterator[bytes]:
    """Write every file of the media storage as a tar stream."""
    for name in _names(default_storage, ""):
        with default_storage.open(name) as file:
            header = tarfile.TarInfo(name)
            header.size, header.mode = file.size, 0o600
            yield header.tobuf(tarfile.PAX_FORMAT)
            yield from _exactly(file, header.size)
        yield bytes(-header.size % _BLOCK)
    yield bytes(2 * _BLOCK)


def unpack(name: str, *, replacing: bool) -> int:
    """Put files of a tar back that are missing or, `replacing`, of another size; answers how many.

    :raises BackupBroken: when it is no tar, or names a place outside the media storage.
    """
    written = 0
    try:
        with store.backup_storage().open(name) as archive, tarfile.open(fileobj=archive, mode="r|") as members:
            for member in members:
                content = members.extractfile(member) if member.isreg() else None
                if content and _is_wanted(member, replacing=replacing):
                    default_storage.delete(member.name)
                    default_storage.save(member.name, File(content))
                    written += 1
    except (tarfile.TarError, SuspiciousFileOperation) as failure:
        raise BackupBroken("The tar of media files cannot be read.") from failure
    return written


def _is_wanted(member: tarfile.TarInfo, *, replacing: bool) -> bool:
    if not default_storage.exists(member.name):
        return True
    return replacing and default_storage.size(member.name) != member.size


def _names(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever uploaded
        return
    for file in sorted(files):
        yield f"{folder}{file}"
    for each in sorted(folders):
        yield from _names(storage, f"{folder}{each}/")


def _exactly(file: File, size: int) -> Iterator[bytes]:
    """Read as much as the header says, also of a file that grows; one that shrinks is filled with zeros."""
    while size > 0:
        chunk = cast("bytes", file.read(min(size, store.CHUNK))) or bytes(min(size, store.CHUNK))
        size -= len(chunk)
        yield chunk
