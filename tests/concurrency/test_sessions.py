"""Two tabs of one browser renew at the same moment."""

from datetime import timedelta
from functools import partial

import pytest

from accounts.errors import TokenInvalid
from accounts.models import Session
from accounts.services import sessions
from tests.concurrency.race import race, winners


class TestRotatingARefreshToken:
    def test_in_six_tabs_at_once_gives_all_the_same_successor(self, transactional_db, customer, now):
        for _ in range(5):
            first = sessions.open_session(user=customer, now=now)
            pairs = winners(race([partial(sessions.rotate, refresh=first.refresh, now=now)] * 6))
            assert len(pairs) == 6
            (successor,) = {pair.refresh for pair in pairs}
            assert sessions.rotate(refresh=successor, now=now).refresh != successor

    def test_reused_by_a_thief_ends_the_session_for_both(self, transactional_db, customer, now):
        stolen = sessions.open_session(user=customer, now=now)
        newest = sessions.rotate(refresh=stolen.refresh, now=now)
        later = now + sessions.TWO_TABS + timedelta(seconds=1)
        race([partial(sessions.rotate, refresh=pair.refresh, now=later) for pair in (stolen, stolen, newest)])
        assert Session.objects.get().revoked_at == later
        with pytest.raises(TokenInvalid):
            sessions.rotate(refresh=newest.refresh, now=later)
