"""What a client claims about its bytes, through the handler that the web server calls: Django reads it before any middleware."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from cinema.core.requests import AsgiRequest, WsgiHandler, plain_type
from cinema.settings.env import BASE_DIR


def status_of(method: str, path: str, *, kind: str, query: str = "", body: bytes = b"") -> int:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": kind,
    }
    environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body), "HTTP_HOST": "localhost"}
    setup_testing_defaults(environ)
    said: list[str] = []
    start: Any = lambda status, headers: said.append(status)  # noqa: E731  # the server's part in it
    WsgiHandler()(environ, start).close()
    return int(said[0][:3])


@pytest.fixture
def server(db) -> Iterator[None]:
    """Keep the handler from closing the connection that holds the test's transaction, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


TRAPS = ["charset=hex", "charset=undefined", "charset=idna", "charset=utf-16", "charset=nonsense", "a*=hex''%41"]


@pytest.mark.usefixtures("server")
class TestWhatAClientClaims:
    @pytest.mark.parametrize("claim", TRAPS)
    def test_breaks_no_address(self, claim):
        for path in ("/", "/movies/"):
            assert status_of("GET", path, query="search=%C3%A9%FF", kind=f"text/plain; {claim}") == 200

    @pytest.mark.parametrize("claim", TRAPS)
    def test_breaks_no_form(self, claim):
        form = b"email=nobody%40example.com&password=%C3%A9"
        kind = f"application/x-www-form-urlencoded; {claim}"
        assert status_of("POST", "/users/login", body=form, kind=kind) == 401
        assert status_of("POST", "/account/login", body=form, kind=kind) == 403  # no token

    @pytest.mark.parametrize("name", [b'name="a"', b"name*=hex''%41"])
    def test_breaks_no_form_with_parts(self, name):
        form = b"--x\r\nContent-Disposition: form-data; " + name + b"\r\n\r\n1\r\n--x--\r\n"
        answered = status_of("POST", "/account/login", body=form, kind="multipart/form-data; charset=hex; boundary=x")
        assert answered in (400, 403)


class TestPlainType:
    def test_keeps_type_and_boundary(self):
        assert plain_type("multipart/form-data; charset=hex; Boundary=x") == "multipart/form-data; Boundary=x"
        assert plain_type("application/json") == "application/json"
        assert plain_type("") == ""


class TestTheEntryPoints:
    def test_serve_by_these_handlers(self):
        for name in ("wsgi", "asgi"):
            assert f"application = {name.title()}Handler()" in (BASE_DIR / "cinema" / f"{name}.py").read_text()

    def test_read_the_same_through_either(self):
        headers = [(b"host", b"localhost"), (b"content-type", b"text/plain; charset=hex")]
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"q=%41", "headers": headers}
        assert AsgiRequest(scope, BytesIO()).GET["q"] == "A"
