"""The broker and shared cache: a Valkey of our own on a Unix socket, with an append-only file so that queued work survives."""

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from cinema.core.embedded import binaries, processes, sockets
from cinema.core.embedded.processes import CannotStart


class Broker:
    """One Valkey under `home`; it shares no port with anybody."""

    def __init__(self, home: Path, *, durable: bool = True, keep: tuple[int, ...] = ()) -> None:
        self._keep = keep
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._binary = binaries.broker()
        self._place = home / "broker"
        self._place.mkdir(parents=True, exist_ok=True)
        self._sockets = sockets.folder(self._place)
        self._socket = self._sockets / "valkey"

    @property
    def url(self) -> str:
        return f"redis+socket://{self._socket}?virtual_host=0"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self, *, within: float = 20) -> None:
        """Run the server and wait until it answers.

        :raises CannotStart: if it ends or does not answer `within` so many seconds.
        """
        log_file = self._place / "log"
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._place),
            "appendonly": "yes" if self._durable else "no",
            "appendfsync": "everysec",
            "save": "",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        with log_file.open("ab") as log:
            self._process = processes.spawn(
                [self._binary, *arguments], log=log, dies_by=signal.SIGTERM, keep=self._keep
            )
        end = time.monotonic() + within
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise CannotStart("The broker", log_file.read_text(errors="replace")[-1500:])
            time.sleep(0.01)

    def poll(self) -> int | None:
        """Return the exit code of a server that ended, None while it runs."""
        return self._process.poll() if self._process else None

    def stop(self) -> None:
        """Let it write what it holds, and end it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._sockets != self._place:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(str(self._socket))
                client.sendall(b"PING\r\n")
                return client.recv(5) == b"+PONG"
        except OSError:
            return False
