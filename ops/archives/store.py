"""Files of backups: behind Django's storage API, written and read as streams, measured on the way."""

import hashlib
import io
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from django.core.files import File
from django.core.files.storage import Storage, storages

CHUNK = 1 << 20


@dataclass(frozen=True)
class Stored:
    """A file as it was written."""

    name: str
    size: int  # bytes
    sha256: str


def backup_storage() -> Storage:
    """Name where backups are kept: the setting STORAGES["backups"], private."""
    return storages["backups"]


def save(name: str, chunks: Iterator[bytes]) -> Stored:
    """Write a stream to a file; what an earlier try left under its name goes first.

    Whatever the stream or the storage raises passes through, no file is left, and nobody goes on writing the stream.
    """
    storage = backup_storage()
    storage.delete(name)
    tap = _Tap(chunks)
    try:
        written = storage.save(name, File(io.BufferedReader(tap, CHUNK)))
    except BaseException:
        storage.delete(name)
        raise
    finally:
        tap.close()
    return Stored(name=written, size=tap.size, sha256=tap.digest.hexdigest())


def read(name: str) -> Iterator[bytes]:
    """Read a file in pieces."""
    with backup_storage().open(name) as file:
        yield from file.chunks(CHUNK)


def is_intact(stored: Stored) -> bool:
    """Say whether a file still is what was written, reading it to its end."""
    digest, size = hashlib.sha256(), 0
    if not backup_storage().exists(stored.name):
        return False
    for chunk in read(stored.name):
        digest.update(chunk)
        size += len(chunk)
    return (size, digest.hexdigest()) == (stored.size, stored.sha256)


class _Tap(io.RawIOBase):
    """A file made of chunks as they come, counted and summed while they pass."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = memoryview(b"")
        self.size = 0
        self.digest = hashlib.sha256()

    def close(self) -> None:
        if isinstance(self._chunks, Generator):
            self._chunks.close()
        super().close()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed wants any buffer
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self.digest.update(chunk)
            self.size += len(chunk)
            self._left = memoryview(chunk)
        taken = min(len(buffer), len(self._left))
        buffer[:taken], self._left = self._left[:taken], self._left[taken:]
        return taken
