"""The parts under the supervisor: processes of the site, and the keeper that restarts any part with back-off."""

import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import Protocol

from cinema.core.embedded import processes
from cinema.core.embedded.bootstrap import ROOT, say

STEADY = 30.0  # seconds after which a start counts as good and the back-off begins anew
LONGEST_PAUSE = 30.0


class Part(Protocol):
    """Anything that can be started, and looked at to see whether it has ended."""

    @property
    def pid(self) -> int | None: ...
    def start(self) -> None: ...
    def poll(self) -> int | None: ...


class Child:
    """One process of the site: web server, worker or beat."""

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str], keep: Sequence[int] = ()) -> None:
        self._command, self._env, self._keep = list(command), dict(env), tuple(keep)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process; what an earlier one left of its own children is killed first."""
        if self._process:
            processes.signal_group(self._process, signal.SIGKILL)
        self._process = processes.spawn(self._command, env=self._env, cwd=ROOT, keep=self._keep)

    def poll(self) -> int | None:
        """Return the exit code of a process that ended, None while it runs."""
        return self._process.poll() if self._process else None

    def ask_to_stop(self) -> None:
        """Begin an orderly end."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def end(self, *, by: float) -> None:
        """Wait for the end until the monotonic time `by`, then kill whatever is left."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.1, by - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"!! process {self.pid} does not end; killing it")
        processes.signal_group(self._process, signal.SIGKILL)
        self._process.wait()


class Keeper:
    """Watches one part; when it ends, says so and starts it again, each time after a longer pause."""

    def __init__(self, name: str, part: Part) -> None:
        self.name = name
        self.part = part
        self._pause = 1.0
        self._born = time.monotonic()
        self._due: float | None = None

    def watch(self, *, now: float) -> None:
        """Look once, at the monotonic time `now`."""
        code = self.part.poll()
        if code is None:
            return
        if self._due is None:
            if now - self._born > STEADY:
                self._pause = 1.0
            self._postpone(f"ended ({_reason(code)})", now)
        elif now >= self._due:
            self._restart(now)

    def _restart(self, now: float) -> None:
        try:
            self.part.start()
        except processes.CannotStart as failure:
            self._postpone(f"cannot start ({str(failure).splitlines()[-1]})", now)
        else:
            self._born, self._due = now, None
            say(f"!! {self.name} started again (pid {self.part.pid})")

    def _postpone(self, what: str, now: float) -> None:
        say(f"!! {self.name} {what}; starting it again in {self._pause:.0f} s")
        self._due = now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
