"""Two tabs of one browser renew, or send a form, at the same moment."""

from datetime import timedelta
from functools import partial

import pytest
from django.core import mail

from accounts.errors import ResetTokenInvalid, TokenInvalid
from accounts.models import PasswordReset, Session, User
from accounts.services import passwords, sessions
from tests.accounts.test_passwords import mailed
from tests.concurrency.race import race, winners
from tests.factories.accounts import PasswordResetFactory


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


class TestAResetToken:
    def test_used_six_times_at_once_changes_one_password(self, transactional_db, customer, now):
        for turn in range(5):
            token = mailed(customer.email, now)
            words = [f"a-new-secret-{turn}-{n}" for n in range(6)]
            outcomes = race(
                [partial(passwords.reset_password, token=token, new=word, address="", now=now) for word in words]
            )
            assert sum(isinstance(outcome, ResetTokenInvalid) for outcome in outcomes) == 5
            (winner,) = (word for word, outcome in zip(words, outcomes, strict=True) if outcome == customer)
            assert User.objects.get().check_password(winner)

    def test_is_mailed_once_by_four_workers_at_once(self, transactional_db, customer, now):
        reset = PasswordResetFactory(email=customer.email, asked_at=now)
        outcomes = race([partial(passwords.mail_reset, reset_id=reset.pk, now=now)] * 4)
        assert sorted(outcomes) == [False, False, False, True]
        assert len(mail.outbox) == 1

    def test_asked_for_six_times_at_once_is_one_row(self, transactional_db, customer, now):
        calls = [partial(passwords.ask_for_reset, email=customer.email, address="", now=now)] * 6
        assert len(winners(race(calls))) == 6
        assert PasswordReset.objects.count() == 1
