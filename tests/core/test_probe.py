import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cinema.core import probe


class _Site(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        asked_well = (self.path, self.headers["Host"]) == ("/health/ready", "cinema.example")
        self.send_response(self.status if asked_well else 400)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def site(monkeypatch) -> Iterator[type[_Site]]:
    with HTTPServer(("127.0.0.1", 0), _Site) as server:
        monkeypatch.setenv("BIND", f"0.0.0.0:{server.server_port}")
        monkeypatch.setenv("ALLOWED_HOSTS", ".cinema.example, www.cinema.example")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield _Site
        server.shutdown()


class TestMain:
    def test_is_content_when_the_site_is_ready_under_its_own_name(self, site):
        assert probe.main() == 0

    def test_is_not_when_the_site_is_not_ready(self, site, monkeypatch):
        monkeypatch.setattr(site, "status", 503)

        assert probe.main() == 1

    def test_is_not_when_nothing_answers(self, monkeypatch):
        monkeypatch.setenv("BIND", "127.0.0.1:1")

        assert probe.main() == 1
