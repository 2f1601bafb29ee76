import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisAway

from booking import live
from booking.best_seats import Wish
from booking.services import cancelling, checkout, choosing, ending, locks, sweeping
from booking.states import Actor
from scheduling.models import Show
from tests.booking.stories import booked, order, placed, seats_of
from tests.factories.booking import SeatLockFactory

pytestmark = pytest.mark.django_db
SERVICES = Path(choosing.__file__).parent
CLAIMING = {"claim", "sell", "release", "bulk_update"}
QUIET = {
    "_tidy_batch": "a lapsed lock keeps no seat from anybody, tidied or not",
    "_claim": "the statement alone; lock_seats announces",
}


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()


@pytest.fixture
def ask(client, selling_show):
    """Poll as a page does, with the tag of the last answer."""

    def asked(etag=None):
        headers = {"If-None-Match": etag} if etag else {}
        return client.get(f"/now/shows/{selling_show.pk}/seats", headers=headers)

    return asked


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Do something and let what waits for the commit happen."""

    def do(act):
        with django_capture_on_commit_callbacks(execute=True):
            return act()

    return do


def hold(show, *numbers, by, now):
    return locks.lock_seats(show_id=show.pk, seat_ids=seats_of(show, *numbers), by=by, now=now)


class TestSeatsNow:
    def test_tell_what_is_held_and_what_is_sold(self, ask, selling_show, customer, stranger, now):
        hold(selling_show, "A1", by=customer, now=now)
        booked(selling_show, "B1", by=stranger, now=now)
        held, sold = seats_of(selling_show, "A1", "B1")
        assert ask().json() == {"held": [held], "sold": [sold], "selling": True}

    def test_are_answered_without_sql_when_nothing_changed(self, ask, client, customer, django_assert_num_queries):
        client.force_login(customer)
        first = ask()
        with django_assert_num_queries(0):
            again = ask(first.headers["ETag"])
            anew = ask()
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert (anew.status_code, anew.json()) == (200, first.json())

    def test_change_when_a_lock_lapses_by_the_clock(self, ask, selling_show, stranger, now):
        held = seats_of(selling_show, "A1")
        lock = SeatLockFactory(show=selling_show, seat_id=held[0], user=stranger)
        kept = live.Seen(live.body_of(held=held, sold=[], selling=True), lock.expires_at)
        fresh = live.Seen(live.body_of(held=[], sold=[], selling=True), None)
        read = iter([kept, fresh])
        show_id, moment = selling_show.pk, timedelta(microseconds=1)
        assert live.seen(show_id, read=lambda: next(read), now=now) == kept
        assert live.seen(show_id, read=lambda: next(read), now=lock.expires_at - moment) == kept
        assert live.seen(show_id, read=lambda: next(read), now=lock.expires_at) == fresh

    def test_know_when_the_next_lock_lapses_and_when_sales_end(self, ask, selling_show, stranger, now):
        lock = SeatLockFactory(show=selling_show, seat_id=seats_of(selling_show, "A1")[0], user=stranger)
        ask()
        (_, _, good_until) = cache.get(f"seats:{selling_show.pk}:seen")
        assert good_until == lock.expires_at
        lock.delete()
        cache.clear()
        ask()
        (_, _, good_until) = cache.get(f"seats:{selling_show.pk}:seen")
        assert good_until == selling_show.starts_at

    def test_say_that_sales_are_over(self, ask, selling_show, admin, now, committed):
        etag = ask().headers["ETag"]
        committed(lambda: cancelling.cancel_show(show_id=selling_show.pk, by=admin, now=now))
        assert ask(etag).json()["selling"] is False

    def test_are_read_from_the_database_when_the_cache_is_away(self, ask, selling_show, customer, now, monkeypatch):
        def away(*args, **kwargs):
            raise RedisAway

        hold(selling_show, "A1", by=customer, now=now)
        for name in ("get_many", "get", "add", "set"):
            monkeypatch.setattr(cache, name, away)
        first = ask()
        assert first.json()["held"] == seats_of(selling_show, "A1")
        assert ask(first.headers["ETag"]).status_code == 304
        assert len(hold(selling_show, "A3", by=customer, now=now)) == 1

    def test_never_keep_what_was_read_before_a_change_under_the_version_after_it(self, selling_show):
        old, new = (live.Seen(live.body_of(held=held, sold=[], selling=True), None) for held in ([], [1]))

        def read_slowly():
            live._announce(selling_show.pk)  # somebody commits and announces while we still read
            return old

        now = selling_show.created_at
        live.seen(selling_show.pk, read=read_slowly, now=now)
        assert live.seen(selling_show.pk, read=lambda: new, now=now) == new

    def test_know_no_draft_and_no_unknown_show(self, ask, client, selling_show):
        Show.objects.update(status="DRAFT")
        assert ask().status_code == 404
        assert client.get("/now/shows/4711/seats").status_code == 404


class TestAnnouncing:
    """Every service that changes claims draws a new version, and only once it is committed."""

    ACTS = {
        "lock_seats": lambda show, user, now: hold(show, "C1", by=user, now=now),
        "choose": lambda show, user, now: choosing.choose(
            show_id=show.pk, seat_ids=seats_of(show, "C1"), by=user, now=now
        ),
        "choose_best": lambda show, user, now: choosing.choose_best(show_id=show.pk, wish=Wish(1), by=user, now=now),
        "release": lambda show, user, now: locks.release(show_id=show.pk, by=user, now=now),
        "release_lock": lambda show, user, now: locks.release_lock(
            lock_id=user.claims.get(status="LOCKED").pk, owner_id=user.pk, now=now
        ),
        "extend": lambda show, user, now: locks.extend(
            show_id=show.pk, owner_id=user.pk, now=now + timedelta(minutes=5)
        ),
        "place": lambda show, user, now: checkout.place(order=order(show, "B1"), by=user, now=now),
        "end_booking": lambda show, user, now: ending.end_booking(
            booking_id=user.bookings.get().pk, percent=100, actor=Actor.SYSTEM, reason="Test", now=now
        ),
        "cancel_booking": lambda show, user, now: cancelling.cancel_booking(
            booking_id=user.bookings.get().pk, by=user, now=now
        ),
        "release_lapsed": lambda show, user, now: sweeping.release_lapsed(now=now + timedelta(hours=1)),
    }

    @pytest.mark.parametrize("act", ACTS)
    def test_changes_what_is_told(self, act, ask, selling_show, customer, now, committed):
        committed(lambda: placed(selling_show, "A9", "A10", by=customer, now=now))
        committed(lambda: hold(selling_show, "A1", by=customer, now=now))
        ask()
        key = f"seats:{selling_show.pk}:version"
        version = cache.get(key)
        committed(lambda: self.ACTS[act](selling_show, customer, now))
        assert cache.get(key) != version

    def test_waits_for_the_commit(self, selling_show, customer, now, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=False) as waiting:
            hold(selling_show, "A1", by=customer, now=now)
            assert cache.get(f"seats:{selling_show.pk}:version") is None
        assert waiting

    def test_is_forgotten_by_no_function_of_the_services(self):
        """Whoever claims, sells, releases or prolongs in a service announces it there, or says above why not."""
        silent = set()
        for path in SERVICES.glob("*.py"):
            for function in ast.walk(ast.parse(path.read_text())):
                if isinstance(function, ast.FunctionDef):
                    body = ast.unparse(function)
                    called = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
                    changes = "SeatLock." in body and called & CLAIMING
                    if (changes or "SeatLock.objects.lapsed" in body) and "live.announce_on_commit" not in body:
                        silent.add(function.name)
        assert silent == set(QUIET)
