"""What a request says of itself before any code of ours is asked: Django looks up whatever codec it names, and some are traps."""

from typing import IO, Any

from django.core.exceptions import BadRequest
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

CONTENT_TYPE = "CONTENT_TYPE"


def plain_type(content_type: str) -> str:
    """Keep the type and the boundary of a Content-Type: all text is UTF-8 here, whatever else is claimed."""
    kind, *more = (part.strip() for part in content_type.split(";"))
    return "; ".join([kind, *(part for part in more if part.lower().startswith("boundary="))])


class _Forms:
    """Reads forms with files; a part whose header names a codec that is none makes a bad request."""

    def parse_file_upload(self, *args: Any) -> Any:
        try:
            return super().parse_file_upload(*args)  # type: ignore[misc]  # of the request that this is mixed into
        except LookupError:
            raise BadRequest("The form cannot be read.") from None


class WsgiRequest(_Forms, WSGIRequest):
    def __init__(self, environ: dict[str, Any]) -> None:
        super().__init__(environ | {CONTENT_TYPE: plain_type(environ.get(CONTENT_TYPE, ""))})


class WsgiHandler(WSGIHandler):
    request_class = WsgiRequest


class AsgiRequest(_Forms, ASGIRequest):
    def __init__(self, scope: dict[str, Any], body_file: IO[bytes]) -> None:
        headers = [
            (name, plain_type(value.decode("latin-1")).encode("latin-1") if name == b"content-type" else value)
            for name, value in scope.get("headers", [])
        ]
        super().__init__({**scope, "headers": headers}, body_file)


class AsgiHandler(ASGIHandler):
    request_class = AsgiRequest
