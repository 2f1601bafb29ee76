"""A PostgreSQL server of our own: a cluster in a folder, run in the foreground, reached by a Unix socket only."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from cinema.core.embedded import binaries, processes, sockets
from cinema.core.embedded.bootstrap import say
from cinema.core.embedded.processes import CannotStart

NAME = "marquee"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "jit": "off",
    "logging_collector": "off",
    "log_timezone": "UTC",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
BUILTIN_LOCALES_SINCE = 17


class Postgres:
    """One cluster under `home`, a folder per major version, so that naming another PostgreSQL never meets its files."""

    def __init__(self, home: Path, *, durable: bool = True, keep: tuple[int, ...] = ()) -> None:
        self._keep = keep
        self._process: subprocess.Popen[bytes] | None = None
        self.identity = processes.unprivileged()
        self._bin = binaries.postgres()
        self._version = binaries.major_version(self._bin)
        self._bin = binaries.reachable(self._bin, self.identity)
        self._home = home
        self.place = self._reachable_home(home / f"postgres-{self._version}")
        self._data = self.place / "data"
        self._sockets = sockets.folder(self.place, identity=self.identity)
        self._settings = SETTINGS | ({} if durable else NOT_DURABLE)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@{quote(str(self._sockets), safe='')}/{NAME}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self, *, within: float = 60) -> None:
        """Make the cluster if there is none, run the server, wait until it answers, and make the database.

        :raises CannotStart: if it ends or does not answer `within` so many seconds; the end of its log says why.
        """
        try:
            self._make_cluster()
            self._end_predecessor()
            self._launch(within)
            if self.query("select 1 from pg_database where datname = '" + NAME + "'", database="postgres") != "1":
                self._client("createdb", NAME)
        except subprocess.CalledProcessError as failure:
            raise CannotStart("PostgreSQL", f"{failure}\n{failure.stderr}") from failure

    def poll(self) -> int | None:
        """Return the exit code of a server that ended, None while it runs."""
        return self._process.poll() if self._process else None

    def stop(self) -> None:
        """Shut down fast: sessions are ended, the data is complete on disk."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
        if self._sockets != self.place:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def query(self, sql: str, *, database: str = NAME) -> str:
        """Ask the server by `psql`, for the few questions that come before Django."""
        return self._client("psql", "--no-psqlrc", "-tA", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql)

    def _client(self, program: str, *arguments: str) -> str:
        return processes.run([self._bin / program, "-h", self._sockets, "-U", "postgres", *arguments])

    def _reachable_home(self, place: Path) -> Path:
        """Return the folder, or one in /var/tmp where `nobody` cannot enter the clone (root's home, mode 0700)."""
        place.mkdir(parents=True, exist_ok=True)
        self.identity.own(place)
        try:
            processes.run(["/bin/sh", "-c", 'cd "$1" && test -w .', "-", place], identity=self.identity)
            return place
        except subprocess.CalledProcessError:
            pass
        name = f"marquee-{sockets.short_name(place)}"
        elsewhere = Path("/var/tmp") / name  # noqa: S108  # owner checked below
        elsewhere.mkdir(mode=0o700, exist_ok=True)
        if elsewhere.is_symlink() or elsewhere.stat().st_uid not in {os.geteuid(), self.identity.uid}:
            raise PermissionError(f"{elsewhere} belongs to somebody else: remove it.")
        self.identity.own(elsewhere)
        say(f"PostgreSQL must not run as root here, and nobody else may enter this folder: its data is in {elsewhere}")
        return elsewhere

    def _make_cluster(self) -> None:
        if (self._data / "PG_VERSION").exists():
            self.identity.own(self._data)
            return
        self._tell_of_others()
        unfinished = self.place / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if self._version < BUILTIN_LOCALES_SINCE:
            locale = ["--locale=C.UTF-8"]
        processes.run(
            [self._bin / "initdb", "-D", unfinished, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N", *locale],
            identity=self.identity,
        )
        unfinished.rename(self._data)  # a killed initdb never leaves half a cluster behind

    def _tell_of_others(self) -> None:
        """Say where the data of another major version stays: an empty database must not look like a lost one."""
        for other in sorted(self._home.glob("postgres-*/data/PG_VERSION")):
            said = f"Data of PostgreSQL {other.read_text().strip()} stays in {other.parents[1]}"
            say(f"{said}; {self._version} begins with a database of its own: docs/operations.md, Upgrade.")

    def _end_predecessor(self) -> None:
        """Stop a server that outlived its supervisor (our caller holds the lock, so it is nobody's) and forget its pid.

        PostgreSQL itself would refuse to start while the pid in its lock files belongs to anybody, even to a zombie.
        """
        pid_file = self._data / "postmaster.pid"
        end = time.monotonic() + 20
        while (pid := _first_number(pid_file)) and self._serves(pid):
            if time.monotonic() > end:
                raise CannotStart("PostgreSQL", f"An earlier server (pid {pid}) does not end.")
            os.kill(pid, signal.SIGINT)
            time.sleep(0.1)
        for left in (pid_file, self._sockets / ".s.PGSQL.5432.lock"):
            left.unlink(missing_ok=True)

    def _serves(self, pid: int) -> bool:
        """Say whether a process is a server of this cluster, and not another that was given its number."""
        if processes.LINUX:
            try:
                return os.readlink(f"/proc/{pid}/cwd") == str(self._data)
            except OSError:
                return False
        listed = subprocess.run(["/bin/ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True)  # noqa: S603  # a fixed command, and a number
        return str(self._data) in listed.stdout

    def _launch(self, within: float) -> None:
        settings = self._settings | {"unix_socket_directories": str(self._sockets)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self._log.open("ab") as log:
            self._process = processes.spawn(
                [self._bin / "postgres", "-D", self._data, *options],
                identity=self.identity,
                log=log,
                dies_by=signal.SIGINT,
                keep=self._keep,
            )
        end = time.monotonic() + within
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > end:
                raise CannotStart("PostgreSQL", self._log.read_text(errors="replace")[-1500:])
            time.sleep(0.01)

    @property
    def _log(self) -> Path:
        return self.place / "log"

    def _ready(self) -> bool:
        """Read the file in which the server says how far it is: its pid on the first line, its state on the eighth."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"


def _first_number(file: Path) -> int | None:
    try:
        return int(file.read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None
