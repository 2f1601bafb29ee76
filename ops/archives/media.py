"""Uploaded files and tickets as one tar, from and to whatever storage keeps them."""

import hashlib
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, cast

from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import Storage, default_storage

from ops.archives import store
from ops.errors import BackupBroken

_BLOCK = 512
_IN_MEMORY = 10_000_000  # bytes of a file that is put back; a larger one waits on disk


def pack() -> Iterator[bytes]:
    """Write every file of the media storage as a tar stream."""
    for name in _names(default_storage, ""):
        with suppress(FileNotFoundError), default_storage.open(name) as file:  # deleted since the folder was read
            header = tarfile.TarInfo(name)
            header.size, header.mode = file.size, 0o600
            yield header.tobuf(tarfile.PAX_FORMAT)
            yield from _exactly(file, header.size)
            yield bytes(-header.size % _BLOCK)
    yield bytes(2 * _BLOCK)


def unpack(name: str, *, replacing: bool) -> int:
    """Put files of a tar back that are missing or, `replacing`, not what they were; answers how many.

    :raises BackupBroken: when it is no tar, or names a place outside the media storage.
    """
    written = 0
    try:
        with store.backup_storage().open(name) as archive, tarfile.open(fileobj=archive, mode="r|") as members:
            for member in members:
                content = members.extractfile(member) if member.isreg() else None
                if content:
                    written += _put_back(member.name, content, replacing=replacing)
    except (tarfile.TarError, SuspiciousFileOperation) as failure:
        raise BackupBroken("The tar of media files cannot be read.") from failure
    return written


def _put_back(name: str, content: IO[bytes], *, replacing: bool) -> bool:
    is_there = default_storage.exists(name)
    if is_there and not replacing:
        return False
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as kept:
        shutil.copyfileobj(content, kept)
        if is_there and _is_same(name, kept):
            return False
        kept.seek(0)
        default_storage.delete(name)
        default_storage.save(name, File(kept))
    return True


def _is_same(name: str, kept: IO[bytes]) -> bool:
    with default_storage.open(name) as file:
        return _digest(file) == _digest(File(kept))


def _digest(file: File) -> bytes:
    digest = hashlib.sha256()
    for chunk in file.chunks(store.CHUNK):  # from the beginning
        digest.update(cast("bytes", chunk))
    return digest.digest()


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
