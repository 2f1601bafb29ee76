"""The recorded examples of the system that came before, run through ours: docs/scheduling.md sets the two side by side."""

import re
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from cinema.settings.env import BASE_DIR
from scheduling.drafting import Assignment, MovieWish, Programme
from scheduling.hybrid import Warned
from scheduling.models import Show
from scheduling.services import autoplanning, slots
from tests.contract.test_defects import NAME, TESTS, collected
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import ScreenFactory, VenueFactory

NOON = datetime(2026, 7, 1, 6, 30, tzinfo=UTC)  # on the clocks of Mumbai
DAY = date(2026, 7, 2)
ROW = re.compile(r"^\| ([SH]\d+) \| (.+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
ROWS = ROW.findall((BASE_DIR / "docs" / "scheduling.md").read_text())


@pytest.fixture
def screen(db):
    """Advertisements and cleaning as the earlier system had them: none, and a quarter of an hour."""
    return ScreenFactory(venue=VenueFactory(pre_show_minutes=0, turnaround_minutes=15))


def at(screen, hour, minute=0, day=DAY) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=screen.venue.zone)


def scheduled(admin, assignments, *, opens=time(9), closes=time(23), days=1, buffer=15) -> autoplanning.Schedule:
    programme = Programme(
        start_date=DAY, days=days, buffer_minutes=buffer, opens_at=opens, closes_at=closes, assignments=assignments
    )
    return autoplanning.schedule_shows(programme=programme, by=admin, now=NOON)


class TestTable:
    def test_names_tests_that_are_there(self):
        assert [number for number, *_ in ROWS] == [f"S{n}" for n in range(1, 8)] + [f"H{n}" for n in range(1, 13)]
        for number, *_, proof in ROWS:
            named = NAME.findall(proof)
            assert named, number
            for name in named:
                file, _, test = name.partition("::")
                assert test in collected(TESTS / file), (number, name)


class TestSlots:
    def test_between_shows_at_ten_and_twelve_begin_when_the_screen_is_clean(self, screen):
        movie = MovieFactory(duration=90)
        for hour in (10, 12):
            ShowFactory(screen=screen, movie=movie, starts_at=at(screen, hour))
        free = slots.free_slots(screen_id=screen.pk, movie_id=movie.pk, day=DAY, now=NOON)
        said = [
            tuple(f"{t.astimezone(free.zone):%H:%M}" for t in (s.start, s.latest_start, s.end)) for s in free.slots
        ]
        assert said == [
            ("13:45", "00:30", "02:00")
        ]  # before ten, and between them, ninety minutes and cleaning do not fit

    def test_never_overlap_after_a_show_that_passes_midnight(self, screen):
        movie = MovieFactory(duration=60)
        ShowFactory(screen=screen, movie=MovieFactory(duration=120), starts_at=at(screen, 23))
        ShowFactory(screen=screen, movie=MovieFactory(duration=120), starts_at=at(screen, 18))
        free = slots.free_slots(screen_id=screen.pk, movie_id=movie.pk, day=DAY, now=NOON)
        assert all(one.end <= two.start for one, two in pairwise(free.slots))
        assert all(slot.latest_start + timedelta(minutes=75) <= slot.end for slot in free.slots[:-1])


class TestHybrid:
    def test_does_not_restart_at_midnight(self, screen, admin):
        movie = MovieFactory(duration=40)
        planned = scheduled(
            admin, (Assignment(screen.pk, (MovieWish(movie.pk, 12),)),), opens=time(19), closes=time(23)
        )
        assert [f"{show.start.astimezone(screen.venue.zone):%H:%M}" for show in planned.placed] == [
            "19:00",
            "19:55",
            "20:50",
            "21:45",
        ]

    @pytest.mark.parametrize("hours_after_opening", [13, 15.5], ids=["late", "just after midnight"])
    def test_ends_by_closing_time_before_a_late_show(self, screen, admin, hours_after_opening):
        ShowFactory(screen=screen, starts_at=at(screen, 9) + timedelta(hours=hours_after_opening))
        movie = MovieFactory(duration=90)
        planned = scheduled(admin, (Assignment(screen.pk, (MovieWish(movie.pk, 1),)),), closes=time(22))
        assert max(show.end for show in planned.placed) <= at(screen, 22)
        shows = list(Show.objects.order_by("starts_at"))
        assert all(one.free_at <= two.starts_at for one, two in pairwise(shows))

    def test_counts_fillers_and_never_passes_a_maximum(self, screen, admin):
        listed, other = MovieFactory(duration=90), MovieFactory(duration=100)
        planned = scheduled(admin, (Assignment(screen.pk, (MovieWish(listed.pk, 0, 1),)),))
        assert Counter(show.movie_id for show in planned.placed) == {listed.pk: 1, other.pk: 6}

    def test_leaves_a_gap_rather_than_a_turnaround(self, screen, admin):
        ShowFactory(screen=screen, movie=MovieFactory(duration=120), starts_at=at(screen, 11))
        wanted, short = MovieFactory(duration=110), MovieFactory(duration=105)
        planned = scheduled(admin, (Assignment(screen.pk, (MovieWish(wanted.pk, 1),)),), closes=time(11), buffer=20)
        assert planned.placed == []  # 105 minutes would fit into the two hours, with the gap of 20 they do not
        (gap,) = [notice for notice in planned.notices if notice.code == Warned.LEFTOVER_GAP]
        assert gap.context["gap_minutes"] == 120
        assert not Show.objects.filter(movie=short).exists()
