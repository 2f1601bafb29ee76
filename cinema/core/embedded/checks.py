"""`make check`: everything that can be known without running a test, each step with its time, all of them even after a failure."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cinema.core.embedded.bootstrap import ROOT, say
from cinema.core.embedded.services import Services

BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
LINTER_OPTIONS = ["--no-cache", "--sql-analyser", "postgresql", "--quiet", "ok", "ignore"]


@dataclass(frozen=True)
class Check:
    """One command, and the settings it runs under."""

    name: str
    command: list[str]
    settings: Mapping[str, str] = field(default_factory=dict)

    def passes(self, servers: Mapping[str, str]) -> bool:
        """Run it, say how it went and how long it took."""
        started = time.monotonic()
        say(f"== {self.name}")
        env = {**os.environ, **servers, **self.settings}
        code = subprocess.call(self.command, cwd=ROOT, env=env)  # noqa: S603  # our own commands
        say(f"   {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - started:.1f} s\n")
        return code == 0


def run_all() -> int:
    """Run every check; 1 if one failed. Migrations are compared with a database, so there is an empty one."""
    with tempfile.TemporaryDirectory(prefix="marquee-check-") as folder:
        home = Path(folder)
        home.chmod(0o711)  # where PostgreSQL must run as `nobody`, it has to pass
        with Services(home, durable=False, own=True) as services:
            checks = _checks()
            failed = [check.name for check in checks if not check.passes(services.addresses)]
    say(f"{len(checks) - len(failed)} checks passed, {len(failed)} failed{': ' if failed else ''}{', '.join(failed)}")
    return int(bool(failed))


def production() -> dict[str, str]:
    """Make an environment in which production settings boot once servers are added, with secrets that are thrown away."""
    return {
        "DJANGO_SETTINGS_MODULE": "cinema.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "JWT_SIGNING_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "cinema.example",
        "SITE_URL": "https://cinema.example",
        "PAYMENT_GATEWAY": "none",
    }


def _checks() -> list[Check]:
    test = {"DJANGO_SETTINGS_MODULE": "cinema.settings.test"}
    return [
        Check("format", [str(BIN / "ruff"), "format", "--check", "."]),
        Check("lint", [str(BIN / "ruff"), "check", "."]),
        Check("types", [str(BIN / "mypy"), "."]),
        Check("layers", [str(BIN / "lint-imports")]),
        Check("migrations made", [*MANAGE, "makemigrations", "--check", "--dry-run"], test),
        Check("migrations safe", [*MANAGE, "lintmigrations", *LINTER_OPTIONS], test),
        Check("deployment", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], production()),
    ]
