"""What `make run` starts, with a part of it gone: bookings work or say 503, and nothing is missing or doubled afterwards."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from cinema.core.embedded.bootstrap import ROOT
from tests.conftest import eventually
from tests.stack.conftest import Stack
from tests.stack.mail_server import MailServer
from tests.stack.shoppers import Answer, Shoppers, call

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]
DOWN = 30  # seconds without a database, as long as the promise says


@contextmanager
def gone(stack: Stack, *words: str, number: signal.Signals = signal.SIGKILL) -> Iterator[None]:
    """End parts of a stack, and keep its supervisor from starting them again while the block runs."""
    stack.process.send_signal(signal.SIGSTOP)
    try:
        for word in words:
            os.kill(stack.pid_of(word), number)
        yield
    finally:
        stack.process.send_signal(signal.SIGCONT)
    assert eventually(lambda: call(stack.site, "GET", "/health/ready").status == 200, within=60), stack.said


def afterwards(stack: Stack, shoppers: Shoppers) -> dict[str, object]:
    """Look into the site's database, once the jobs of the clock had their turn."""
    addresses = dict(line.split("=", 1) for line in (stack.home / "env").read_text().splitlines())
    env = {**stack.env, **addresses, "DJANGO_SETTINGS_MODULE": "cinema.settings.local"}
    told = [order.reference for order in shoppers.orders if order.reference]
    done = subprocess.run(
        [sys.executable, "-m", "tests.stack.afterwards", *told], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return {what: found for what, found in json.loads(done.stdout.splitlines()[-1]).items() if found}


def fair(answer: Answer) -> bool:
    return answer.status == 201 or (answer.status == 503 and bool(answer.retry_after))


def answered(shoppers: Shoppers, first: int) -> list[int]:
    return [order.answers[0].status for order in shoppers.orders[first:] if order.answers]


@pytest.fixture
def cinema(start: Callable[..., Stack], post: MailServer) -> Stack:
    stack = start(**post.settings)
    assert stack.serves(), stack.said
    return stack


class TestBookings:
    def test_survive_whatever_is_gone_for_a_while(self, cinema, post):
        shoppers = Shoppers(cinema.site)
        seen = {
            "broker": self._without(cinema, shoppers, "valkey", seconds=4),
            "database": self._without(cinema, shoppers, "bin/postgres -D", seconds=DOWN),
        }
        post.answers.clear()
        with shoppers.shopping():
            assert eventually(lambda: post.callers >= 4, within=30)
            time.sleep(5)
        post.answers.set()

        unfair = [answer for order in shoppers.orders for answer in order.answers if not fair(answer)]
        assert unfair == []
        assert seen["broker"][201] > 0
        assert seen["broker"][503] == 0
        assert seen["database"][503] > 0
        self._insist(shoppers)
        assert afterwards(cinema, shoppers) == {}
        told = {order.reference for order in shoppers.orders if order.reference}
        assert len(told) > 10
        assert eventually(lambda: told <= set(post.by_booking()), within=120), told - set(post.by_booking())
        assert {count for reference, count in post.by_booking().items() if reference in told} == {1}

    def _without(self, cinema: Stack, shoppers: Shoppers, part: str, *, seconds: float) -> Counter[int]:
        """Let them shop with a part gone, and count the statuses of what was asked and answered meanwhile."""
        with shoppers.shopping():
            time.sleep(1)
            with gone(cinema, part):
                time.sleep(1)
                first, until = len(shoppers.orders), time.monotonic() + seconds
                assert eventually(lambda: len(answered(shoppers, first)) >= 4 and time.monotonic() > until, within=90)
                seen = Counter(answered(shoppers, first))
            time.sleep(1)
        return seen

    def _insist(self, shoppers: Shoppers) -> None:
        """Send some of what was refused again under its key: it is booked now, or was all along."""
        refused = [order for order in shoppers.orders if order.reference is None]
        for order in refused[:: max(1, len(refused) // 12)]:
            shoppers.buy(order)
            assert order.answers[-1].status in (201, 409), order.answers
