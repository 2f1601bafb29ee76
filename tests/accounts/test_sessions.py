from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session as BrowserSession

from accounts.errors import TokenInvalid, WrongCredentials
from accounts.models import Session
from accounts.services import sessions
from accounts.tokens import is_refresh, read_access, read_refresh
from tests.factories.accounts import PASSWORD, GuestFactory, SessionFactory, UserFactory


@pytest.fixture
def tokens(customer, now):
    return sessions.open_session(user=customer, now=now)


class TestLogIn:
    def test_opens_a_session_whatever_the_case_of_the_email(self, customer, now):
        user, tokens = sessions.log_in(email="Customer@Example.com", password=PASSWORD, address="", now=now)
        assert user == customer
        assert read_access(tokens.access).sid == Session.objects.get(user=customer).pk

    def test_refuses_a_wrong_password_an_unknown_email_a_guest_and_somebody_deactivated_alike(self, db, now):
        UserFactory(email="known@example.com")
        UserFactory(email="gone@example.com", is_active=False)
        guest = GuestFactory(email="guest@example.com")
        guest.set_password(PASSWORD)
        guest.save()
        attempts = [("known", "wrong"), ("unknown", PASSWORD), ("gone", PASSWORD), ("guest", PASSWORD)]
        for name, password in attempts:
            with pytest.raises(WrongCredentials):
                sessions.log_in(email=f"{name}@example.com", password=password, address="", now=now)
        assert not Session.objects.exists()


class TestRotate:
    def test_exchanges_a_refresh_token_for_the_next_pair(self, tokens, now):
        successor = sessions.rotate(refresh=tokens.refresh, now=now)
        assert successor.refresh != tokens.refresh
        assert read_access(successor.access).sid == read_access(tokens.access).sid
        assert sessions.rotate(refresh=successor.refresh, now=now).refresh != successor.refresh

    def test_gives_two_tabs_the_same_successor(self, tokens, now):
        first = sessions.rotate(refresh=tokens.refresh, now=now)
        second = sessions.rotate(refresh=tokens.refresh, now=now + timedelta(seconds=10))
        assert first.refresh == second.refresh

    def test_ends_the_session_when_a_token_is_reused_later(self, tokens, now):
        successor = sessions.rotate(refresh=tokens.refresh, now=now)
        for token in (tokens.refresh, successor.refresh):
            with pytest.raises(TokenInvalid):
                sessions.rotate(refresh=token, now=now + timedelta(seconds=11))
        assert Session.objects.get().revoked_at

    def test_ends_the_session_when_an_older_token_than_the_previous_comes_back(self, tokens, now):
        second = sessions.rotate(refresh=tokens.refresh, now=now)
        sessions.rotate(refresh=second.refresh, now=now)
        with pytest.raises(TokenInvalid):
            sessions.rotate(refresh=tokens.refresh, now=now)
        assert Session.objects.get().revoked_at

    def test_prolongs_the_session(self, tokens, now):
        sessions.rotate(refresh=tokens.refresh, now=now + timedelta(days=6))
        assert Session.objects.get().expires_at == now + timedelta(days=13)

    def test_prolongs_no_session_beyond_its_longest_life(self, tokens, now, settings):
        settings.SESSION_LONGEST = timedelta(days=8)
        second = sessions.rotate(refresh=tokens.refresh, now=now + timedelta(days=6))
        assert Session.objects.get().expires_at == now + timedelta(days=8)
        with pytest.raises(TokenInvalid):
            sessions.rotate(refresh=second.refresh, now=now + timedelta(days=8))

    @pytest.mark.parametrize("text", ["", "x", "a.b.c"])
    def test_refuses_what_is_no_token(self, db, now, text):
        with pytest.raises(TokenInvalid):
            sessions.rotate(refresh=text, now=now)

    def test_refuses_an_access_token(self, tokens, now):
        with pytest.raises(TokenInvalid):
            sessions.rotate(refresh=tokens.access, now=now)

    def test_refuses_somebody_deactivated(self, tokens, customer, now):
        customer.is_active = False
        customer.save()
        with pytest.raises(TokenInvalid):
            sessions.rotate(refresh=tokens.refresh, now=now)

    def test_refuses_a_token_that_ran_out(self, customer, now):
        tokens = sessions.open_session(user=customer, now=now - timedelta(days=8))
        with pytest.raises(TokenInvalid):
            sessions.rotate(refresh=tokens.refresh, now=now)


class TestLogOut:
    @pytest.mark.parametrize("kind", ["access", "refresh"])
    def test_ends_the_session_of_either_token(self, tokens, now, kind):
        sessions.log_out(**{"access": "", "refresh": "", kind: getattr(tokens, kind)}, now=now)
        assert Session.objects.get().revoked_at == now

    def test_ends_nothing_without_a_token(self, tokens, now):
        sessions.log_out(access="x", refresh="", now=now)
        assert Session.objects.get().revoked_at is None


class TestEndSessions:
    def test_ends_all_but_the_one_to_keep(self, customer, stranger, now):
        kept, ended, other = (sessions.open_session(user=user, now=now) for user in (customer, customer, stranger))
        sessions.end_sessions(user=customer, now=now, except_for=read_access(kept.access).sid)
        live = {session.pk for session in Session.objects.live(now=now)}
        assert live == {read_access(kept.access).sid, read_access(other.access).sid}
        assert read_access(ended.access).sid not in live


class TestForgetOld:
    def test_deletes_what_ended_a_month_ago_and_nothing_that_lives(self, customer, now):
        month = timedelta(days=30)
        ended, revoked = now - month, {"created_at": now - 2 * month, "revoked_at": now - month}
        SessionFactory(created_at=ended - timedelta(days=7), expires_at=ended)
        SessionFactory(**revoked, expires_at=now + month)
        kept = {
            SessionFactory(created_at=ended, expires_at=ended + timedelta(seconds=1)),
            SessionFactory(**(revoked | {"revoked_at": now - timedelta(days=29)}), expires_at=now + month),
            SessionFactory(created_at=now - 3 * month, expires_at=now + month),
        }
        for key, expires_at in {"old": now - timedelta(seconds=1), "new": now + month}.items():
            BrowserSession.objects.create(session_key=key, expire_date=expires_at)

        assert sessions.forget_old(now=now) == 2

        assert set(Session.objects.all()) == kept
        assert BrowserSession.objects.get().session_key == "new"


class TestTokens:
    def test_tell_their_kind(self, tokens):
        assert is_refresh(tokens.refresh)
        assert not is_refresh(tokens.access)
        with pytest.raises(TokenInvalid):
            read_access(tokens.refresh)
        assert read_refresh(tokens.refresh).user_id == read_access(tokens.access).user_id


class TestWhatTheLogTells:
    def test_who_came_in_and_who_did_not(self, customer, now, caplog):
        caplog.set_level("INFO", logger="accounts")
        sessions.log_in(email=customer.email, password=PASSWORD, address="192.0.2.1", now=now)
        for email in (customer.email, "nobody@example.com"):
            with pytest.raises(WrongCredentials):
                sessions.log_in(email=email, password="wrong", address="192.0.2.1", now=now)
        assert [record.getMessage() for record in caplog.records] == [
            f"user {customer.pk} logged in",
            f"log-in refused: user {customer.pk}",
            "log-in refused: nobody of that e-mail",
        ]

    def test_a_token_that_was_used_twice(self, tokens, customer, now, caplog):
        sessions.rotate(refresh=tokens.refresh, now=now)
        with pytest.raises(TokenInvalid):
            sessions.rotate(refresh=tokens.refresh, now=now + timedelta(minutes=1))
        assert caplog.messages == [f"a refresh token of user {customer.pk} was used twice: session ended"]
