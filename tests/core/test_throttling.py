import socket
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache

from cinema.core import throttling
from cinema.core.addresses import client_address
from cinema.core.throttling import TooManyTries
from tests.concurrency.race import race

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def limits(settings):
    settings.THROTTLES = {"knock_per_address": (3, 60), "knock_per_account": (2, 600)}
    cache.clear()
    yield
    cache.clear()


def knock(address: str = "192.0.2.1", now: datetime = NOON, **who: str) -> None:
    throttling.count("knock", address=address, **who, now=now)


class TestCount:
    def test_lets_as_many_through_as_the_limit_says(self):
        for _ in range(3):
            knock()
        with pytest.raises(TooManyTries):
            knock()

    def test_says_how_many_seconds_are_left(self):
        for _ in range(3):
            knock()
        with pytest.raises(TooManyTries) as refused:
            knock(now=NOON + timedelta(seconds=45))
        assert refused.value.data == {"retry_after": 15}
        knock(now=NOON + timedelta(seconds=60))

    def test_holds_nobody_else_back(self):
        for _ in range(3):
            knock()
        knock(address="192.0.2.2")

    def test_holds_an_account_back_wherever_it_is_tried_from(self):
        knock("192.0.2.1", account="asha@example.com")
        knock("192.0.2.2", account="asha@example.com")
        with pytest.raises(TooManyTries):
            knock("192.0.2.3", account="asha@example.com")
        knock("192.0.2.3", account="sunil@example.com")

    def test_spares_the_account_once_the_address_has_had_enough(self):
        for _ in range(3):
            knock()
        with pytest.raises(TooManyTries):
            knock(account="asha@example.com")
        knock("192.0.2.2", account="asha@example.com")
        knock("192.0.2.2", account="asha@example.com")

    def test_loses_no_try_of_many_at_once(self, transactional_db, settings):
        settings.THROTTLES = {"knock_per_address": (10, 60)}
        outcomes = race([knock] * 16)
        assert sum(isinstance(outcome, TooManyTries) for outcome in outcomes) == 6
        assert outcomes.count(None) == 10

    def test_keeps_no_name_in_the_cache(self, monkeypatch):
        keys: list[str] = []

        def incr(self, key):
            keys.append(key)
            return 1

        monkeypatch.setattr(RedisCache, "incr", incr)
        knock(account="asha@example.com")
        assert len(keys) == 2
        assert not any("asha" in key or "192" in key for key in keys)

    @pytest.mark.parametrize("listens", [True, False], ids=["silent", "down"])
    def test_holds_nobody_back_without_the_cache_and_says_so(self, monkeypatch, caplog, listens):
        caplog.set_level("WARNING", logger=throttling.__name__)
        with closing(socket.create_server(("127.0.0.1", 0))) as server:
            away = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
            if not listens:
                server.close()
            monkeypatch.setattr(throttling, "cache", RedisCache(away, {"OPTIONS": {"socket_timeout": 0.1}}))
            for _ in range(5):
                knock()
        assert "tries are not counted" in caplog.text


class TestGiveBack:
    def test_makes_up_for_one_try(self):
        for _ in range(10):
            knock()
            throttling.give_back("knock", address="192.0.2.1", now=NOON)
        for _ in range(3):
            knock()
        with pytest.raises(TooManyTries):
            knock()

    def test_leaves_nothing_to_spare(self):
        throttling.give_back("knock", address="192.0.2.1", now=NOON)
        for _ in range(3):
            knock()
        with pytest.raises(TooManyTries):
            knock()


class TestClientAddress:
    @pytest.mark.parametrize(
        ("proxies", "forwarded", "address"),
        [
            (0, "", "203.0.113.9"),
            (0, "198.51.100.1", "203.0.113.9"),
            (1, "", "203.0.113.9"),
            (1, "198.51.100.1", "198.51.100.1"),
            (1, "1.1.1.1, 198.51.100.1", "198.51.100.1"),
            (2, "1.1.1.1, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
            (2, "198.51.100.1", "198.51.100.1"),
            (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            (1, "::ffff:198.51.100.1", "198.51.100.1"),
            (1, "no address", "no address"),
        ],
    )
    def test_believes_our_own_proxies_only(self, rf, settings, proxies, forwarded, address):
        settings.TRUSTED_PROXIES = proxies
        headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
        assert client_address(rf.get("/", REMOTE_ADDR="203.0.113.9", **headers)) == address
