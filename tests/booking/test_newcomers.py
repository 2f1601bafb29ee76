"""The page that newcomers share: quick, never stale beyond what is promised, and nobody else's."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from booking.models import SeatLock
from booking.pages import newcomers
from booking.services import locks
from tests.booking.stories import seats_of
from tests.factories.booking import SeatLockFactory
from venues.models import Seat

SILVER_A1 = "Row A, seat 1, silver, ₹150.50"


@pytest.fixture(autouse=True)
def kept(settings):
    settings.SEAT_PAGE_KEPT = timedelta(minutes=1)
    cache.clear()
    newcomers._kept.clear()


@pytest.fixture
def see(client, selling_show):
    def page(**query) -> str:
        return client.get(f"/seatmap/{selling_show.pk}", query).content.decode()

    return page


class TestNewcomers:
    def test_are_answered_without_sql_while_nothing_changes(self, see, django_assert_num_queries):
        first = see()
        with django_assert_num_queries(0):
            again = see()
        assert f"{SILVER_A1}, available" in again
        assert len(again) == len(first)

    def test_get_a_token_of_their_own_that_holds(self, client, see, selling_show):
        see()
        page = client.get(f"/seatmap/{selling_show.pk}")
        assert newcomers.TOKEN not in page.content.decode()
        client.handler.enforce_csrf_checks = True
        token = page.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        wanted = {"party": 2, "csrfmiddlewaretoken": token}
        assert client.post(f"/book/{selling_show.pk}/best", wanted).status_code == 302
        client.cookies.clear()
        assert client.post(f"/book/{selling_show.pk}/best", wanted).status_code == 403

    def test_see_at_once_what_somebody_takes(
        self, see, selling_show, stranger, now, django_capture_on_commit_callbacks
    ):
        see()
        with django_capture_on_commit_callbacks(execute=True):
            locks.lock_seats(show_id=selling_show.pk, seat_ids=seats_of(selling_show, "A1"), by=stranger, now=now)
        assert f"{SILVER_A1}, held by somebody else" in see()

    def test_see_when_a_lock_lapses_by_the_clock(self, see, selling_show, stranger):
        soon = timezone.now() + timedelta(milliseconds=300)
        seat = Seat.objects.get(screen=selling_show.screen, seat_number="A1")
        SeatLockFactory(show=selling_show, seat=seat, user=stranger, expires_at=soon)
        assert f"{SILVER_A1}, held by somebody else" in see()
        (written,) = newcomers._kept.values()
        assert written.good_until == soon

    def test_that_ask_for_a_list_or_a_party_get_it(self, see):
        assert "hall--list" not in see()
        assert "hall--list" in see(view="list")
        assert '<option value="4" selected>' in see(party="4")

    def test_share_no_page_with_somebody_who_holds_seats(self, client, see, selling_show, stranger, now):
        see()
        client.force_login(stranger)
        locks.lock_seats(show_id=selling_show.pk, seat_ids=seats_of(selling_show, "A1"), by=stranger, now=now)
        assert f"{SILVER_A1}, held for you" in see()
        client.logout()
        client.cookies.clear()
        assert "held for you" not in see()
        assert SeatLock.objects.count() == 1

    def test_are_served_when_the_cache_is_away(self, see, settings):
        backend = "django.core.cache.backends.redis.RedisCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1"}}
        assert f"{SILVER_A1}, available" in see()

    def test_cannot_fill_the_memory(self, see):
        for number in range(newcomers.PAGES_KEPT + 3):
            see(party=str(number))
        assert len(newcomers._kept) <= newcomers.PAGES_KEPT
        see(party="1" * 5000)
        assert not any("1" * 5000 in str(key) for key in newcomers._kept)
