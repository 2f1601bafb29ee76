import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import Notification, Session, User
from accounts.services import sessions
from booking.models import Booking, Feedback, SeatLock, Ticket
from booking.services import mailing
from booking.states import MailKind
from tests.booking.stories import booked, placed
from tests.factories.accounts import PASSWORD, NotificationFactory, UserFactory
from tests.factories.booking import FeedbackFactory, SeatLockFactory

NEW = "velvet-curtain-rises"


def logged_in(
    user: User, agent: str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
) -> Client:
    """Log in by the page, in a browser of its own."""
    client = Client(headers={"User-Agent": agent})
    client.post("/account/login", {"email": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def me(customer) -> Client:
    return logged_in(customer)


class TestInbox:
    def test_counts_in_the_header_what_is_unread(self, me, customer, stranger):
        NotificationFactory.create_batch(3, user=customer)
        NotificationFactory(user=stranger)
        assert "data-unread-badge><" in me.get("/").content.decode()
        assert "unread: </span><span data-unread>3</span>" in me.get("/").content.decode()
        me.post("/account/inbox")
        assert "data-unread-badge hidden><" in me.get("/").content.decode()

    def test_costs_one_query_of_every_page(self, me, customer, django_assert_num_queries):
        with django_assert_num_queries(3):  # session, user, unread
            me.get("/account")
        NotificationFactory.create_batch(30, user=customer)
        with django_assert_num_queries(3):
            me.get("/account")

    def test_marks_one_line_as_read(self, me, customer):
        one, other = NotificationFactory.create_batch(2, user=customer)
        assert me.post("/account/inbox", {"line": one.pk}).url == "/account/inbox"
        one.refresh_from_db()
        other.refresh_from_db()
        assert (one.is_read, other.is_read) == (True, False)
        assert me.post("/account/inbox", {"line": one.pk}).status_code == 302

    @pytest.mark.parametrize(
        ("line", "status"),
        [("0" * 24, 404), ("x", 422), ("\0", 422), ("x" * 500, 422)],
        ids=["unknown", "word", "nul", "long"],
    )
    def test_knows_no_other_lines(self, me, line, status):
        assert me.post("/account/inbox", {"line": line}).status_code == status

    def test_marks_nothing_of_somebody_elses(self, me, stranger):
        theirs = NotificationFactory(user=stranger)
        assert me.post("/account/inbox", {"line": theirs.pk}).status_code == 404
        me.post("/account/inbox")
        theirs.refresh_from_db()
        assert not theirs.is_read

    def test_turns_its_pages(self, me, customer):
        NotificationFactory.create_batch(21, user=customer)
        assert len(me.get("/account/inbox").context["page"]) == 20
        assert len(me.get("/account/inbox?page=2").context["page"]) == 1


class TestProfile:
    def test_changes_name_and_phone(self, me, customer):
        assert me.post("/account/profile", {"name": "Asha K", "phone": "+91 98200-11111"}).url == "/account/profile"
        customer.refresh_from_db()
        assert (customer.name, customer.phone) == ("Asha K", "+919820011111")

    def test_takes_a_phone_away(self, me, customer):
        me.post("/account/profile", {"name": "Asha", "phone": ""})
        customer.refresh_from_db()
        assert customer.phone == ""

    @pytest.mark.parametrize(("phone", "status"), [("call me", 422), ("98200 22222", 409)])
    def test_refuses_a_phone_that_is_none_or_somebody_elses(self, me, customer, phone, status):
        UserFactory(phone="9820022222")
        answer = me.post("/account/profile", {"name": "Other", "phone": phone})
        customer.refresh_from_db()
        assert answer.status_code == status
        assert 'id="id_phone_error"' in answer.content.decode()
        assert customer.phone == "+919820000001"

    def test_never_changes_the_email_or_the_role(self, me, customer):
        me.post("/account/profile", {"name": "A", "email": "else@example.com", "role": "admin", "is_staff": "on"})
        customer.refresh_from_db()
        assert (customer.email, customer.role, customer.is_staff) == ("customer@example.com", "user", False)


class TestChangePassword:
    FORM = {"current": PASSWORD, "password": NEW}

    def test_keeps_this_browser_and_ends_the_others(self, me, customer):
        other = logged_in(customer)
        assert me.post("/account/password", self.FORM).url == "/account"
        assert me.get("/account").status_code == 200
        assert other.get("/account").status_code == 302
        assert User.objects.get().check_password(NEW)
        assert Session.objects.live(now=timezone.now()).count() == 1

    @pytest.mark.parametrize(
        ("form", "status", "field"),
        [
            ({"current": "wrong", "password": NEW}, 422, "current"),
            ({"current": PASSWORD, "password": "12345678"}, 422, "password"),
            ({}, 422, "current"),
        ],
    )
    def test_says_what_is_wrong_beside_the_field(self, me, form, status, field):
        answer = me.post("/account/password", form)
        assert answer.status_code == status
        assert f'id="id_{field}_error"' in answer.content.decode()
        assert User.objects.get().check_password(PASSWORD)

    def test_refuses_the_old_one(self, me):
        assert me.post("/account/password", {"current": PASSWORD, "password": PASSWORD}).status_code == 400


class TestSessions:
    def test_lists_devices_and_marks_this_one(self, me, customer, stranger):
        logged_in(customer, agent="Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1")
        sessions.log_in(
            email=customer.email, password=PASSWORD, address="::1", now=timezone.now(), device="python-requests"
        )
        sessions.open_session(user=stranger, now=timezone.now(), device="Opera")
        page = me.get("/account/sessions").content.decode()
        assert [name for name in ("Firefox on Linux", "Safari on iPhone", "python-requests") if name not in page] == []
        assert page.count("This device") == 1
        assert "Opera" not in page

    def test_ends_all_others_and_only_ones_own(self, me, customer, stranger, api):
        other, theirs, app = logged_in(customer), logged_in(stranger), api.signed_in_as(customer)
        assert me.post("/account/sessions").url == "/account/sessions"
        assert me.get("/account").status_code == 200
        assert other.get("/account").status_code == 302
        assert app.get("/bookings/").status_code == 401
        assert theirs.get("/account").status_code == 200

    def test_ends_those_of_the_back_office_too(self, customer):
        User.objects.update(is_staff=True)
        office, me = Client(), logged_in(customer)
        office.force_login(customer)
        assert office.get("/admin/").status_code == 200
        me.post("/account/sessions")
        assert office.get("/admin/").status_code == 302

    def test_forgets_a_browser_that_logged_out(self, me, customer):
        other = logged_in(customer)
        other.post("/account/logout")
        assert me.get("/account/sessions").content.decode().count("Firefox on Linux") == 1

    def test_of_a_rotated_secret_stay(self, me, settings):
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-" * 8
        assert me.get("/account").status_code == 200


class TestExportData:
    def test_is_everything_of_the_person_and_of_nobody_else(self, me, customer, stranger, selling_show, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        theirs = booked(selling_show, "B1", by=stranger, now=now)
        FeedbackFactory(booking=booking, user=customer, comment="Fine “seats”.")
        answer = me.post("/account/export")
        text = b"".join(answer.streaming_content).decode()
        data = json.loads(text)
        assert "attachment" in answer.headers["Content-Disposition"]
        assert data["profile"]["email"] == customer.email
        assert [row["booking_reference"] for row in data["bookings"]] == [booking.booking_reference]
        assert [row["seat__seat_number"] for row in data["seats"]] == ["A1"]
        assert data["feedback"][0]["comment"] == "Fine “seats”."
        assert {"sessions", "notifications", "food", "payments", "tickets"} <= set(data)
        assert [
            secret for secret in (theirs.booking_reference, stranger.email, customer.password) if secret in text
        ] == []

    def test_may_be_asked_for_three_times_an_hour(self, me, settings):
        cache.clear()
        settings.THROTTLES = {**settings.THROTTLES, "export_per_account": (3, 10**9)}
        answers = [me.post("/account/export") for _ in range(4)]
        for answer in answers[:3]:
            b"".join(answer.streaming_content)
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


class TestDeleteAccount:
    FORM = {"password": PASSWORD}

    def test_leaves_no_trace_of_who_it_was(self, me, customer):
        NotificationFactory(user=customer)
        assert me.post("/account/delete", self.FORM).url == "/"
        gone = User.objects.get(pk=customer.pk)
        assert (gone.name, gone.phone, gone.is_active, gone.has_usable_password()) == (
            "Former customer",
            "",
            False,
            False,
        )
        assert gone.email.endswith("@deleted.invalid")
        assert not Notification.objects.filter(user=gone).exists()
        assert not Session.objects.filter(user=gone).exists()

    def test_ends_every_session(self, me, customer, api):
        other, app = logged_in(customer), api.signed_in_as(customer)
        me.post("/account/delete", self.FORM)
        assert {client.get("/account").status_code for client in (me, other)} == {302}
        assert app.get("/bookings/").status_code == 401
        assert "_auth_user_id" not in logged_in(customer).session

    def test_lets_the_address_be_used_anew(self, me, customer):
        me.post("/account/delete", self.FORM)
        form = {"name": "Asha", "email": "customer@example.com", "phone": "+919820000001", "password": NEW}
        assert Client().post("/account/signup", form).status_code == 302

    def test_keeps_bookings_and_money_and_forgets_what_was_said(
        self, me, customer, selling_show, now, settings, tmp_path, django_capture_on_commit_callbacks
    ):
        settings.MEDIA_ROOT = tmp_path
        booking = booked(selling_show, "A1", by=customer, now=now)
        file = me.get(f"/account/bookings/{booking.booking_reference}/ticket.pdf")
        assert b"".join(file.streaming_content)
        FeedbackFactory(booking=booking, user=customer, comment="I am Asha of Mumbai.")
        SeatLockFactory(show=selling_show, user=customer)
        with django_capture_on_commit_callbacks(execute=True):
            me.post("/account/delete", self.FORM)
        assert Booking.objects.get().payment_id
        assert Feedback.objects.values_list("rating", "comment").get() == (5, "")
        assert not SeatLock.objects.live(now=now).exists()
        assert Ticket.objects.get().size == 0
        assert list(tmp_path.rglob("*.pdf")) == []

    def test_waits_for_a_payment_that_is_under_way(self, me, customer, selling_show, now):
        placed(selling_show, "A1", by=customer, now=now)
        answer = me.post("/account/delete", self.FORM)
        assert answer.status_code == 409
        assert "payment" in answer.content.decode()
        assert User.objects.get().name == customer.name

    @pytest.mark.parametrize("form", [{}, {"password": "wrong"}])
    def test_wants_the_password(self, me, customer, form):
        answer = me.post("/account/delete", form)
        assert answer.status_code == 422
        assert 'id="id_password_error"' in answer.content.decode()
        assert User.objects.get().email == customer.email

    @pytest.mark.parametrize("change", [{"is_staff": True}, {"role": "admin"}])
    def test_is_not_for_the_staff(self, me, customer, change):
        User.objects.update(**change)
        assert me.post("/account/delete", self.FORM).status_code == 409
        assert User.objects.get().email == customer.email

    def test_is_guessed_at_so_often_and_no_more(self, me, settings):
        cache.clear()
        settings.THROTTLES = {**settings.THROTTLES, "delete_account_per_account": (1, 10**9)}
        assert me.post("/account/delete", {"password": "wrong"}).status_code == 422
        assert me.post("/account/delete", self.FORM).status_code == 429


def test_a_former_customer_gets_no_mail(customer, selling_show, now, mailoutbox, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    booking = booked(selling_show, "A1", by=customer, now=now)
    logged_in(customer).post("/account/delete", {"password": PASSWORD})
    assert not mailing.send(booking_id=booking.pk, kind=MailKind.CONFIRMED, now=now + timedelta(seconds=1))
    assert mailoutbox == []
