"""The site as it is shipped, on a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def serving(*, complaints: int | None = None) -> Iterator[int]:
    """Run gunicorn as `make run` does, and hand out its port; what it complains of goes to a file descriptor."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "python:cinema.gunicorn", "cinema.wsgi"]
    server = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}"],
        env={**os.environ, "SITE_URL": f"http://127.0.0.1:{port}"},
        stdout=subprocess.DEVNULL,
        stderr=complaints,
        start_new_session=True,
    )
    try:
        _await(port, server)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise SystemExit("gunicorn did not start")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("gunicorn did not answer within 30 s")
