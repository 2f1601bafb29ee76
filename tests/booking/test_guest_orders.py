from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail

from accounts.errors import DetailsNeeded
from accounts.models import Guest, Notification, User
from accounts.services import guests, passwords
from billing.models import Payment
from booking.errors import OrderJoined, OrderLinkInvalid
from booking.links import OrderKey, order_link
from booking.models import Booking, Feedback, SeatLock, Ticket
from booking.services import guest_orders, keeping, locks, mailing
from booking.states import LockStatus, MailKind
from cinema.core.errors import Malformed
from tests.accounts.test_passwords import mailed
from tests.booking.stories import booked, placed, seats_of
from tests.factories.accounts import GuestDetailsFactory, GuestFactory, NotificationFactory, UserFactory
from tests.factories.booking import FeedbackFactory, SeatLockFactory

HERE = "203.0.113.7"
WHERE = "asha@example.com"


@pytest.fixture
def guest(db) -> User:
    return GuestDetailsFactory(email=WHERE).user


@pytest.fixture
def bought(selling_show, guest, now) -> Booking:
    return booked(selling_show, "A1", "A2", by=guest, now=now)


def key_of(booking: Booking) -> str:
    link = order_link(OrderKey(booking.booking_reference, Guest.objects.get(user=booking.user).link_key))
    return parse_qs(urlsplit(link).query)["key"][0]


def opened(key: str, now) -> Booking:
    return guest_orders.open_order(key=key, address=HERE, now=now)


def held_by(user: User, now) -> list[str]:
    live = SeatLock.objects.live(now=now).filter(user=user)
    return sorted(str(lock.seat) for lock in live.select_related("seat"))


class TestBuying:
    def test_waits_until_we_know_where_the_tickets_go(self, selling_show, now):
        stranger = guests.make_guest(now=now)
        with pytest.raises(DetailsNeeded):
            placed(selling_show, "A1", by=stranger, now=now)
        assert not Booking.objects.exists()

    def test_sends_the_tickets_where_the_guest_said(self, bought, now, settings, tmp_path):
        settings.MEDIA_ROOT, settings.SITE_URL = tmp_path, "https://cinema.example"
        mailing.send(booking_id=bought.pk, kind=MailKind.CONFIRMED, now=now)
        (sent,) = mail.outbox
        assert sent.to == [WHERE]
        link = next(word for word in str(sent.body).split() if word.startswith("https://"))
        assert opened(parse_qs(urlsplit(link).query)["key"][0], now) == bought
        assert "guest.invalid" not in str(sent.message())

    def test_sends_an_account_to_the_page_and_not_to_a_key(self, selling_show, customer, now, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        booking = booked(selling_show, "A1", by=customer, now=now)
        mailing.send(booking_id=booking.pk, kind=MailKind.CONFIRMED, now=now)
        assert f"/account/bookings/{booking.booking_reference}" in str(mail.outbox[0].body)
        assert "key=" not in str(mail.outbox[0].message())


class TestGiveDetails:
    def give(self, user: User, email: str, now) -> User:
        return guest_orders.give_details(user=user, email=email, phone="98200 00003", now=now)

    def test_may_be_changed_until_something_is_bought(self, guest, now):
        assert self.give(guest, "ravi@example.com", now) == guest
        assert Guest.objects.get().email == "ravi@example.com"

    def test_may_be_given_again_afterwards(self, guest, bought, now):
        assert self.give(guest, " ASHA@example.com", now) == guest

    def test_of_another_person_at_the_same_browser_give_them_the_held_seats_and_nothing_else(
        self, selling_show, guest, bought, now
    ):
        locks.lock_seats(show_id=selling_show.pk, seat_ids=seats_of(selling_show, "B1"), by=guest, now=now)
        other = self.give(guest, "ravi@example.com", now)
        assert other != guest
        assert (held_by(other, now), held_by(guest, now)) == (["B1"], [])
        bought.refresh_from_db()
        assert bought.user == guest
        assert Guest.objects.get(user=guest).email == WHERE

    def test_that_cannot_be_leave_everything_as_it_was(self, guest, bought, now):
        with pytest.raises(Malformed):
            guest_orders.give_details(user=guest, email="ravi@example.com", phone="x", now=now)
        assert Guest.objects.get(user=guest).email == WHERE


class TestOpenOrder:
    def test_finds_the_booking_until_a_week_after_the_show(self, bought, now, settings):
        key, ends = key_of(bought), bought.show.ends_at
        assert opened(key, now) == bought
        assert opened(key, ends + timedelta(days=7) - timedelta(seconds=1)) == bought
        with pytest.raises(OrderLinkInvalid):
            opened(key, ends + timedelta(days=7))

    def test_finds_nothing_by_a_link_that_was_replaced(self, bought, now):
        key = key_of(bought)
        guest_orders.send_new_link(booking=bought, now=now)
        with pytest.raises(OrderLinkInvalid):
            opened(key, now)
        assert opened(key_of(bought), now) == bought

    def test_finds_nothing_by_another_guests_key(self, bought, now):
        other = GuestDetailsFactory()
        link = order_link(OrderKey(bought.booking_reference, other.link_key))
        with pytest.raises(OrderLinkInvalid):
            opened(parse_qs(urlsplit(link).query)["key"][0], now)

    def test_leads_to_the_account_that_has_the_booking_now(self, bought, customer, now):
        key = key_of(bought)
        Booking.objects.update(user=customer)
        with pytest.raises(OrderJoined):
            opened(key, now)


class TestSendNewLink:
    def test_mails_it(self, bought, now, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        mailing.send(booking_id=bought.pk, kind=MailKind.CONFIRMED, now=now)
        guest_orders.send_new_link(booking=bought, now=now)
        assert mailing.send(booking_id=bought.pk, kind=MailKind.CONFIRMED, now=now + timedelta(seconds=1))
        first, second = (str(sent.body) for sent in mail.outbox)
        assert first != second
        assert Guest.objects.get().link_key in second


class TestJoin:
    def test_moves_all_that_was_bought_with_the_address_of_the_account(self, selling_show, bought, now):
        again = GuestDetailsFactory(email=WHERE).user
        other = booked(selling_show, "B1", by=again, now=now)
        account = UserFactory(email=WHERE)
        assert guest_orders.join(booking=bought, by=account) == 2
        assert set(Booking.objects.values_list("pk", "user")) == {(bought.pk, account.pk), (other.pk, account.pk)}

    def test_is_refused_to_an_account_with_another_address(self, bought, customer):
        with pytest.raises(OrderLinkInvalid):
            guest_orders.join(booking=bought, by=customer)
        bought.refresh_from_db()
        assert bought.user.is_guest


class TestHandOver:
    def test_takes_everything_along(self, selling_show, guest, bought, customer, now):
        FeedbackFactory(booking=bought, user=guest)
        SeatLockFactory(show=selling_show, user=guest)
        keeping.hand_over(giver_ids=[guest.pk], taker=customer)
        for model in (Booking, SeatLock, Payment, Ticket, Feedback):
            assert set(model.objects.values_list("user", flat=True)) == {customer.pk}, model
        assert Notification.objects.filter(user=customer, booking_id=bought.pk).exists()

    def test_leaves_nothing_that_points_to_the_guest(self, guest, bought, customer):
        """A new table with a person in it must be moved too, or say here why not."""
        keeping.hand_over(giver_ids=[guest.pk], taker=customer)
        left = {
            relation.related_model.__name__
            for relation in User._meta.related_objects
            if relation.related_model._base_manager.filter(**{relation.field.name: guest.pk}).exists()
        }
        assert left == {"Guest"}

    def test_leaves_everybody_else_alone(self, guest, bought, customer, stranger):
        NotificationFactory(user=stranger)
        keeping.hand_over(giver_ids=[guest.pk], taker=customer)
        assert Notification.objects.filter(user=stranger).count() == 1

    def test_comes_with_the_password_that_was_chosen_by_mail(self, bought, now):
        token = mailed(WHERE, now)
        user = passwords.reset_password(token=token, new="velvet-curtain-rises", address=HERE, now=now)
        bought.refresh_from_db()
        assert (bought.user, user.email) == (user, WHERE)


class TestHandOverHolds:
    def test_lets_the_account_hold_what_the_guest_held(self, selling_show, guest, customer, now):
        ids = seats_of(selling_show, "A1", "A2")
        before = locks.lock_seats(show_id=selling_show.pk, seat_ids=ids, by=guest, now=now)
        keeping.hand_over_holds(giver=guest, taker=customer, now=now)
        assert held_by(customer, now) == ["A1", "A2"]
        assert {lock.expires_at for lock in before} == set(SeatLock.objects.values_list("expires_at", flat=True))

    def test_frees_what_would_be_too_much_for_one(self, selling_show, guest, customer, now):
        mine = seats_of(selling_show, *(f"A{number}" for number in range(1, 10)))
        locks.lock_seats(show_id=selling_show.pk, seat_ids=mine, by=customer, now=now)
        theirs = seats_of(selling_show, "B1", "B2")
        locks.lock_seats(show_id=selling_show.pk, seat_ids=theirs, by=guest, now=now)
        keeping.hand_over_holds(giver=guest, taker=customer, now=now)
        assert len(held_by(customer, now)) == 9
        assert set(SeatLock.objects.filter(seat_id__in=theirs).values_list("status", flat=True)) == {"EXPIRED"}

    def test_moves_no_booking(self, bought, guest, customer, now):
        keeping.hand_over_holds(giver=guest, taker=customer, now=now)
        bought.refresh_from_db()
        assert bought.user == guest


class TestTidyAbandoned:
    @pytest.fixture
    def yesterday(self, now):
        return now - timedelta(days=1, seconds=1)

    def test_forgets_who_came_yesterday_and_bought_nothing(self, db, now, yesterday):
        gone = GuestDetailsFactory(user__created_at=yesterday)
        SeatLockFactory(user=gone.user, status=LockStatus.EXPIRED)
        GuestFactory(created_at=yesterday)
        assert guest_orders.tidy_abandoned(now=now) == 2
        assert not User.objects.exclude(is_guest=False).exists()

    def test_leaves_who_bought_who_holds_who_is_new_and_who_has_an_account(self, selling_show, now, yesterday):
        buyer = GuestDetailsFactory(user__created_at=yesterday).user
        booked(selling_show, "A1", by=buyer, now=now)
        holder = GuestFactory(created_at=yesterday)
        locks.lock_seats(show_id=selling_show.pk, seat_ids=seats_of(selling_show, "B1"), by=holder, now=now)
        fresh, account = GuestFactory(created_at=now), UserFactory(created_at=yesterday)
        assert guest_orders.tidy_abandoned(now=now) == 0
        assert set(User.objects.all()) == {buyer, holder, fresh, account}

    def test_leaves_the_seat_to_the_next(self, selling_show, now, yesterday, customer):
        gone = GuestFactory(created_at=yesterday)
        ids = seats_of(selling_show, "A1")
        locks.lock_seats(show_id=selling_show.pk, seat_ids=ids, by=gone, now=now)
        locks.release(show_id=selling_show.pk, by=gone, now=now)
        guest_orders.tidy_abandoned(now=now)
        assert locks.lock_seats(show_id=selling_show.pk, seat_ids=ids, by=customer, now=now)
