import uuid
from collections.abc import Callable, Iterator

import pytest
import redis
from celery import current_app

from cinema.core.beat import TICK, OneBeat

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
    for entry in beat.schedule.values():
        entry.last_run_at = entry.last_run_at.replace(year=2020)
    beat._heap = None
    before = len(beat.sent)
    beat.tick()
    return len(beat.sent) > before


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

    def test_rests_while_the_broker_is_away(self, start, monkeypatch):
        beat = start()

        def away() -> None:
            raise redis.exceptions.ConnectionError

        monkeypatch.setattr(beat._lease, "acquire", away)
        assert not ticks(beat)
