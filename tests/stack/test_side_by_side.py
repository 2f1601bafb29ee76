"""Two of everything on one database, and one of them stopped in the middle: nothing is sold, mailed or lost twice."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import eventually
from tests.stack.conftest import Stack
from tests.stack.shoppers import Order, Shoppers, call
from tests.stack.test_outages import afterwards

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]


@pytest.fixture
def sites(start, short_path, post) -> tuple[Stack, Stack]:
    """Two whole stacks; the second has no servers of its own."""
    one = start(**post.settings)
    assert one.serves(), one.said
    servers = dict(line.split("=", 1) for line in (one.home / "env").read_text().splitlines())
    two = start(short_path / "home", MEDIA_ROOT=one.env["MEDIA_ROOT"], **post.settings, **servers)
    assert two.serves(), two.said
    return one, two


class TestTwoSitesOnOneDatabase:
    def test_sell_every_seat_once_while_one_of_them_restarts(self, sites, post):
        one, two = sites
        here, there = Shoppers(one.site), Shoppers(two.site)
        held = self._hold(there)

        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(self._race, shoppers) for shoppers in (here, there)]
            time.sleep(2)
            os.kill(two.pid_of("gunicorn"), signal.SIGTERM)  # asked to stop, as by every update
            for each in both:
                each.result()

        orders = here.orders + there.orders
        assert [said for order in orders for said in order.answers if said.status not in (201, 409)] == []
        assert two.says("!! web started again"), two.said
        sold = [(order.show, seat) for order in orders if order.reference for seat in order.seats]
        assert len(sold) == len(set(sold)) > 20
        assert self._holds(there, held)
        assert afterwards(one, here) == afterwards(one, there) == {}
        told = {order.reference for order in orders if order.reference}
        assert eventually(lambda: told <= set(post.by_booking()), within=90), told - set(post.by_booking())
        assert {count for reference, count in post.by_booking().items() if reference in told} == {1}

    def _race(self, shoppers: Shoppers) -> None:
        """Buy the first seats there are; the customers of the other site want the same."""
        with ThreadPoolExecutor(len(shoppers.tokens)) as pool:
            for _ in range(10):
                list(pool.map(lambda _: shoppers.buy(), shoppers.tokens))
                time.sleep(0.2)

    def _hold(self, shoppers: Shoppers) -> Order:
        """Hold the last two seats that would be dealt, which nobody gets to in time."""
        order = list(shoppers._free_seats())[-1]
        body = {"show_id": order.show, "seat_ids": order.seats}
        held = call(shoppers.site, "POST", "/seatlocks/", body, Authorization=f"Bearer {order.token}")
        assert held.status == 200, held
        return order

    def _holds(self, shoppers: Shoppers, order: Order) -> bool:
        found = call(shoppers.site, "GET", "/seatlocks/?limit=100", Authorization=f"Bearer {order.token}").body
        mine = {lock["seat_id"] for lock in found if lock["status"] == "LOCKED" and lock["show_id"] == order.show}
        return set(order.seats) <= mine
