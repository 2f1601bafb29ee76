"""The servers that a command needs: the ones that DATABASE_URL and REDIS_URL name, or our own for whichever is not named."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from environ import Env

from cinema.core.embedded.bootstrap import ROOT, Failed, say
from cinema.core.embedded.broker import Broker
from cinema.core.embedded.postgres import Postgres

HOME = Path(os.environ.get("MARQUEE_HOME", ROOT / ".local"))
ADDRESSES = HOME / "env"  # read by cinema.settings.env, so that `manage.py` finds the running servers
PATIENCE = 20.0  # seconds that what a killed supervisor left may take to end


class AlreadyRunning(Failed):
    """Another supervisor of this clone holds the lock."""


class Services:
    """The embedded servers of one home folder, started, and the environment that points at them."""

    def __init__(self, home: Path, *, durable: bool = True, keep: tuple[int, ...] = (), own: bool = False) -> None:
        given = {} if own else os.environ
        self.postgres = None if given.get("DATABASE_URL") else Postgres(home, durable=durable, keep=keep)
        self.broker = None if given.get("REDIS_URL") else Broker(home, durable=durable, keep=keep)

    @property
    def parts(self) -> "dict[str, Postgres | Broker]":
        named = {"PostgreSQL": self.postgres, "broker": self.broker}
        return {name: part for name, part in named.items() if part}

    @property
    def addresses(self) -> dict[str, str]:
        """What must be in the environment of whoever uses the embedded servers."""
        found = {}
        if self.postgres:
            found["DATABASE_URL"] = self.postgres.url
        if self.broker:
            found["REDIS_URL"] = self.broker.url
        return found

    @property
    def environment(self) -> dict[str, str]:
        return environment() | self.addresses

    def __enter__(self) -> "Services":
        try:
            for part in self.parts.values():
                part.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop what we started, the database last."""
        for part in reversed(self.parts.values()):
            part.stop()


def environment() -> dict[str, str]:
    """Copy our environment without the settings module that importing `cinema` chose: pytest must choose its own."""
    found = dict(os.environ)
    if found.get("DJANGO_SETTINGS_MODULE") == "cinema.settings.local":
        del found["DJANGO_SETTINGS_MODULE"]
    return found


def published() -> dict[str, str]:
    """Read where the running servers are."""
    return dict(line.split("=", 1) for line in ADDRESSES.read_text().splitlines())


def read_dotenv() -> None:
    """Take settings from `.env`; what the environment already says wins."""
    if (ROOT / ".env").is_file():
        Env.read_env(ROOT / ".env")


@contextlib.contextmanager
def lock(home: Path = HOME) -> Iterator[int]:
    """Hold the home folder for one supervisor; its servers inherit the lock, so it is free only when all are gone.

    :raises AlreadyRunning: if another supervisor holds it, or what one left behind does not end.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except PermissionError as refused:
        raise Failed(f"{refused.filename} is not writable: remove it, or run as the user it belongs to.") from refused
    try:
        _wait_for(descriptor)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def running() -> bool:
    """Say whether a supervisor of this clone runs."""
    try:
        pid = int((HOME / "lock").read_text())
        with (HOME / "lock").open() as probe:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _alive(pid)
    except (FileNotFoundError, ValueError):
        pass
    return False


def _wait_for(descriptor: int) -> None:
    end = time.monotonic() + PATIENCE
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode().strip()
        if holder.isdigit() and _alive(int(holder)):
            raise AlreadyRunning(
                f"Marquee is already running in this folder (pid {holder}). Stop it with Ctrl-C there."
            )
        if time.monotonic() > end:
            raise AlreadyRunning("Servers of an earlier run still hold .local/lock: end them, then try again.")
        if not told:
            say("Waiting for what an earlier run left behind to end …")
        told = True
        time.sleep(0.1)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
