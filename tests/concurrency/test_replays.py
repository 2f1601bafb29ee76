"""The same order sent many times at once is one order."""

from functools import partial

from booking.errors import KeyInProgress
from booking.services import replays
from tests.concurrency.race import race, winners


class TestAnIdempotencyKey:
    def test_lets_one_of_eight_calls_through(self, transactional_db, customer, now):
        for n in range(10):
            begin = partial(replays.begin, user=customer, key=f"key-{n}", fingerprint="same", now=now)
            outcomes = race([begin] * 8)
            assert winners(outcomes) == [None]
            assert {type(outcome) for outcome in outcomes} == {type(None), KeyInProgress}
