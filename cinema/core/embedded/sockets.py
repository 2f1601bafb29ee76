"""Folders for Unix sockets: beside the data, unless the path is too long for one or hard to write in a URL."""

import hashlib
import os
import re
from pathlib import Path

from cinema.core.embedded.processes import OURSELVES, Identity

LONGEST = 107 - len("/.s.PGSQL.5432")  # bytes that sockaddr_un leaves for the folder


def folder(beside: Path, *, identity: Identity = OURSELVES) -> Path:
    """Return a private folder for a socket.

    :raises PermissionError: if the short folder in /tmp belongs to somebody else.
    """
    if len(os.fsencode(beside)) <= LONGEST and re.fullmatch(r"[\w./-]+", str(beside), re.ASCII):
        return beside
    short = Path("/tmp") / f"marquee-{short_name(beside)}"  # noqa: S108  # owner checked below
    short.mkdir(mode=0o700, exist_ok=True)
    if short.is_symlink() or short.stat().st_uid not in {os.geteuid(), identity.uid}:
        raise PermissionError(f"{short} belongs to somebody else: remove it.")
    identity.own(short)
    return short


def short_name(path: Path) -> str:
    """Name a folder for one user and one path."""
    return f"{os.geteuid()}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:12]}"
