"""Whole stacks under test: started as `make run` starts them, each in a folder of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cinema.core.embedded.bootstrap import ROOT
from tests.conftest import eventually
from tests.stack.mail_server import MailServer

SERVE = [sys.executable, "-m", "cinema.core.embedded", "serve"]


class Stack:
    """A supervisor in a folder, what it has said, and the processes that belong to it."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.output = home.parent / f"{time.monotonic_ns()}.out"
        left_out = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST"}
        env = {name: value for name, value in os.environ.items() if name not in left_out}
        self.env = {**env, "MARQUEE_HOME": str(home), "MEDIA_ROOT": str(home / "media"), "PORT": "0", **settings}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                SERVE, cwd=ROOT, env=self.env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )

    @property
    def said(self) -> str:
        return self.output.read_text(errors="replace")

    @property
    def site(self) -> str:
        return re.findall(r"http://localhost:\d+", self.said)[0]

    def serves(self, *, within: float = 150) -> bool:
        """Wait for the welcome, or for an early end."""
        eventually(lambda: "Marquee is open" in self.said or self.process.poll() is not None, within=within)
        return "Ctrl-C stops" in self.said

    def says(self, words: str, *, within: float = 30) -> bool:
        return eventually(lambda: words in self.said, within=within)

    def ends(self, *, within: float = 40) -> int:
        return self.process.wait(within)

    def processes(self) -> dict[int, str]:
        """Find every process that was started for this folder, whoever its parent is now."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes()
                mark = command + b"\0" + (entry / "environ").read_bytes()
            except OSError:
                continue
            if command and os.fsencode(self.home) in mark:
                found[int(entry.name)] = command.replace(b"\0", b" ").decode()
        return found

    def pid_of(self, words: str) -> int:
        """Find the first process of a kind: a master is older than its workers."""
        return min(pid for pid, command in self.processes().items() if words in command)

    def leaves_nothing(self, *, within: float = 20) -> bool:
        return eventually(lambda: not self.processes(), within=within)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(40)


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose database is made and filled once; every stack of the session starts on it."""
    return tmp_path_factory.mktemp("stack") / "home"


@pytest.fixture
def start(shared_home: Path) -> Iterator[Callable[..., Stack]]:
    """Start a stack, by default on the shared folder; whatever a test leaves running is ended after it."""
    stacks: list[Stack] = []

    def start(home: Path = shared_home, **settings: str) -> Stack:
        stacks.append(Stack(home, **settings))
        return stacks[-1]

    yield start
    for stack in stacks:
        stack.close()
    for left in {pid for stack in stacks for pid in stack.processes()}:
        os.kill(left, signal.SIGKILL)


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder under /tmp that everybody may enter, as pytest's own is not."""
    folder = Path(f"/tmp/marquee-stack-{os.getpid()}-{time.monotonic_ns()}")  # noqa: S108
    folder.mkdir(mode=0o711)
    yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=True)


@pytest.fixture
def post() -> Iterator[MailServer]:
    """Where a stack may send its mail (`start(**post.settings)`)."""
    with MailServer.running() as server:
        yield server
