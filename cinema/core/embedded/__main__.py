"""`python -m cinema.core.embedded serve|test|check|exec`: what the Makefile calls, after `bootstrap.py` made `.venv`."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from celery import Celery

from cinema.core.embedded import checks, database, suites, supervisor
from cinema.core.embedded.binaries import NoBinaries
from cinema.core.embedded.bootstrap import ROOT, Failed
from cinema.core.embedded.processes import CannotStart
from cinema.core.embedded.services import HOME, Services, environment, lock, published, read_dotenv, running


def main(arguments: list[str]) -> int:
    """Do what is asked; a failure is one clear message and a non-zero exit."""
    asked = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return int(asked.do(asked))
    except KeyboardInterrupt:
        return 130
    except (Failed, CannotStart, NoBinaries, PermissionError) as failure:
        sys.stderr.write(f"\n{failure}\n")
        return 1


def _interrupt(*_: object) -> None:
    """End by SIGTERM as by Ctrl-C: servers are stopped and temporary folders removed on the way out."""
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cinema.core.embedded", description=__doc__)
    commands = parser.add_subparsers(required=True)
    commands.add_parser("serve", help="run the site").set_defaults(do=lambda _: supervisor.serve())
    commands.add_parser("check", help="every check that is not a test").set_defaults(do=lambda _: checks.run_all())
    test = commands.add_parser("test", help="run the tests", prefix_chars="\0")  # every option is pytest's
    test.add_argument("options", nargs=argparse.REMAINDER, help="for pytest")
    test.set_defaults(do=lambda asked: suites.run_all(asked.options))
    execute = commands.add_parser("exec", help="run a command with the servers up: the running ones, or for it alone")
    execute.add_argument("--fresh", action="store_true", help="empty servers in a temporary folder, whatever runs")
    execute.add_argument("--none", action="store_true", help="no servers at all")
    execute.add_argument("command", nargs=argparse.REMAINDER)
    execute.set_defaults(do=_exec)
    commands.add_parser("await-worker").set_defaults(do=_await_worker)
    return parser


def _exec(asked: argparse.Namespace) -> int:
    command = asked.command[1:] if asked.command[:1] == ["--"] else asked.command
    if asked.none:
        return _call(command, environment())
    if asked.fresh:
        with tempfile.TemporaryDirectory(prefix="marquee-") as folder, Services(Path(folder), own=True) as services:
            return _call(command, services.environment)
    read_dotenv()
    if running():
        return _call(command, environment() | published())
    with lock() as held, Services(HOME, keep=(held,)) as services:
        database.migrate(services.postgres, env=services.environment)
        return _call(command, services.environment)


def _call(command: list[str], env: dict[str, str]) -> int:
    path = os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", "")])
    return subprocess.call(command, cwd=ROOT, env={**env, "PATH": path})  # noqa: S603  # the caller's own command


def _await_worker(_asked: argparse.Namespace) -> int:
    """Return when a worker answers on the broker in REDIS_URL; whoever asks kills us when it has waited enough."""
    app = Celery(broker=os.environ["REDIS_URL"])
    while not app.control.ping(timeout=1.0, limit=1):
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
