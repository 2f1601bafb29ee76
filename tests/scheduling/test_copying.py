from datetime import timedelta

import pytest

from scheduling.errors import CannotCopy, NothingToCopy, ShowInPast
from scheduling.models import Show
from scheduling.services import copying, publishing
from scheduling.services.copying import Copied
from scheduling.states import ShowStatus
from tests.factories.scheduling import PriceCardFactory, ShowFactory

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def show():
    return ShowFactory(movie__format=["2D", "3D"], seats=1)


@pytest.fixture
def copy(show, admin, now):
    def copied(*, by_days=7, is_draft=True):
        days = {show.show_date: show.show_date + timedelta(days=by_days)}
        return copying.copy_days(venue_id=show.screen.venue_id, days=days, is_draft=is_draft, by=admin, now=now)

    return copied


class TestCopyDays:
    def test_puts_a_show_on_the_same_wall_clock(self, show, copy):
        Show.objects.update(has_captions=True, format="3D")
        PriceCardFactory(venue=show.screen.venue)
        assert copy() == Copied(added=1, there=0)
        added = Show.objects.latest("id")
        assert (added.movie, added.screen, added.status) == (show.movie, show.screen, ShowStatus.DRAFT)
        assert (added.has_captions, added.has_sign_language, added.format) == (True, False, "3D")
        assert (added.starts_at, added.free_at) == (show.starts_at + WEEK, show.free_at + WEEK)
        assert added.pricing.get().because == "base 150.50 · Evening: +30"

    def test_does_nothing_the_second_time(self, copy):
        copy(is_draft=False)
        assert copy() == Copied(added=0, there=1)

    def test_keeps_the_hour_when_the_clocks_change(self, show, admin, now):
        venue = show.screen.venue
        venue.time_zone = "Europe/London"
        venue.save()
        before = show.local_start().time()
        days = {show.show_date: show.show_date + timedelta(days=140)}
        copying.copy_days(venue_id=venue.pk, days=days, is_draft=True, by=admin, now=now)
        added = Show.objects.select_related("screen__venue").latest("id")
        assert added.local_start().time() == before

    def test_adds_none_when_one_stands_in_the_way_and_names_it(self, show, copy):
        other = ShowFactory(screen=show.screen, starts_at=show.starts_at - timedelta(hours=6))
        wall = ShowFactory(screen=show.screen, starts_at=show.starts_at + WEEK + timedelta(minutes=30))
        with pytest.raises(CannotCopy, match=f"{show.movie.title}.*is taken by {wall.movie.title}"):
            copy()
        assert Show.objects.filter(movie=other.movie).count() == 1

    def test_minds_the_rules_of_the_house(self, show, copy):
        show.movie.is_active = False
        show.movie.save()
        with pytest.raises(CannotCopy, match=show.movie.title):
            copy()
        assert Show.objects.count() == 1

    def test_leaves_out_what_is_cancelled(self, show, copy):
        Show.objects.update(status=ShowStatus.CANCELLED)
        with pytest.raises(NothingToCopy):
            copy()

    def test_copies_nothing_into_the_past(self, copy):
        with pytest.raises(CannotCopy):
            copy(by_days=-7)

    def test_takes_the_same_number_of_queries_for_many_shows(self, show, copy, django_assert_num_queries):
        # begin, the shows, the screen's lock, what is there, savepoint, insert, release, price cards, categories, end
        with django_assert_num_queries(10):
            copy()
        ShowFactory(screen=show.screen, starts_at=show.starts_at - timedelta(hours=6))
        with django_assert_num_queries(10):
            copy(by_days=14)


class TestPublish:
    def test_puts_drafts_on_sale_and_touches_nothing_else(self, admin, now):
        draft = ShowFactory(status=ShowStatus.DRAFT, starts_at=now + timedelta(days=1))
        closed = ShowFactory(status=ShowStatus.CLOSED, starts_at=now + timedelta(days=1))
        assert publishing.publish(show_ids=[draft.pk, closed.pk], by=admin, now=now) == 1
        assert set(Show.objects.values_list("status", flat=True)) == {ShowStatus.UPCOMING, ShowStatus.CLOSED}

    def test_publishes_none_when_one_would_have_begun(self, admin, now):
        ahead = ShowFactory(status=ShowStatus.DRAFT, starts_at=now + timedelta(days=1))
        begun = ShowFactory(status=ShowStatus.DRAFT, starts_at=now)
        with pytest.raises(ShowInPast):
            publishing.publish(show_ids=[ahead.pk, begun.pk], by=admin, now=now)
        assert Show.objects.filter(status=ShowStatus.DRAFT).count() == 2
