"""Make `.venv`, install what a command needs, and run it: `python3 bootstrap.py run|test|check|exec …`.

Run by a bare Python, so it imports nothing but the standard library and works on Python 3.11 and later; on an older one it says so,
for which even its syntax stays old.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
NEEDS = {"serve": ["requirements.txt"]}
NEEDS_FOR_DEVELOPERS = ["requirements.txt", "requirements-optimiser.txt", "requirements-dev.txt"]


class Failed(Exception):
    """A step could not be done; the message says what to do about it."""


def say(text: str) -> None:
    """Write one line for the person at the terminal, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Ticker:
    """Show that a step is alive: its title, the seconds so far and the last thing it said."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.detail = ""
        self._live = sys.stdout.isatty()
        self._started = time.monotonic()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Ticker:
        self._thread.start()
        return self

    def __exit__(self, failure: object, *_: object) -> None:
        self._done.set()
        self._thread.join()
        seconds = time.monotonic() - self._started
        self._write(f"{self.title}: {'failed' if failure else 'done'} in {seconds:.1f} s", end="\n")

    def _tick(self) -> None:
        while not self._done.wait(0.5 if self._live else 2.0):
            seconds = time.monotonic() - self._started
            self._write(f"{self.title}: {seconds:.0f} s  {self.detail}"[:110], end="" if self._live else "\n")

    def _write(self, text: str, *, end: str) -> None:
        sys.stdout.write(("\r\x1b[2K" if self._live else "") + text + end)
        sys.stdout.flush()


def run_step(title: str, command: list[str], *, env: dict[str, str] | None = None) -> None:
    """Run a command, showing its progress; its output is shown only when it fails.

    :raises Failed: if the command fails.
    """
    lines: list[str] = []
    with Ticker(title) as ticker:
        with subprocess.Popen(  # noqa: S603  # our own commands
            command, cwd=ROOT, env=env, text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            try:
                for line in process.stdout or ():
                    lines.append(line)
                    ticker.detail = line.strip()
            except BaseException:
                process.terminate()
                raise
        if process.returncode != 0:
            raise Failed(f"{title} failed:\n\n{''.join(lines[-40:])}")


def require_python() -> None:
    """Name a Python that is too old, or one that Debian ships without its venv module.

    :raises Failed: if this Python cannot make the virtual environment.
    """
    version = "{}.{}".format(*sys.version_info[:2])
    if sys.version_info < OLDEST:
        wanted = "{}.{}".format(*OLDEST)
        raise Failed(f"Python {wanted} or newer is needed; this is {version} ({sys.executable}).\n"
                     f"If another one is installed: make {' '.join(sys.argv[1:2])} PYTHON=python{wanted}")  # fmt: skip
    try:
        __import__("ensurepip")
        __import__("venv")
    except ImportError:
        raise Failed(f"This Python has no venv module. On Debian and Ubuntu: apt-get install python{version}-venv")


def usable() -> bool:
    """Say whether `.venv` holds a Python that runs and is the version of this one."""
    probe = [str(PYTHON), "-c", "import sys; sys.exit(sys.version_info[:2] < (3, 11))"]
    try:
        return subprocess.call(probe, stderr=subprocess.DEVNULL) == 0  # noqa: S603  # our own command
    except OSError:
        return False


def install(requirements: list[str]) -> None:
    """Make `.venv` hold the pinned requirements; does nothing when it already does.

    :raises Failed: if pip or venv fail.
    """
    digest = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in requirements)).hexdigest()
    stamp = VENV / f".installed-{Path(requirements[-1]).stem}"
    (ROOT / ".local").mkdir(exist_ok=True)
    with (ROOT / ".local" / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make run` and `make test` may start together
        if not usable():
            require_python()
            run_step("Making .venv", [sys.executable, "-m", "venv", "--clear", str(VENV)])
        if stamp.is_file() and stamp.read_text() == digest:
            return
        pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--no-color"]
        run_step(f"Installing {requirements[-1]}", [*pip, "--progress-bar", "off", "-r", str(ROOT / requirements[-1])])
        stamp.write_text(digest)


def main(arguments: list[str]) -> None:
    """Install what the command needs, then become it."""
    command = arguments[0] if arguments else "serve"
    try:
        if not usable():
            require_python()
        install(NEEDS.get(command, NEEDS_FOR_DEVELOPERS))
    except Failed as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit(130)
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "cinema.core.embedded", command, *arguments[1:]])  # noqa: S606  # our own interpreter, without a shell


if __name__ == "__main__":
    main(sys.argv[1:])
