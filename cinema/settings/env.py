"""Typed readers of the environment: a malformed value stops the boot, a missing one has a stated default."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    environ.Env.read_env(BASE_DIR / ".env")


def embedded(name: str, default: str) -> str:
    """Read a server's URL from the environment, else from what a running `make run` published, else the default."""
    published = BASE_DIR / ".local" / "env"
    lines = published.read_text().splitlines() if published.is_file() else []
    return env.str(name, dict(line.split("=", 1) for line in lines).get(name, default))


def database(url: str) -> dict[str, Any]:
    """Read a PostgreSQL URL; `postgresql://postgres@%2Fdirectory/name` means a Unix socket in that directory.

    :raises ImproperlyConfigured: when the URL names another engine.
    """
    config: dict[str, Any] = environ.Env.db_url_config(url)
    if config.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must be a postgresql:// URL: the schema relies on its constraints.")
    config["HOST"] = unquote(config["HOST"])
    return config
