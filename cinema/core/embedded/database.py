"""What must be true of the database before the site starts: every migration applied, and demo data in a new embedded one."""

import hashlib
import sys
from collections.abc import Mapping

from cinema.core.embedded.bootstrap import ROOT, run_step
from cinema.core.embedded.postgres import Postgres


def migrate(postgres: Postgres | None, *, env: Mapping[str, str]) -> None:
    """Apply every migration; an embedded database that had them all at the last start is left alone.

    Django would take as long to find that out as the site takes to start.

    :raises Failed: if a migration fails.
    """
    stamp = postgres.place / "migrated" if postgres else None
    if postgres and stamp and stamp.is_file() and stamp.read_text() == _digest(postgres):
        return
    _manage("Migrating the database", "migrate", "--no-input", env=env)
    if postgres and stamp:
        stamp.write_text(_digest(postgres))


def fill(postgres: Postgres | None, *, env: Mapping[str, str]) -> None:
    """Load demo data into an embedded database that has no users; never into somebody else's.

    :raises Failed: if loading fails; nothing is left of it then.
    """
    if postgres and postgres.query("select exists (select from accounts_user)") == "f":
        _manage("Loading demo data", "demo_data", env=env)


def _digest(postgres: Postgres) -> str:
    """Summarise the migrations on disk, what else `migrate` depends on, and what the database says it has."""
    if postgres.query("select to_regclass('django_migrations') is not null") == "f":
        return ""
    applied = postgres.query("select app, name from django_migrations order by app, name")
    files = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("*/migrations/*.py"))
    others = [(ROOT / name).read_text() for name in ("requirements.txt", "accounts/roles.py")]
    text = "\n".join([applied, *files, *others])
    return hashlib.sha256(text.encode()).hexdigest()


def _manage(title: str, *arguments: str, env: Mapping[str, str]) -> None:
    run_step(title, [sys.executable, "manage.py", *arguments], env=dict(env))
