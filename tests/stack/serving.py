"""The web server alone, on the database of the test."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from cinema.core.embedded.bootstrap import ROOT
from tests.conftest import eventually
from tests.stack.shoppers import call
from tests.stack.test_kill_web import database_url


@contextmanager
def served(*, threads: int, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Serve by one process of so many threads; gives it and the site's address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        env = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "cinema.settings.test"}
        env |= {"WEB_WORKERS": "1", "WEB_THREADS": str(threads), **settings}
        command = [sys.executable, "-m", "gunicorn", "-c", "python:cinema.gunicorn", "cinema.wsgi"]
        command += ["--bind", f"fd://{listener.fileno()}"]
        with subprocess.Popen(command, cwd=ROOT, env=env, pass_fds=[listener.fileno()]) as process:
            site = f"http://127.0.0.1:{listener.getsockname()[1]}"
            try:
                assert eventually(lambda: call(site, "GET", "/health/live").status == 200, within=60)
                yield process, site
            finally:
                process.terminate()
