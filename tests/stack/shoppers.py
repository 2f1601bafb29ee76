"""Customers of a running site: they buy two seats at a time over HTTP, and remember every answer."""

import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Lock
from typing import Any

PAUSE = 1.5  # seconds between two orders of one customer
PATIENCE = 40  # seconds for an answer, whatever it is


@dataclass
class Answer:
    """What the site said; a status of 0 is none at all."""

    status: int
    body: Any
    retry_after: str | None


@dataclass
class Order:
    """Two seats of a show, for one of the customers, under a key of its own."""

    show: int
    seats: list[int]
    token: str
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    answers: list[Answer] = field(default_factory=list)

    @property
    def reference(self) -> str | None:
        """The booking that was confirmed to the customer, if one was."""
        told = [answer.body["booking_reference"] for answer in self.answers if answer.status == 201]
        return told[-1] if told else None


def call(site: str, method: str, path: str, body: object = None, **headers: str) -> Answer:
    """Ask, and take whatever comes for an answer."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(
        f"{site}{path}", data=data, method=method, headers={"Content-Type": "application/json", **headers}
    )
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as reply:
            return Answer(reply.status, _json(reply.read()), None)
    except urllib.error.HTTPError as refused:
        return Answer(refused.code, _json(refused.read()), refused.headers.get("Retry-After"))
    except OSError as lost:
        return Answer(0, str(lost), None)


class Shoppers:
    """Some customers of one site, and the seats that nobody has yet."""

    def __init__(self, site: str, count: int = 4) -> None:
        self.site = site
        self.tokens = [self._join(number) for number in range(count)]
        self._deals = self._free_seats()
        self._lock = Lock()
        self.orders: list[Order] = []

    def buy(self, order: Order | None = None) -> Order:
        """Send an order, a new one or one again."""
        order = order or self._next()
        body = {"show_id": order.show, "seats": order.seats}
        said = call(
            self.site,
            "POST",
            "/bookings/",
            body,
            Authorization=f"Bearer {order.token}",
            **{"Idempotency-Key": order.key},
        )
        order.answers.append(said)
        return order

    @contextmanager
    def shopping(self) -> Iterator[None]:
        """Let all of them buy at once, again and again, while the block runs."""
        enough = Event()

        def shop() -> None:
            while not enough.is_set():
                self.buy()
                enough.wait(PAUSE)

        with ThreadPoolExecutor(len(self.tokens)) as pool:
            busy = [pool.submit(shop) for _ in self.tokens]
            try:
                yield
            finally:
                enough.set()
        for each in busy:
            each.result()

    def _next(self) -> Order:
        with self._lock:
            order = next(self._deals)
            self.orders.append(order)
            return order

    def _join(self, number: int) -> str:
        digits = uuid.uuid4().int
        person = {"email": f"shopper-{digits:x}@example.com", "password": "seats-for-two-please"}
        facts = {"name": f"Shopper {number}", "phone": f"+9198{digits % 10**8:08}"}
        joined = call(self.site, "POST", "/users/signup", person | facts)
        assert joined.status in (200, 201), joined
        return str(call(self.site, "POST", "/users/login", person).body["access_token"])

    def _free_seats(self) -> Iterator[Order]:
        """Deal the free seats of the days to come, two by two, at most six of a show to anybody."""
        from_day = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"
        halls = {}
        for show in call(self.site, "GET", f"/shows/?limit=100&show_date_from={from_day}").body:
            hall = call(self.site, "GET", f"/shows/seats/{show['show_id']}").body
            free = [seat["seat_id"] for zone in hall["seat_categories"] for seat in zone["seats"] if seat["available"]]
            halls[show["show_id"]] = list(zip(free[::2], free[1::2], strict=False))
        for place in range(3 * len(self.tokens)):
            for show_id, pairs in halls.items():
                if place < len(pairs):
                    yield Order(show_id, list(pairs[place]), self.tokens[place % len(self.tokens)])


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text[:200]
