"""SIGTERM while requests wait for a lock, some of them still for a thread: all are answered, and what they took is kept."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils import timezone

from accounts.services import sessions as log_ins
from booking.models import SeatLock
from ops.archives import sessions
from tests.booking.stories import seats_of
from tests.conftest import eventually
from tests.factories.accounts import UserFactory
from tests.stack.serving import served
from tests.stack.shoppers import Answer, call

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]
THREADS, CUSTOMERS = 2, 5


class TestStopping:
    def test_answers_everybody_who_was_let_in(self, selling_show):
        seats = seats_of(selling_show, *[f"A{number}" for number in range(1, CUSTOMERS + 1)])
        tokens = [log_ins.open_session(user=UserFactory(), now=timezone.now()).access for _ in seats]

        def hold(token: str, seat_id: int) -> Answer:
            body = {"show_id": selling_show.pk, "seat_id": seat_id}
            return call(site, "POST", "/seatlocks/", body, Authorization=f"Bearer {token}")

        with served(threads=THREADS) as (process, site), ThreadPoolExecutor(CUSTOMERS) as pool:
            with sessions.connect(sessions.live_name()) as somebody, somebody.transaction():
                somebody.execute("LOCK TABLE booking_seatlock")
                asked = [pool.submit(hold, *each) for each in zip(tokens, seats, strict=True)]
                assert eventually(lambda: waiting(somebody) == THREADS)
                process.send_signal(signal.SIGTERM)
                time.sleep(1)  # the others wait for a thread meanwhile
            answers = [each.result().status for each in asked]
            assert process.wait(20) == 0

        assert answers == [200] * CUSTOMERS
        assert SeatLock.objects.filter(show=selling_show, status="LOCKED").count() == CUSTOMERS


def waiting(session: sessions.Session) -> int:
    session.execute("SELECT pg_stat_clear_snapshot()")
    row = session.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    ).fetchone()
    return int(row[0]) if row else 0
