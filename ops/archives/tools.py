"""PostgreSQL's own `pg_dump` and `pg_restore`: what they read and write passes through us and is never whole in memory.

How to reach the server, the password above all, is told by the environment: a command line is everybody's to read.
"""

import logging
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.client import DatabaseClient

from cinema.core.embedded import binaries
from cinema.core.embedded.processes import CLEAN_ENVIRONMENT
from ops.errors import ToolFailed, ToolsMissing

logger = logging.getLogger(__name__)

CHUNK = 1 << 20
_LONGEST_LINE = 300
_TIMEOUT_SINCE, _UNKNOWN = 17, '"transaction_timeout"'


@dataclass(frozen=True)
class Cut:
    """What of a database pg_dump takes: all of it, as it is now, unless something else is said."""

    snapshot: str = ""  # as it was when this was exported
    tables: Sequence[str] = ()  # only these
    section: str = ""  # pre-data, data or post-data
    no_rows_of: Sequence[str] = ()

    def options(self) -> list[str]:
        """Write it as options of pg_dump."""
        asked = [f"--snapshot={self.snapshot}"] if self.snapshot else []
        asked += [f"--section={self.section}"] if self.section else []
        asked += [f'--table=public."{table}"' for table in self.tables]
        return asked + [f'--exclude-table-data=public."{table}"' for table in self.no_rows_of]


def dump(database: str, cut: Cut, *, server: int) -> Iterator[bytes]:
    """Read a database, or a cut of it, in pg_dump's custom format.

    :raises ToolsMissing: when no pg_dump fits the server's major version.
    :raises ToolFailed: after the last chunk, when pg_dump was not content.
    """
    command = [
        _tool("pg_dump", server),
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        "--lock-wait-timeout=60s",
        *cut.options(),
    ]
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603  # our own command
            command, env=_environment(database), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints
        )
        try:
            assert process.stdout  # noqa: S101  # it is a pipe
            yield from iter(lambda: process.stdout.read(CHUNK), b"")  # type: ignore[union-attr]  # likewise
        finally:
            process.stdout.close()  # type: ignore[union-attr]  # opened as a pipe above
            code = process.wait()
        _require_success("pg_dump", code, complaints)


def load(database: str, chunks: Iterator[bytes], *, server: int, rows_of: Sequence[str] = ()) -> None:
    """Fill an empty database from a dump, or `rows_of` some tables; roles and grants stay those of the server.

    A newer pg_restore sets a parameter that servers before PostgreSQL 17 do not know: no other fault is endured.

    :raises ToolsMissing: when no pg_restore fits the server's major version.
    :raises ToolFailed: when a statement fails.
    """
    tool = _tool("pg_restore", server)
    endures = _UNKNOWN if server < _TIMEOUT_SINCE <= binaries.major_version(Path(tool).parent, "pg_restore") else ""
    command = [
        tool,
        *([] if endures else ["--exit-on-error"]),
        "--no-owner",
        "--no-privileges",
        "--no-comments",  # that of an extension belongs to whoever owns the server
        f"--dbname={database}",
        *(["--data-only", "--schema=public"] if rows_of else []),
        *[f"--table={table}" for table in rows_of],
    ]
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603  # our own command
            command, env=_environment(database), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complaints
        )
        try:
            with suppress(BrokenPipeError), process.stdin:  # type: ignore[union-attr]  # it is a pipe
                for chunk in chunks:
                    process.stdin.write(chunk)  # type: ignore[union-attr]  # opened as a pipe above
        finally:
            code = process.wait()
        _require_success("pg_restore", code, complaints, but=endures)


def _tool(name: str, server: int) -> str:
    try:
        return str(binaries.client_tools(server) / name)
    except binaries.NoBinaries as missing:
        raise ToolsMissing(str(missing)) from missing


def _environment(database: str) -> dict[str, str]:
    settings = connections[DEFAULT_DB_ALIAS].settings_dict
    _, secrets = DatabaseClient.settings_to_cmd_args_env(settings, [])
    place = {"PGHOST": settings["HOST"], "PGPORT": str(settings["PORT"]), "PGUSER": settings["USER"]}
    named = {name: value for name, value in place.items() if value}
    return {**CLEAN_ENVIRONMENT, **(secrets or {}), **named, "PGDATABASE": database}


def _require_success(tool: str, code: int, complaints: IO[bytes], *, but: str = "") -> None:
    if code == 0:
        return
    complaints.seek(0)
    lines = complaints.read(64 * 1024).decode(errors="replace").splitlines()
    faults = [line for line in lines if "error:" in line]  # the lines after each may quote data
    if but and len(faults) == 1 and but in faults[0]:
        return
    first = next(iter(faults), "")
    logger.error("%s ended with %s: %s", tool, code, first[:_LONGEST_LINE])
    raise ToolFailed(f"{tool} failed (exit code {code}): the log says why.")
