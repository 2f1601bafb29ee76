"""Pictures of movies in our storage: a name tells what they hold, so they never change under it."""

import hashlib
import re

FOLDER = "posters/"
LARGEST = 5 * 1024 * 1024  # bytes
NAME = re.compile(r"tmdb-[0-9]{1,10}-[0-9a-f]{16}\.(?P<suffix>jpg|png|webp)")
SUFFIX = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
TYPE = {suffix: kind for kind, suffix in SUFFIX.items()}


def kind_of(declared: str, content: bytes) -> str | None:
    """Tell the type of a picture, when its first bytes are of the type it claims to be."""
    kind = declared.partition(";")[0].strip().lower()
    starts = {
        "image/jpeg": content.startswith(b"\xff\xd8\xff"),
        "image/png": content.startswith(b"\x89PNG\r\n\x1a\n"),
        "image/webp": content.startswith(b"RIFF") and content[8:12] == b"WEBP",
    }
    return kind if starts.get(kind) else None


def name_of(tmdb_id: int, content: bytes, kind: str) -> str:
    """Name a picture by whose it is and what it holds."""
    return f"tmdb-{tmdb_id}-{hashlib.sha256(content).hexdigest()[:16]}.{SUFFIX[kind]}"


def type_of(name: str) -> str | None:
    """Tell the type of a picture of ours by its name; None when it is no such name."""
    match = NAME.fullmatch(name)
    return TYPE[match["suffix"]] if match else None
