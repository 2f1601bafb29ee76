"""`make run`: the servers, the database, the site, the worker and the clock, in the foreground, until Ctrl-C."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from types import FrameType

from cinema.core import demo
from cinema.core.embedded import database
from cinema.core.embedded.bootstrap import Failed, Ticker, say
from cinema.core.embedded.children import Child, Keeper
from cinema.core.embedded.services import ADDRESSES, HOME, Services, lock, read_dotenv

STARTUP = 60.0  # seconds
WORKER_OPTIONS = [
    "--pool",
    "threads",
    "--concurrency",
    "4",
    "--loglevel",
    "WARNING",
    "--without-gossip",
    "--without-mingle",
]
BEAT_OPTIONS = ["--pidfile=", "--loglevel", "WARNING"]
GRACE = 10.0  # seconds that requests and tasks may take to end


def serve() -> int:
    """Run everything until a signal; leave nothing behind and return 0.

    :raises Failed: if something cannot start.
    """
    started = time.monotonic()
    read_dotenv()
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    with contextlib.suppress(KeyboardInterrupt), lock() as held, _listener() as listener:
        _serve(held, listener, started)
    say("Stopped.")
    return 0


def _serve(held: int, listener: socket.socket, started: float) -> None:
    with Services(HOME, keep=(held,)) as services, _published(services.addresses):
        env = services.environment | {
            "DJANGO_SETTINGS_MODULE": "cinema.settings.local",
            "PORT": str(listener.getsockname()[1]),  # PORT=0 lets the system choose, and mails link to it
            "PYTHONUNBUFFERED": "1",
        }
        database.migrate(services.postgres, env=env)
        database.fill(services.postgres, env=env)
        children = _children(env, listener, held)
        try:
            _start(children, listener, env)
            _welcome(listener, filled=services.postgres is not None, seconds=time.monotonic() - started)
            _watch([Keeper(name, part) for name, part in {**services.parts, **children}.items()])
        finally:
            _stop(children)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Turn the first signal into KeyboardInterrupt; more of them must not disturb the stopping."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


@contextlib.contextmanager
def _listener() -> Iterator[socket.socket]:
    """Take the port before anything is started, and keep it while the web server restarts."""
    chosen = os.environ.get("PORT", "8000")
    if not chosen.isdigit() or int(chosen) > 65535:
        raise Failed(f"PORT={chosen} is not a port.")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", int(chosen)))
            listener.listen(2048)
        except OSError as refused:
            raise Failed(
                f"Port {chosen} cannot be used: {refused.strerror}. Choose another: PORT=8001 make run"
            ) from refused
        yield listener


@contextlib.contextmanager
def _published(addresses: dict[str, str]) -> Iterator[None]:
    """Write where the embedded servers are, for `manage.py` and `make shell` in another terminal."""
    ADDRESSES.write_text("".join(f"{name}={value}\n" for name, value in addresses.items()))
    try:
        yield
    finally:
        ADDRESSES.unlink(missing_ok=True)


def _children(env: dict[str, str], listener: socket.socket, held: int) -> dict[str, Child]:
    celery = [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "-A", "cinema"]
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:cinema.gunicorn", "cinema.wsgi"]
    return {
        "web": Child([*gunicorn, "--bind", f"fd://{listener.fileno()}"], env=env, keep=(held, listener.fileno())),
        "worker": Child([*celery, "worker", *WORKER_OPTIONS], env=env, keep=(held,)),
        "beat": Child([*celery, "beat", "-s", str(HOME / "beat"), *BEAT_OPTIONS], env=env, keep=(held,)),
    }


def _start(children: dict[str, Child], listener: socket.socket, env: dict[str, str]) -> None:
    """Start the parts and wait until the web server and the worker answer.

    :raises Failed: if one ends before, or they take too long.
    """
    for child in children.values():
        child.start()
    ping = subprocess.Popen([sys.executable, "-m", "cinema.core.embedded", "await-worker"], env=env)
    end = time.monotonic() + STARTUP
    try:
        with Ticker("Starting web server, worker and beat"):
            while not (ping.poll() == 0 and _answers(listener)):
                for name, child in children.items():
                    if child.poll() is not None:
                        raise Failed(f"{name} ended while starting; its last words are above.")
                if time.monotonic() > end:
                    raise Failed(f"No answer from the web server or the worker within {STARTUP:.0f} s.")
                time.sleep(0.05)
    finally:
        ping.kill()
        ping.wait()


def _answers(listener: socket.socket) -> bool:
    host, port = listener.getsockname()
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _welcome(listener: socket.socket, *, filled: bool, seconds: float) -> None:
    site = f"http://localhost:{listener.getsockname()[1]}"
    say(f"\nMarquee is open, {seconds:.1f} s after you asked.\n")
    for label, path in (("Site", "/"), ("API", "/docs"), ("Back office", "/admin/"), ("Health", "/health/ready")):
        say(f"  {label:<12} {site}{path}")
    if filled:
        say(f"\n  Log in with the password {demo.PASSWORD} as")
        for login in demo.LOG_INS:
            say(f"    {login}")
    say("\n  Ctrl-C stops all of it.\n")


def _watch(keepers: list[Keeper]) -> None:
    """Restart whatever ends, until a signal."""
    while True:
        for keeper in keepers:
            keeper.watch(now=time.monotonic())
        time.sleep(0.2)


def _stop(children: dict[str, Child]) -> None:
    """Let requests and tasks end, all parts at once."""
    for child in children.values():
        child.ask_to_stop()
    end = time.monotonic() + GRACE
    for child in children.values():
        child.end(by=end)
