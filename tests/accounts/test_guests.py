import pytest
from django.core import mail

from accounts import queries
from accounts.errors import EmailTaken, UnknownUser, WrongCredentials
from accounts.models import Guest, PasswordReset, User
from accounts.services import guests, passwords, sessions, signing_up
from cinema.core.errors import Malformed
from tests.accounts.test_passwords import mailed
from tests.factories.accounts import GuestDetailsFactory, PasswordResetFactory, UserFactory

HERE = "203.0.113.7"
NEW = "velvet-curtain-rises"
WHERE = "asha@example.com"


def chosen(email: str, now, password: str = NEW) -> User:
    """Ask for a link to an address, open it, and choose a password."""
    return passwords.reset_password(token=mailed(email, now), new=password, address=HERE, now=now)


class TestWelcome:
    def test_makes_somebody_who_can_never_log_in(self, db, now):
        user = guests.welcome(address=HERE, now=now)
        assert (user.is_guest, user.has_usable_password(), user.role) == (True, False, "user")
        with pytest.raises(WrongCredentials):
            sessions.recognise(email=user.email, password="", address=HERE, now=now)

    def test_gives_an_address_that_no_mail_reaches(self, db, now):
        one, other = guests.welcome(address=HERE, now=now), guests.welcome(address=HERE, now=now)
        assert one.email.endswith("@guest.invalid")
        assert one.email != other.email
        assert queries.mail_address(one) == ""
        assert not queries.is_reachable(one)


class TestGiveDetails:
    @pytest.fixture
    def guest(self, db, now) -> User:
        return guests.make_guest(now=now)

    def test_writes_them_the_way_accounts_keep_them(self, guest):
        guests.give_details(user=guest, email=" Asha@Example.com ", phone="+91 98200-00001")
        assert (guest.guest.email, guest.guest.phone) == ("", "")  # what was read before stays as it was
        kept = Guest.objects.get()
        assert (kept.email, kept.phone) == (WHERE, "+919820000001")
        assert queries.mail_address(guest) == WHERE

    def test_takes_the_address_and_the_phone_of_an_account_without_a_word(self, guest, customer):
        guests.give_details(user=guest, email=customer.email, phone=customer.phone)
        assert queries.mail_address(guest) == customer.email
        customer.refresh_from_db()
        assert not customer.is_guest

    @pytest.mark.parametrize(("email", "phone"), [(WHERE, ""), (WHERE, "call me"), ("ashä@example.com", "12345")])
    def test_refuses_what_cannot_be_reached(self, guest, email, phone):
        with pytest.raises(Malformed):
            guests.give_details(user=guest, email=email, phone=phone)
        assert not queries.is_reachable(guest)


class TestGuestQuery:
    def test_finds_who_has_the_key(self, db):
        kept = GuestDetailsFactory()
        assert queries.guest(user_id=kept.user_id, link_key=kept.link_key) == kept.user

    def test_finds_nobody_by_an_old_key(self, db):
        kept = GuestDetailsFactory()
        guests.renew_links(user=kept.user)
        assert queries.guest(user_id=kept.user_id, link_key=kept.link_key) is None

    @pytest.mark.parametrize("change", [{"is_active": False}, {"is_guest": False}])
    def test_finds_nobody_who_is_gone_or_has_an_account(self, db, change):
        kept = GuestDetailsFactory()
        User.objects.update(**change)
        assert queries.guest(user_id=kept.user_id, link_key=kept.link_key) is None


class TestChoosingTheFirstPassword:
    def test_makes_an_account_of_the_address(self, db, now):
        kept = GuestDetailsFactory(email=WHERE)
        user = chosen(WHERE, now)
        assert (user.email, user.name, user.is_guest, user.created_at) == (WHERE, "asha", False, now)
        assert user != kept.user
        assert sessions.recognise(email=WHERE, password=NEW, address=HERE, now=now) == user

    def test_is_offered_by_a_mail_that_says_so(self, db, now):
        GuestDetailsFactory(email=WHERE)
        mailed(WHERE, now)
        (sent,) = mail.outbox
        assert (sent.to, sent.subject) == ([WHERE], "Your bookings at Marquee")
        assert "without an account" in str(sent.body)

    def test_makes_nothing_when_the_password_is_no_good(self, db, now):
        GuestDetailsFactory(email=WHERE)
        with pytest.raises(Malformed):
            chosen(WHERE, now, password="12345678")
        assert not User.objects.filter(email=WHERE).exists()

    def test_replaces_the_password_of_an_account_that_has_the_address(self, customer, now):
        GuestDetailsFactory(email=customer.email)
        assert chosen(customer.email, now) == customer
        assert User.objects.filter(is_guest=False).count() == 1

    def test_does_not_bring_back_somebody_who_was_shut_out(self, db, now):
        UserFactory(email=WHERE, is_active=False)
        GuestDetailsFactory(email=WHERE)
        reset = PasswordResetFactory(email=WHERE, asked_at=now)
        assert not passwords.mail_reset(reset_id=reset.pk, now=now)
        assert (mail.outbox, PasswordReset.objects.count()) == ([], 0)

    def test_is_refused_when_the_account_was_shut_out_meanwhile(self, db, now):
        GuestDetailsFactory(email=WHERE)
        token = mailed(WHERE, now)
        UserFactory(email=WHERE, is_active=False)
        with pytest.raises(UnknownUser):
            passwords.reset_password(token=token, new=NEW, address=HERE, now=now)


class TestSigningUp:
    def test_with_an_address_a_guest_gave_makes_an_empty_account(self, db, now):
        kept = GuestDetailsFactory(email=WHERE)
        facts = {"name": "Asha", "email": WHERE, "phone": kept.phone, "password": NEW}
        user = signing_up.sign_up(**facts, address=HERE, now=now)
        assert user.email == WHERE
        with pytest.raises(EmailTaken):
            signing_up.sign_up(**facts, address=HERE, now=now)
