from datetime import UTC, date, datetime, time, timedelta

import pytest

from scheduling.services import slots
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import ScreenFactory, VenueFactory

NOON = datetime(2026, 7, 1, 6, 30, tzinfo=UTC)  # on the clocks of Mumbai
TODAY = date(2026, 7, 1)


@pytest.fixture
def found(db):
    """Ask for ninety minutes, ten of advertisements, fifteen to clean."""
    movie = MovieFactory(duration=90)

    def found(day: date, now: datetime = NOON, **venue) -> list[tuple[str, ...]]:
        screen = ScreenFactory(venue=VenueFactory(**venue))
        free = slots.free_slots(screen_id=screen.pk, movie_id=movie.pk, day=day, now=now)
        return [
            tuple(f"{at.astimezone(free.zone):%d %H:%M}" for at in (slot.start, slot.latest_start, slot.end))
            for slot in free.slots
        ]

    return found


class TestFreeSlots:
    def test_begin_after_now(self, found):
        assert found(TODAY) == [("01 12:01", "02 00:20", "02 02:00")]
        assert found(TODAY, now=NOON + timedelta(hours=12, minutes=19)) == [("02 00:20", "02 00:20", "02 02:00")]
        assert found(TODAY, now=NOON + timedelta(hours=12, minutes=20)) == []

    @pytest.mark.parametrize(("days", "any_free"), [(-2, False), (-1, False), (1, True), (731, True), (732, False)])
    def test_are_on_days_that_can_be_planned(self, found, days, any_free):
        assert bool(found(TODAY + timedelta(days=days))) is any_free

    def test_follow_the_clock_changes_of_the_venue(self, found):
        night = {"time_zone": "Europe/Berlin", "opens_at": time(22), "closes_at": time(4)}
        assert found(date(2026, 10, 24), **night) == [("24 22:00", "25 02:20", "25 04:00")]
        assert found(date(2027, 3, 27), **night) == [("27 22:00", "28 01:20", "28 04:00")]

    def test_leave_time_for_what_follows_after_closing(self, db):
        movie, screen = MovieFactory(duration=90), ScreenFactory(venue=VenueFactory(closes_at=time(23)))
        zone = screen.venue.zone
        late = datetime.combine(TODAY + timedelta(days=1), time(23, 5), tzinfo=zone)
        ShowFactory(screen=screen, starts_at=late)
        free = slots.free_slots(screen_id=screen.pk, movie_id=movie.pk, day=TODAY + timedelta(days=1), now=NOON)
        (slot,) = free.slots
        assert (slot.latest_start, slot.end) == (late - timedelta(minutes=115), late - timedelta(minutes=5))
