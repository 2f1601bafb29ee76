"""What people are told, what they may switch off, and how they do it."""

from dataclasses import replace

import pytest
from django.test import Client

from accounts.channels import Notice
from accounts.errors import UnsubscribeLinkInvalid
from accounts.models import MutedNotice, Notification
from accounts.services import preferences, telling
from accounts.states import OPTIONAL, Channel, NoticeType
from booking.models import BookingMail
from booking.services.mailing import KINDS
from tests.factories.accounts import MutedNoticeFactory, NotificationFactory
from tests.factories.booking import BookingFactory

REMINDER = NoticeType.SHOW_REMINDER
PATH = "/account/notifications"


@pytest.fixture
def notice(customer) -> Notice:
    booking = BookingFactory(user=customer, confirmed=True)
    return Notice(
        user_id=customer.pk,
        type=REMINDER,
        event="reminder/1",
        message="Soon.",
        booking_id=booking.pk,
        path="/account/bookings/BKNG-1",
    )


def reached() -> set[Channel]:
    found = {Channel.INBOX} if Notification.objects.exists() else set()
    return found | ({Channel.MAIL} if BookingMail.objects.exists() else set())


class TestTell:
    def test_reaches_every_channel_once_however_often_it_is_told(self, notice, now):
        for _ in range(3):
            telling.tell(notice, now=now)
        line = Notification.objects.get()
        assert (line.notification_type, line.message, line.path) == (REMINDER, "Soon.", notice.path)
        assert BookingMail.objects.count() == 1

    def test_tells_another_event_of_the_same_kind(self, notice, now):
        for event in ("reminder/1", "reminder/2"):
            telling.tell(replace(notice, event=event), now=now)
        assert (Notification.objects.count(), BookingMail.objects.count()) == (2, 2)

    def test_keeps_only_the_last_of_those_that_replace_each_other_until_it_is_taken_up(self, notice, now):
        for event in ("reminder/1", "reminder/2"):
            telling.tell(replace(notice, event=event, replaces=True), now=now)
        assert list(BookingMail.objects.values_list("event", flat=True)) == ["reminder/2"]
        BookingMail.objects.update(claimed_at=now)
        telling.tell(replace(notice, event="reminder/3", replaces=True), now=now)
        assert sorted(BookingMail.objects.values_list("event", flat=True)) == ["reminder/2", "reminder/3"]

    def test_replaces_nothing_of_another_booking_or_another_kind(self, notice, now):
        other = BookingFactory(confirmed=True)
        telling.tell(notice, now=now)
        telling.tell(replace(notice, event="reminder/9", booking_id=other.pk, user_id=other.user_id), now=now)
        telling.tell(replace(notice, type=NoticeType.FEEDBACK_REPLIED, event="answered/1", replaces=True), now=now)
        assert BookingMail.objects.count() == 3

    @pytest.mark.parametrize("muted", list(Channel), ids=str)
    def test_leaves_out_the_channel_that_is_switched_off(self, notice, customer, now, muted):
        MutedNoticeFactory(user=customer, channel=muted)
        telling.tell(notice, now=now)
        assert reached() == set(Channel) - {muted}

    def test_heeds_no_wish_about_what_people_need(self, notice, customer, now):
        for channel in Channel:
            MutedNoticeFactory(user=customer, notification_type=NoticeType.BOOKING_CANCELLED, channel=channel)
        telling.tell(replace(notice, type=NoticeType.BOOKING_CANCELLED), now=now)
        assert reached() == set(Channel)

    def test_has_a_letter_for_every_kind_of_news(self):
        assert set(KINDS) == set(NoticeType)


class TestTellAll:
    @pytest.fixture
    def many(self, notice) -> list[Notice]:
        """News for ten people."""
        bookings = BookingFactory.create_batch(10, confirmed=True)
        return [
            replace(notice, event=f"reminder/{booking.pk}", user_id=booking.user_id, booking_id=booking.pk)
            for booking in bookings
        ]

    def test_asks_and_writes_as_often_for_many_as_for_one(self, many, now, django_assert_num_queries):
        for notices in (many[:1], many[1:]):
            with django_assert_num_queries(3):  # who has switched what off; inboxes; mails
                telling.tell_all(notices, now=now)
        assert (Notification.objects.count(), BookingMail.objects.count()) == (10, 10)

    def test_heeds_the_wish_of_each_and_of_nobody_else(self, many, now):
        MutedNoticeFactory(user_id=many[0].user_id, channel=Channel.MAIL)
        MutedNoticeFactory(user_id=many[1].user_id, channel=Channel.INBOX)
        MutedNoticeFactory(user_id=many[2].user_id, notification_type=NoticeType.PAYMENT_FAILED, channel=Channel.MAIL)
        telling.tell_all(many, now=now)
        everybody = {notice.user_id for notice in many}
        mailed = set(BookingMail.objects.values_list("booking__user_id", flat=True))
        assert everybody - mailed == {many[0].user_id}
        assert everybody - set(Notification.objects.values_list("user_id", flat=True)) == {many[1].user_id}

    def test_tells_nobody_nothing(self, db, now, django_assert_num_queries):
        with django_assert_num_queries(0):
            telling.tell_all([], now=now)


class TestPreferences:
    def test_say_what_cannot_be_switched_off(self, client, customer):
        client.force_login(customer)
        page = client.get(PATH).content.decode()
        assert page.count('type="checkbox"') == page.count(" checked>") == len(preferences.optional())
        assert page.count("Always") == len(NoticeType) * len(Channel) - len(preferences.optional())

    def test_keep_what_is_ticked_and_nothing_that_is_not_on_offer(self, client, customer):
        client.force_login(customer)
        wanted = ["SHOW_REMINDER.INBOX", "FEEDBACK_REPLIED.MAIL", "BOOKING_CONFIRMED.MAIL", "GOSSIP.SMOKE"]
        for _ in range(2):
            assert client.post(PATH, {"wanted": wanted}).status_code == 302
        muted = set(MutedNotice.objects.values_list("notification_type", "channel"))
        assert muted == {("SHOW_REMINDER", "MAIL"), ("PAYMENT_FAILED", "MAIL")}
        page = client.get(PATH).content.decode()
        assert page.count(" checked>") == 2

    def test_are_part_of_what_we_know_about_somebody(self, client, customer):
        MutedNoticeFactory(user=customer)
        client.force_login(customer)
        told = b"".join(client.post("/account/export")).decode()
        assert '"muted_notifications": [{"notification_type": "SHOW_REMINDER", "channel": "MAIL"}]' in told


class TestUnsubscribe:
    @pytest.fixture
    def link(self, customer) -> str:
        link = preferences.unsubscribe_link(user_id=customer.pk, notice_type=REMINDER)
        return link[link.index("/account") :]

    def test_is_one_click_of_a_mail_program_without_a_cookie(self, link, customer):
        program = Client(enforce_csrf_checks=True)
        for _ in range(2):
            answer = program.post(link, {"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200
        assert list(MutedNotice.objects.values_list("user", "notification_type", "channel")) == [
            (customer.pk, "SHOW_REMINDER", "MAIL")
        ]

    def test_is_not_done_by_whoever_only_opens_the_link(self, client, link):
        assert "No more of these mails" in client.get(link).content.decode()
        assert not MutedNotice.objects.exists()

    @pytest.mark.parametrize("key", ["", "1.SHOW_REMINDER", "1.SHOW_REMINDER:forged", "\x00", "x" * 5000])
    def test_is_refused_with_a_key_that_we_did_not_write(self, client, db, key):
        for ask in (client.get, client.post):
            assert ask("/account/unsubscribe", query_params={"key": key}).status_code == 410
        assert not MutedNotice.objects.exists()

    def test_ends_nothing_that_people_need(self, customer):
        key = preferences.key_of(user_id=customer.pk, notice_type=NoticeType.BOOKING_CONFIRMED)
        with pytest.raises(UnsubscribeLinkInvalid):
            preferences.unsubscribe(key=key)
        assert NoticeType.BOOKING_CONFIRMED not in OPTIONAL

    def test_of_somebody_who_is_gone_is_refused(self, db):
        with pytest.raises(UnsubscribeLinkInvalid):
            preferences.unsubscribe(key=preferences.key_of(user_id=4711, notice_type=REMINDER))


class TestUnreadNow:
    def test_tells_the_count_and_the_newest_and_is_silent_while_nothing_changes(
        self, client, customer, stranger, django_assert_num_queries
    ):
        NotificationFactory(user=stranger)
        client.force_login(customer)
        assert client.get("/account/inbox/now").json() == {"unread": 0, "newest": ""}
        NotificationFactory(user=customer, message="First")
        NotificationFactory(user=customer, message="Second")
        with django_assert_num_queries(3):  # session, user, inbox
            answer = client.get("/account/inbox/now")
        assert answer.json() == {"unread": 2, "newest": "Second"}
        again = client.get("/account/inbox/now", headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        Notification.objects.filter(user=customer).delete()
        assert client.get("/account/inbox/now", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200
