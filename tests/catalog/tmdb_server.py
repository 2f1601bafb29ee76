"""A server on this machine that speaks TMDB's JSON.

The shapes are those of TMDB's documentation, https://developer.themoviedb.org, under /docs/ and /reference/:
docs/search-and-query-for-details (fields of a search result), reference/search-movie (its envelope),
reference/movie-details, reference/movie-credits, reference/movie-release-dates, docs/append-to-response (credits and
release dates inside the details), docs/errors (codes 7, 11, 22, 25, 34 with their statuses), docs/image-basics.
The movie is made up.
"""

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-read-token"
KEY = "a-v3-key"
JPEG = b"\xff\xd8\xff\xe0" + b"poster" * 100
PNG = b"\x89PNG\r\n\x1a\n" + b"backdrop" * 100

MONSOON: dict[str, Any] = {
    "adult": False,
    "backdrop_path": "/backdrop-1.png",
    "genres": [{"id": 18, "name": "Drama"}, {"id": 10749, "name": "Romance"}],
    "id": 4711,
    "imdb_id": "tt0004711",
    "original_language": "hi",
    "original_title": "मानसून",
    "overview": "It rains.",
    "popularity": 12.5,
    "poster_path": "/poster1.jpg",
    "release_date": "2026-06-01",
    "runtime": 131,
    "spoken_languages": [
        {"english_name": "English", "iso_639_1": "en", "name": "English"},
        {"english_name": "Hindi", "iso_639_1": "hi", "name": "हिन्दी"},
        {"english_name": "", "iso_639_1": "ta", "name": "தமிழ்"},
    ],
    "status": "Released",
    "title": "Monsoon",
    "video": False,
    "vote_average": 7.3,
    "vote_count": 812,
    "credits": {
        "cast": [
            {"id": 1, "name": "Asha", "character": "Meera", "order": 0, "profile_path": "/asha.jpg"},
            {"id": 2, "name": "Ravi", "character": "", "order": 1, "profile_path": None},
        ],
        "crew": [
            {"id": 3, "name": "Gaffer One", "job": "Gaffer", "department": "Lighting", "profile_path": None},
            {"id": 4, "name": "Pia", "job": "Producer", "department": "Production", "profile_path": None},
            {"id": 5, "name": "Dev", "job": "Director", "department": "Directing", "profile_path": "/dev.jpg"},
        ],
    },
    "release_dates": {
        "results": [
            {"iso_3166_1": "DE", "release_dates": [{"certification": "12", "type": 3}]},
            {"iso_3166_1": "IN", "release_dates": [{"certification": "UA 13+", "type": 3}]},
            {"iso_3166_1": "US", "release_dates": [{"certification": "", "type": 1}]},
        ]
    },
}
FOUND = {
    "page": 1,
    "results": [
        {
            "adult": False,
            "backdrop_path": None,
            "genre_ids": [18],
            "id": 4711,
            "original_language": "hi",
            "original_title": "मानसून",
            "overview": "It rains.",
            "popularity": 12.5,
            "poster_path": "/poster1.jpg",
            "release_date": "2026-06-01",
            "title": "Monsoon",
            "video": False,
            "vote_average": 7.3,
            "vote_count": 812,
        },
        {"id": 4712, "title": "Monsoon, Unreleased", "overview": "", "poster_path": None},
    ],
    "total_pages": 1,
    "total_results": 2,
}


def failure(code: int, message: str) -> bytes:
    """Write an error as TMDB does."""
    return json.dumps({"success": False, "status_code": code, "status_message": message}).encode()


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    waits: bool = False  # for ever, or until the server stops
    stalls: bool = False  # in the middle of the body


NO_KEY = Answer(401, failure(7, "Invalid API key: You must be granted a valid key."))
NOT_FOUND = Answer(404, failure(34, "The resource you requested could not be found."))
BROKEN = Answer(500, failure(11, "Internal error: Something went wrong, contact TMDB."))


def too_many(retry_after: str) -> Answer:
    body = failure(25, "Your request count (#) is over the allowed limit of (40).")
    return Answer(429, body, {"Retry-After": retry_after})


class TmdbServer:
    """Answers what `next_answers` holds, one after the other, then what TMDB would; notes what it was asked."""

    def __init__(self) -> None:
        self.movie = copy.deepcopy(MONSOON)
        self.pictures = {"/poster1.jpg": ("image/jpeg", JPEG), "/backdrop-1.png": ("image/png", PNG)}
        self.next_answers: list[Answer] = []
        self.asked: list[str] = []
        self.stopped = Event()
        self.url = ""

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["TmdbServer"]:
        tmdb = cls()
        handler = type("Handler", (_Handler,), {"tmdb": tmdb})
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            tmdb.url = f"http://127.0.0.1:{server.server_port}"
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            try:
                yield tmdb
            finally:
                tmdb.stopped.set()
                server.shutdown()
                thread.join()

    def paths(self) -> list[str]:
        return [urlsplit(one).path for one in self.asked]

    def query(self) -> dict[str, str]:
        """Read the parameters of the last call."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.asked[-1]).query).items()}

    def answer(self, target: str, authorization: str | None) -> Answer:
        self.asked.append(target)
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        if self.next_answers:
            return self.next_answers.pop(0)
        if path.startswith("/t/p/w500/"):
            return self._picture(path.removeprefix("/t/p/w500"))
        if authorization != f"Bearer {TOKEN}" and query.get("api_key") != [KEY]:
            return NO_KEY
        return self._json(path)

    def _picture(self, path: str) -> Answer:
        kind, content = self.pictures.get(path, ("", b""))
        return Answer(200, content, {"Content-Type": kind}) if kind else Answer(404)

    def _json(self, path: str) -> Answer:
        if path == "/3/search/movie":
            return Answer(200, json.dumps(FOUND).encode())
        if path == f"/3/movie/{MONSOON['id']}":
            return Answer(200, json.dumps(self.movie).encode())
        return NOT_FOUND


class _Handler(BaseHTTPRequestHandler):
    tmdb: TmdbServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        answer = self.tmdb.answer(self.path, self.headers.get("Authorization"))
        if answer.waits:
            self.tmdb.stopped.wait(30)
            self.close_connection = True
            return
        headers = {"Content-Type": "application/json;charset=utf-8", "Connection": "close", **answer.headers}
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) + (100 if answer.stalls else 0)))
        self.end_headers()
        self.wfile.write(answer.body)
        if answer.stalls:
            self.tmdb.stopped.wait(30)
        self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Stay silent: a test looks at `asked`."""
