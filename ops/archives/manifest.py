"""The description that lies beside a backup's files, as JSON: enough to judge and restore it without our database."""

import json
from dataclasses import asdict, dataclass, field

from django.core.exceptions import SuspiciousFileOperation

from ops.archives import store
from ops.archives.figures import Figures
from ops.archives.store import Stored
from ops.errors import BackupBroken

FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """What was backed up, when, from what, and what the files must be."""

    operation_id: str
    backup_id: str
    backup_type: str
    started_at: str  # ISO 8601
    completed_at: str
    server: int  # major version of PostgreSQL
    migrations: list[str]
    tables: list[str] | None  # None: all
    figures: Figures
    files: list[Stored]  # the dump, then perhaps the media
    notes: str = ""
    release: str = ""  # of Marquee
    database_size: int = 0  # bytes that it took on the server; 0: nobody had measured
    ledger: dict[str, str] = field(default_factory=dict)  # account → debits less credits
    format: int = FORMAT

    @property
    def dump(self) -> Stored:
        return self.files[0]

    @property
    def media(self) -> Stored | None:
        return self.files[1] if len(self.files) > 1 else None


def name_of(operation_id: str) -> str:
    """Name the manifest's file."""
    return f"{operation_id}/manifest.json"


def write(manifest: Manifest) -> None:
    """Write the manifest, last of a backup's files: without it they are no backup."""
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True)
    store.save(name_of(manifest.operation_id), iter([text.encode()]))


def load(operation_id: str) -> Manifest:
    """Read the manifest of a backup.

    :raises BackupBroken: when there is none, or none that we can read.
    """
    try:
        values = json.loads(b"".join(store.read(name_of(operation_id))))
        files = [Stored(**file) for file in values.pop("files")]
        found = Manifest(files=files, **values)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, SuspiciousFileOperation) as failure:
        raise BackupBroken("The backup's manifest is missing or cannot be read.") from failure
    if found.format != FORMAT or not files or found.operation_id != operation_id:
        raise BackupBroken("The backup's manifest is not one of this backup, or of a format unknown here.")
    return found
