"""What every line of the log carries: which request, which job and whose, as ids; as text, or as JSON for machines."""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

REQUEST_ID = "marquee.request_id"  # in a request's META
current_request_id: ContextVar[str] = ContextVar("current_request_id", default="-")
current_task: ContextVar[str] = ContextVar("current_task", default="-")  # job and id
current_user_id: ContextVar[str] = ContextVar("current_user_id", default="-")


_ADDRESS = re.compile(r"(?<![\w.+-])(?!celery@)[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_QUOTED = re.compile(
    r"(?:DETAIL:|LINE \d+:|CONTEXT:).*?(?=\nTraceback |\n\nThe above|\n\nDuring handling|\Z)", re.DOTALL
)


def discreet(text: str) -> str:
    """Take out what libraries quote of people in what they raise: mail addresses, and rows and statements of PostgreSQL."""
    return _ADDRESS.sub("(address)", _QUOTED.sub("(…)", text))


class ContextFilter(logging.Filter):
    """Put the ids of what is being served on every log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)  # Django tells of an answer when every middleware is through
        record.request_id = getattr(request, "META", {}).get(REQUEST_ID, current_request_id.get())
        record.task = current_task.get()
        record.user_id = current_user_id.get()
        return True


class FaultsOnly(logging.Filter):
    """Leave out what Django says of our 503: it calls an answer with Retry-After a fault, once for everybody who asks."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", 0) != 503


class LineFormatter(logging.Formatter):
    """One line, and the traceback below it, of which nothing tells who somebody is."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object per line; `extra={"facts": {…}}` adds fields of its own."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": discreet(record.getMessage()),
        }
        for name in ("request_id", "task", "user_id"):
            value = getattr(record, name, "-")
            if value != "-":
                line[name] = value
        line.update(getattr(record, "facts", {}))
        if record.exc_info:
            line["exception"] = discreet(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def reporting_to(handler: str, config: dict[str, Any]) -> dict[str, Any]:
    """Send every error to a handler too, named by its dotted path; without one, leave the configuration as it is."""
    if not handler:
        return config
    reporter = {"class": handler, "level": "ERROR", "filters": ["context"]}
    root = config["root"]
    return {
        **config,
        "handlers": {**config["handlers"], "reporter": reporter},
        "root": {**root, "handlers": [*root["handlers"], "reporter"]},
    }


@contextmanager
def naming_task(task: str, headers: Mapping[str, object]) -> Iterator[None]:
    """Name the job, and the request that caused it, on every line that is logged meanwhile."""
    tokens = current_task.set(task), current_request_id.set(str(headers.get("request_id", "-")))
    try:
        yield
    finally:
        current_task.reset(tokens[0])
        current_request_id.reset(tokens[1])
