import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import redis
from celery import current_app

from cinema.core import jobs
from cinema.core.beat import LEASE, TICK, OneBeat

pytestmark = pytest.mark.broker


@pytest.fixture
def start(settings, tmp_path, monkeypatch) -> Iterator[Callable[[], OneBeat]]:
    """Start a beat with a schedule of its own; what it would send is kept in its `sent`."""
    settings.BEAT_LEASE = f"test-beat-{uuid.uuid4().hex}"
    beats: list[OneBeat] = []

    def start() -> OneBeat:
        beat = OneBeat(app=current_app, schedule_filename=str(tmp_path / f"beat-{len(beats)}"))
        beat.sent = []
        monkeypatch.setattr(beat, "apply_entry", lambda entry, **_: beat.sent.append(entry.name))
        beats.append(beat)
        return beat

    yield start
    for beat in beats:
        beat.close()


def ticks(beat: OneBeat) -> bool:
    """Let a beat do all that is due, and say whether it sent anything; a new one has everything due at once."""
    due(beat)
    before = len(beat.sent)
    beat.tick()
    return len(beat.sent) > before


def due(beat: OneBeat) -> None:
    """Let everything have come due long ago."""
    for entry in beat.schedule.values():
        entry.last_run_at = entry.last_run_at.replace(year=2020)
    beat._heap = None


class TestOneBeat:
    def test_ticks_once_however_many_start(self, start):
        first, second, third = start(), start(), start()
        assert [ticks(beat) for beat in (first, second, third)] == [True, False, False]
        assert [ticks(beat) for beat in (third, second, first)] == [False, False, True]

    def test_leaves_the_others_asleep_not_for_long(self, start):
        first, second = start(), start()
        first.tick()
        assert second.tick() == TICK
        assert first.max_interval == TICK

    def test_is_followed_by_another_when_it_stops(self, start):
        first, second = start(), start()
        assert (ticks(first), ticks(second)) == (True, False)
        first.close()
        assert ticks(second)

    def test_is_followed_by_another_when_its_lease_lapses_and_stands_by_itself(self, start, settings):
        first, second = start(), start()
        assert ticks(first)
        redis.Redis.from_url(settings.CACHES["default"]["LOCATION"]).delete(settings.BEAT_LEASE)  # as time would
        assert (ticks(second), ticks(first)) == (True, False)

    def test_leaves_to_the_one_that_ticks_what_came_due_meanwhile(self, start):
        first, second = start(), start()
        first.tick()
        due(second)
        second.tick()
        first.close()
        second.tick()
        assert second.sent == []

    def test_does_what_came_due_as_the_one_that_ticked_may_have_died(self, start):
        first, second = start(), start()
        first.tick()
        entry = second.schedule[jobs.SWEEP_LAPSED]
        entry.last_run_at = entry.default_now() - timedelta(seconds=30 + LEASE)
        second.tick()
        first.close()
        second.tick()
        assert second.sent == [jobs.SWEEP_LAPSED]

    def test_rests_while_the_broker_is_away_and_makes_up_for_it(self, start, monkeypatch):
        beat = start()

        def away() -> None:
            raise redis.exceptions.ConnectionError

        with monkeypatch.context() as gone:
            gone.setattr(beat._lease, "acquire", away)
            assert not ticks(beat)
        beat.tick()
        assert beat.sent
