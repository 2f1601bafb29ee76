"""Typed readers of the environment: a malformed value stops the boot, a missing one has a stated default."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]
SECRET_LENGTH = 50
SECRET_VARIETY = 12  # different characters

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    environ.Env.read_env(BASE_DIR / ".env")


def embedded(name: str, default: str) -> str:
    """Read a server's URL from the environment, else from what a running `make run` published, else the default."""
    published = BASE_DIR / ".local" / "env"
    lines = published.read_text().splitlines() if published.is_file() else []
    return env.str(name, "") or dict(line.split("=", 1) for line in lines).get(name, default)


def database(url: str) -> dict[str, Any]:
    """Read a PostgreSQL URL; `postgresql://postgres@%2Fdirectory/name` means a Unix socket in that directory.

    :raises ImproperlyConfigured: when the URL names another engine.
    """
    config: dict[str, Any] = environ.Env.db_url_config(url)
    if config.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must be a postgresql:// URL: the schema relies on its constraints.")
    config["ENGINE"] = "cinema.core.database"
    config["HOST"] = unquote(config["HOST"])
    return config


def cache_url(broker_url: str, *, shift: int = 8) -> str:
    """Name another of the broker's 16 databases, `shift` further: clearing the cache must not clear the queues."""
    parts = urlsplit(broker_url)
    if parts.scheme == "redis+socket":
        number = int(parse_qs(parts.query).get("virtual_host", ["0"])[0])
        return f"unix://{parts.path}?db={(number + shift) % 16}"
    number = int(parts.path.strip("/") or 0)
    return urlunsplit(parts._replace(path=f"/{(number + shift) % 16}"))


def flag(name: str, *, default: bool) -> bool:
    """Read yes or no.

    :raises ImproperlyConfigured: when it is neither.
    """
    value = env.str(name, "").lower()
    words = {
        "": default,
        "true": True,
        "1": True,
        "yes": True,
        "on": True,
        "false": False,
        "0": False,
        "no": False,
        "off": False,
    }
    if value not in words:
        raise ImproperlyConfigured(f"{name}={value} is neither true nor false.")
    return words[value]


def required(name: str) -> str:
    """Read what production cannot do without.

    :raises ImproperlyConfigured: when it is missing or empty.
    """
    value = env.str(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: production does not boot without it.")
    return value


def secret(name: str) -> str:
    """Read a secret long and mixed enough not to be guessed; the message never repeats it.

    :raises ImproperlyConfigured: when it is missing, short, monotonous, or one that stands in our own source.
    """
    return _strong(name, required(name))


def old_secrets(name: str) -> list[str]:
    """Read the secrets that were in use before, separated by commas: they are believed, so they are as strong.

    :raises ImproperlyConfigured: when one of them is weak.
    """
    return [_strong(name, value) for value in env.list(name, default=[])]


def _strong(name: str, value: str) -> str:
    weak = len(value) < SECRET_LENGTH or len(set(value)) < SECRET_VARIETY
    if weak or value.startswith(("local-only", "django-insecure")):
        raise ImproperlyConfigured(
            f"{name} is too weak: {SECRET_LENGTH} random characters at least. Make one with: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
    return value


def one_of(name: str, *words: str) -> str:
    """Read one of some words; the first is the default.

    :raises ImproperlyConfigured: when it is another.
    """
    value = env.str(name, "") or words[0]
    if value not in words:
        raise ImproperlyConfigured(f"{name}={value} is none of {', '.join(words)}.")
    return value


def tries(name: str, default: str) -> tuple[int, int]:
    """Read how often something may be tried within how many seconds, written `10/900`.

    :raises ImproperlyConfigured: when it is written otherwise.
    """
    value = env.str(name, "") or default
    most, slash, seconds = value.partition("/")
    if not (slash and most.isdecimal() and seconds.isdecimal() and int(most) and int(seconds)):
        raise ImproperlyConfigured(f"{name}={value} is not a number of tries and of seconds, such as 10/900.")
    return int(most), int(seconds)
