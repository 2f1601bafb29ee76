from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend

from accounts.errors import ResetTokenInvalid, SamePassword, UnknownUser, WrongPassword
from accounts.models import PasswordReset, Session, User
from accounts.services import passwords, profiles, sessions
from cinema.core import jobs
from cinema.core.errors import Malformed
from tests.factories.accounts import PASSWORD, GuestFactory, PasswordResetFactory, UserFactory

NEW = "a-quite-new-secret"
HERE = "192.0.2.1"


def token_of(sent) -> str:
    """Take the token out of the link of a mail."""
    link = next(word for word in sent.body.split() if word.startswith("http"))
    return parse_qs(urlsplit(link).query)["token"][0]


def mailed(email: str, now) -> str:
    """Ask for a link, let the worker write the mail, and read the token."""
    passwords.ask_for_reset(email=email, address=HERE, now=now)
    assert passwords.mail_reset(reset_id=PasswordReset.objects.get(email=email).pk, now=now)
    return token_of(mail.outbox[-1])


class TestAskForReset:
    def test_does_the_same_work_whoever_is_asked_for(self, customer, now, django_assert_num_queries, monkeypatch):
        queued: list[str] = []
        monkeypatch.setattr(jobs, "enqueue_on_commit", lambda job, reset_id: queued.append(job))
        for email in (customer.email, "nobody@example.com"):
            with django_assert_num_queries(3):  # savepoint, one statement, release
                passwords.ask_for_reset(email=email, address=HERE, now=now)
        assert queued == [jobs.MAIL_RESET_LINK] * 2
        assert set(PasswordReset.objects.values_list("email", flat=True)) == {customer.email, "nobody@example.com"}

    def test_replaces_an_earlier_link(self, customer, now):
        first = mailed(customer.email, now)
        second = mailed("customer@example.com", now + timedelta(minutes=1))
        assert PasswordReset.objects.count() == 1
        with pytest.raises(ResetTokenInvalid):
            passwords.reset_password(token=first, new=NEW, address=HERE, now=now)
        passwords.reset_password(token=second, new=NEW, address=HERE, now=now)

    def test_takes_the_address_however_it_is_written(self, customer, now):
        passwords.ask_for_reset(email=" Customer@EXAMPLE.com ", address=HERE, now=now)
        assert PasswordReset.objects.get().email == customer.email

    def test_refuses_what_no_account_could_have(self, db, now):
        with pytest.raises(Malformed):
            passwords.ask_for_reset(email="asha@ex\u0130mple.com", address=HERE, now=now)


class TestMailReset:
    def test_sends_a_link_as_text_and_as_html(self, customer, now, settings):
        settings.SITE_URL = "https://cinema.example"
        token = mailed(customer.email, now)
        (sent,) = mail.outbox
        assert isinstance(sent, EmailMultiAlternatives)
        ((html, kind),) = sent.alternatives
        assert (sent.to, kind) == ([customer.email], "text/html")
        for text in (str(sent.body), str(html)):
            assert f"https://cinema.example/account/reset?token={token}" in text
            assert customer.name in text
            assert "15 minutes" in text

    def test_keeps_only_a_hash_of_the_token(self, customer, now):
        token = mailed(customer.email, now)
        stored = PasswordReset.objects.get()
        assert len(token) >= 43
        assert token not in (stored.token_hash, stored.email)
        assert len(stored.token_hash) == 64

    def test_sends_it_once_though_asked_twice(self, customer, now):
        mailed(customer.email, now)
        assert not passwords.mail_reset(reset_id=PasswordReset.objects.get().pk, now=now)
        assert len(mail.outbox) == 1

    @pytest.mark.parametrize("who", ["nobody", "guest", "deactivated"])
    def test_sends_nothing_to_those_who_cannot_log_in_and_forgets_that_they_were_asked_for(self, db, now, who):
        person = {
            "nobody": lambda: None,
            "guest": lambda: GuestFactory(email="x@example.com"),
            "deactivated": lambda: UserFactory(email="x@example.com", is_active=False),
        }
        person[who]()
        reset = PasswordResetFactory(email="x@example.com", asked_at=now)
        assert not passwords.mail_reset(reset_id=reset.pk, now=now)
        assert (mail.outbox, PasswordReset.objects.count()) == ([], 0)

    def test_sends_nothing_that_would_not_work_any_more(self, customer, now):
        reset = PasswordResetFactory(email=customer.email, asked_at=now - timedelta(minutes=15))
        assert not passwords.mail_reset(reset_id=reset.pk, now=now)
        assert mail.outbox == []

    def test_can_be_tried_again_when_the_mail_server_is_away(self, customer, now, settings):
        reset = PasswordResetFactory(email=customer.email, asked_at=now)
        settings.EMAIL_BACKEND = f"{__name__}.Refusing"
        with pytest.raises(ConnectionRefusedError):
            passwords.mail_reset(reset_id=reset.pk, now=now)
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert passwords.mail_reset(reset_id=reset.pk, now=now)


class Refusing(EmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError


class TestResetPassword:
    @pytest.fixture
    def token(self, customer, now) -> str:
        return mailed(customer.email, now)

    def reset(self, token: str, now, new: str = NEW) -> User:
        return passwords.reset_password(token=token, new=new, address=HERE, now=now)

    def test_gives_the_new_password(self, token, customer, now):
        assert self.reset(token, now) == customer
        customer.refresh_from_db()
        assert customer.check_password(NEW)

    def test_works_once(self, token, now):
        self.reset(token, now)
        with pytest.raises(ResetTokenInvalid):
            self.reset(token, now, new="yet-another-secret")
        assert User.objects.get().check_password(NEW)

    def test_works_for_a_quarter_of_an_hour(self, token, now):
        with pytest.raises(ResetTokenInvalid):
            self.reset(token, now + timedelta(minutes=15))
        self.reset(token, now + timedelta(minutes=14, seconds=59))

    def test_ends_every_session_of_the_person_and_of_nobody_else(self, token, customer, stranger, now):
        sessions.open_session(user=customer, now=now)
        sessions.open_session(user=stranger, now=now)
        self.reset(token, now)
        assert [session.user for session in Session.objects.live(now=now)] == [stranger]

    def test_leaves_the_token_good_when_the_password_is_not(self, token, customer, now):
        with pytest.raises(Malformed) as refused:
            self.reset(token, now, new="password")
        assert {loc for loc, _, _ in refused.value.errors} == {("body", "newPassword")}
        self.reset(token, now)

    def test_is_not_for_somebody_deactivated_meanwhile(self, token, customer, now):
        User.objects.update(is_active=False)
        with pytest.raises(UnknownUser):
            self.reset(token, now)

    @pytest.mark.parametrize("token", ["", "x" * 43, "\ud800" * 43])
    def test_refuses_what_is_no_token_of_ours(self, customer, now, token):
        PasswordResetFactory(email=customer.email)
        with pytest.raises(ResetTokenInvalid):
            self.reset(token, now)


class TestChangePassword:
    def test_replaces_it_and_ends_every_session_and_open_link(self, customer, now):
        token = mailed(customer.email, now)
        sessions.open_session(user=customer, now=now)
        passwords.change_password(user=customer, current=PASSWORD, new=NEW, now=now)
        assert User.objects.get().check_password(NEW)
        assert not Session.objects.live(now=now).exists()
        with pytest.raises(ResetTokenInvalid):
            passwords.reset_password(token=token, new="yet-another-secret", address=HERE, now=now)

    @pytest.mark.parametrize(
        ("current", "new", "failure"),
        [("wrong", NEW, WrongPassword), (PASSWORD, PASSWORD, SamePassword), (PASSWORD, "12345678", Malformed)],
    )
    def test_changes_nothing_when_refused(self, customer, now, current, new, failure):
        sessions.open_session(user=customer, now=now)
        with pytest.raises(failure):
            passwords.change_password(user=customer, current=current, new=new, now=now)
        assert User.objects.get().check_password(PASSWORD)
        assert Session.objects.live(now=now).exists()


class TestTidyResets:
    def test_forgets_links_whose_time_is_over(self, db, now):
        PasswordResetFactory(asked_at=now - timedelta(minutes=15))
        kept = PasswordResetFactory(asked_at=now - timedelta(minutes=14), token_hash="sent")
        assert passwords.tidy_resets(now=now) == 0
        assert PasswordReset.objects.get() == kept

    def test_queues_what_a_lost_message_left_and_leaves_the_fresh_to_their_worker(self, db, now, monkeypatch):
        queued: list[int] = []
        monkeypatch.setattr(jobs, "enqueue_on_commit", lambda job, reset_id: queued.append(reset_id))
        lost = PasswordResetFactory(asked_at=now - timedelta(minutes=1))
        PasswordResetFactory(asked_at=now)
        assert passwords.tidy_resets(now=now) == 1
        assert queued == [lost.pk]


class TestDeactivation:
    def test_ends_sessions_for_good(self, customer, admin, now):
        sessions.open_session(user=customer, now=now)
        profiles.change_profile(user=customer, by=admin, is_active=False, now=now)
        profiles.change_profile(user=customer, by=admin, is_active=True, now=now)
        assert User.objects.get(pk=customer.pk).is_active
        assert not Session.objects.live(now=now).exists()
