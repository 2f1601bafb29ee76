"""What must be true of the database before the site starts: every migration applied, and demo data in a new embedded one."""

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

from cinema.core.embedded.bootstrap import ROOT, run_step
from cinema.core.embedded.postgres import Postgres


def prepare(postgres: Postgres | None, *, env: Mapping[str, str]) -> None:
    """Migrate, and fill an empty embedded database with demo data; somebody else's database only ever gets migrations.

    :raises Failed: if a step fails.
    """
    if postgres is None:
        _manage("Migrating the database", "migrate", "--no-input", env=env)
        return
    unfinished = postgres.place / "demo.unfinished"
    if unfinished.exists():
        postgres.recreate_database()
    stamp = postgres.place / "migrated"
    if not _migrated(stamp, postgres):
        _manage("Migrating the database", "migrate", "--no-input", env=env)
        stamp.write_text(_digest(postgres))
    loader = ROOT / "ops" / "management" / "commands" / "demo_data.py"
    if loader.exists() and postgres.query("select exists (select from accounts_user)") == "f":
        unfinished.touch()
        _manage("Loading demo data", "demo_data", env=env)
    unfinished.unlink(missing_ok=True)


def _migrated(stamp: Path, postgres: Postgres) -> bool:
    """Compare with the last good migration instead of asking Django, which would take as long as starting the site."""
    return stamp.is_file() and stamp.read_text() == _digest(postgres)


def _digest(postgres: Postgres) -> str:
    """Summarise the migrations on disk, the libraries that bring others, and what the database says it has."""
    if postgres.query("select to_regclass('django_migrations') is not null") == "f":
        return ""
    applied = postgres.query("select app, name from django_migrations order by app, name")
    files = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("*/migrations/*.py"))
    text = "\n".join([applied, *files, (ROOT / "requirements.txt").read_text()])
    return hashlib.sha256(text.encode()).hexdigest()


def _manage(title: str, *arguments: str, env: Mapping[str, str]) -> None:
    run_step(title, [sys.executable, "manage.py", *arguments], env=dict(env))
