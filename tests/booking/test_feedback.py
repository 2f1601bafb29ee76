from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from accounts.models import Notification
from booking.errors import FeedbackGiven, ReasonNeeded, UnknownFeedback
from booking.models import Booking, BookingMail, Feedback
from booking.services import feedback, mailing
from booking.states import BookingStatus, MailKind
from tests.bad_input import TEXT, WHOLE, cases, locations, send
from tests.booking.stories import booked
from tests.factories.booking import BookedSeatFactory, BookingFactory, FeedbackFactory
from tests.factories.scheduling import ShowFactory

TABLE = reverse("admin:booking_feedback_changelist")
FIELDS = {"booking_id", "user_id", "rating", "comment", "feedback_id", "feedback_date", "reply", "replied_at"}
IDS = [bad for bad in WHOLE if bad != "99999999999"]  # a key could hold that one
COMMENT = ["[]", "{}", '"nul\\u0000nul"', '"\\ud800"', "5", "true", f'"{"x" * 2001}"']


@pytest.fixture
def seen(customer, now) -> Booking:
    """A booking of the customer for a show that is over."""
    show = ShowFactory(starts_at=now - timedelta(days=1), movie__title="शोले")
    return BookedSeatFactory(booking=BookingFactory(user=customer, show=show, confirmed=True)).booking


@pytest.fixture
def given(seen) -> Feedback:
    return FeedbackFactory(booking=seen, rating=2, comment="Too <b>loud</b>")


def the_mail() -> tuple[EmailMultiAlternatives, str, str]:
    sent = mail.outbox[-1]
    assert isinstance(sent, EmailMultiAlternatives)
    ((html, kind),) = sent.alternatives
    assert kind == "text/html"
    return sent, str(sent.body), str(html)


class TestGive:
    def test_keeps_what_a_visitor_says_about_a_show_they_saw(self, api, customer, seen):
        sent = {"booking_id": seen.pk, "user_id": customer.pk, "rating": 4, "comment": "Good seats"}
        response = api.signed_in_as(customer).post("/feedbacks", sent)
        assert (response.status_code, set(response.json())) == (201, FIELDS)
        assert response.json() | sent == response.json()
        assert response.json()["reply"] is None
        assert (Feedback.objects.get().comment, Feedback.objects.get().user) == ("Good seats", customer)

    @pytest.mark.parametrize("extra", [{}, {"comment": None}, {"comment": ""}], ids=["without", "null", "empty"])
    def test_needs_no_comment_and_no_user_id(self, api, customer, seen, extra):
        response = api.signed_in_as(customer).post("/feedbacks/", {"booking_id": seen.pk, "rating": 4, **extra})
        assert (response.status_code, response.json()["comment"]) == (201, None)

    def test_is_taken_once(self, api, customer, given):
        sent = {"booking_id": given.booking_id, "rating": 5}
        response = api.signed_in_as(customer).post("/feedbacks", sent)
        assert (response.status_code, response.json()["code"]) == (409, "feedback_given")
        assert Feedback.objects.get().rating == 2

    @pytest.mark.parametrize("status", [BookingStatus.PENDING, BookingStatus.CANCELLED])
    def test_is_not_for_a_booking_that_is_not_confirmed(self, api, customer, seen, now, status):
        cancelled_at = now if status == BookingStatus.CANCELLED else None
        Booking.objects.update(booking_status=status, cancelled_at=cancelled_at)
        response = api.signed_in_as(customer).post("/feedbacks", {"booking_id": seen.pk, "rating": 5})
        assert (response.status_code, response.json()["code"]) == (409, "feedback_not_due")
        assert not Feedback.objects.exists()

    def test_waits_for_the_end_of_the_show(self, api, customer, selling_show, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        response = api.signed_in_as(customer).post("/feedbacks", {"booking_id": booking.pk, "rating": 5})
        assert (response.status_code, response.json()["code"]) == (409, "feedback_not_due")
        said = {"booking_id": booking.pk, "rating": 5, "comment": "", "by": customer}
        assert feedback.give_feedback(**said, now=selling_show.ends_at).rating == 5

    def test_is_for_ones_own_booking(self, api, customer, stranger, seen):
        sent = {"booking_id": seen.pk, "rating": 5}
        assert api.post("/feedbacks", sent).status_code == 401
        client = api.signed_in_as(stranger)
        assert client.post("/feedbacks", sent).json()["code"] == "not_yours"
        assert client.post("/feedbacks", sent | {"user_id": customer.pk}).status_code == 403
        refused = client.post("/feedbacks", {"booking_id": 999999, "rating": 5})
        assert (refused.status_code, refused.json()["code"]) == (404, "booking_unknown")
        assert not Feedback.objects.exists()

    def test_may_be_given_by_an_admin_in_somebodys_name_only(self, api, admin, customer, seen):
        client, sent = api.signed_in_as(admin), {"booking_id": seen.pk, "rating": 5}
        assert client.post("/feedbacks", sent).status_code == 403
        assert client.post("/feedbacks", sent | {"user_id": customer.pk}).json()["user_id"] == customer.pk

    @pytest.mark.parametrize(
        ("field", "bad"),
        [*cases(booking_id=IDS, user_id=IDS, rating=[*WHOLE, "0", "6"], comment=COMMENT)],
    )
    def test_refuses_bad_input(self, api, customer, seen, field, bad):
        good = {"booking_id": seen.pk, "user_id": customer.pk, "rating": 5, "comment": "Good"}
        response = send(api.signed_in_as(customer), "POST", "/feedbacks", good, field, bad)
        assert response.status_code == 422
        assert {tuple(loc) for loc in locations(response)} <= {("body",), ("body", field)}
        assert not Feedback.objects.exists()

    def test_refuses_a_second_one_that_comes_between(self, customer, given, now, monkeypatch):
        """The look finds nothing, as it does while the first is not committed yet: the constraint has the last word."""
        monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda self: False)
        with pytest.raises(FeedbackGiven):
            feedback.give_feedback(booking_id=given.booking_id, rating=1, comment="", by=customer, now=now)


class TestRead:
    def test_lists_the_newest_first_to_admins(self, api, admin, customer, now):
        made = [FeedbackFactory(feedback_date=now - timedelta(minutes=n)) for n in range(3)]
        assert api.get("/feedbacks").status_code == 401
        assert api.signed_in_as(customer).get("/feedbacks").status_code == 403
        listed = api.signed_in_as(admin).get("/feedbacks").json()
        assert [row["feedback_id"] for row in listed] == [one.pk for one in made]
        assert set(listed[0]) == FIELDS

    def test_lists_fifty_unless_asked_otherwise_in_two_queries(self, api, admin, seen, django_assert_num_queries):
        """Who asks; the rows."""
        bookings = BookingFactory.create_batch(51, show=seen.show, user=seen.user)
        Feedback.objects.bulk_create(Feedback(booking=one, user=one.user, rating=3) for one in bookings)
        client = api.signed_in_as(admin)
        with django_assert_num_queries(2):
            assert len(client.get("/feedbacks").json()) == 50
        assert len(client.get("/feedbacks/?skip=50&limit=500").json()) == 1

    @pytest.mark.parametrize("query", ["skip=-1", "limit=0", "limit=501", "limit=many"])
    def test_refuses_a_page_that_cannot_be(self, api, admin, query):
        response = api.signed_in_as(admin).get(f"/feedbacks?{query}")
        assert (response.status_code, locations(response)) == (422, [["query", query.partition("=")[0]]])

    def test_shows_one_to_its_owner_and_to_admins(self, api, customer, stranger, admin, given):
        path = f"/feedbacks/{given.pk}"
        assert api.get(path).status_code == 401
        assert api.signed_in_as(stranger).get(path).status_code == 404
        for person in (customer, admin):
            assert api.signed_in_as(person).get(path).json()["comment"] == given.comment
        assert api.signed_in_as(admin).get("/feedbacks/999999").status_code == 404
        assert locations(api.signed_in_as(admin).get("/feedbacks/mine")) == [["path", "feedback_id"]]


class TestHide:
    """In the back office, with a reason; the pages themselves: test_browsing_pages."""

    @pytest.fixture
    def office(self, client, admin):
        client.force_login(admin)
        return client

    def act(self, office, action, given, **more) -> str:
        chosen = {"action": action, "_selected_action": [given.pk], **more}
        return office.post(TABLE, chosen, follow=True).content.decode()

    def test_asks_for_the_reason_first_and_keeps_who_hid_it(self, office, admin, given):
        assert "its stars no longer count" in self.act(office, "hide", given)
        given.refresh_from_db()
        assert given.hidden_at is None
        self.act(office, "hide", given, confirmed="yes", note="Abuse")
        given.refresh_from_db()
        assert (given.hidden_by, given.hidden_reason) == (admin, "Abuse")
        assert "Hidden because: Abuse" in self.act(office, "show", given)
        self.act(office, "show", given, confirmed="yes")
        given.refresh_from_db()
        assert (given.hidden_at, given.hidden_by, given.hidden_reason) == (None, None, "")

    def test_does_nothing_without_a_reason(self, office, admin, given, now):
        self.act(office, "hide", given, confirmed="yes", note=" ")
        with pytest.raises(ReasonNeeded):
            feedback.hide(feedback_id=given.pk, reason=" ", by=admin, now=now)
        given.refresh_from_db()
        assert given.hidden_at is None

    def test_keeps_the_first_reason(self, admin, given, now):
        for reason in ("Abuse", "Another"):
            feedback.hide(feedback_id=given.pk, reason=reason, by=admin, now=now)
        given.refresh_from_db()
        assert given.hidden_reason == "Abuse"

    def test_is_refused_for_feedback_that_is_not_there(self, admin, now):
        with pytest.raises(UnknownFeedback):
            feedback.hide(feedback_id=4711, reason="Abuse", by=admin, now=now)
        with pytest.raises(UnknownFeedback):
            feedback.show(feedback_id=4711, by=admin)

    def test_is_not_for_everybody_who_may_look(self, client, clerk, given):
        clerk.user_permissions.add(Permission.objects.get(codename="view_feedback"))
        client.force_login(clerk)
        assert "Hide from the pages" not in client.get(TABLE).content.decode()
        self.act(client, "hide", given, confirmed="yes", note="Abuse")
        given.refresh_from_db()
        assert given.hidden_at is None


class TestReply:
    def test_is_stored_told_and_mailed(self, api, admin, customer, given, now):
        response = api.signed_in_as(admin).post(
            f"/feedbacks/{given.pk}/reply", {"reply": "We turned it down & thank you."}
        )
        assert (response.status_code, set(response.json())) == (200, FIELDS)
        assert response.json()["reply"] == "We turned it down & thank you."
        told = Notification.objects.get(user=customer)
        assert (told.notification_type, told.booking_id, told.is_read) == ("FEEDBACK_REPLIED", given.booking_id, False)
        assert "शोले" in told.message
        assert mailing.send(booking_id=given.booking_id, kind=MailKind.REPLIED, now=now)
        sent, text, html = the_mail()
        assert sent.to == [customer.email]
        assert "We turned it down & thank you." in text
        assert "We turned it down &amp; thank you." in html
        assert "Too <b>loud</b>" in text
        assert "<b>" not in html

    def test_again_is_no_news_and_another_is_mailed_anew(self, given, now):
        for text, mails in (("Thanks.", 1), ("Thanks.", 1), ("Thanks a lot.", 2)):
            feedback.reply(feedback_id=given.pk, text=text, now=now)
            mailing.send(booking_id=given.booking_id, kind=MailKind.REPLIED, now=now)
            assert len(mail.outbox) == mails
        assert "Thanks a lot." in the_mail()[1]
        assert Notification.objects.count() == 2
        assert BookingMail.objects.filter(sent_at__isnull=False).count() == BookingMail.objects.count() == 2

    def test_that_is_corrected_before_its_mail_went_out_is_one_mail(self, given, now):
        for seconds, text in enumerate(("Thanks.", "Thank you.", "Thanks a lot.")):
            feedback.reply(feedback_id=given.pk, text=text, now=now + timedelta(seconds=seconds))
        assert BookingMail.objects.get().sent_at is None
        for _ in range(3):
            mailing.send(booking_id=given.booking_id, kind=MailKind.REPLIED, now=now + timedelta(minutes=1))
        assert len(mail.outbox) == 1
        assert "Thanks a lot." in the_mail()[1]

    def test_that_changes_while_the_first_is_being_sent_is_sent_too(self, given, now, monkeypatch):
        feedback.reply(feedback_id=given.pk, text="Thanks.", now=now)

        def meanwhile(self):
            feedback.reply(feedback_id=given.pk, text="Thanks a lot.", now=now)

        with monkeypatch.context() as patch:
            patch.setattr("django.core.mail.EmailMultiAlternatives.send", meanwhile)
            assert mailing.send(booking_id=given.booking_id, kind=MailKind.REPLIED, now=now)
        assert mailing.send(booking_id=given.booking_id, kind=MailKind.REPLIED, now=now + timedelta(seconds=1))
        assert "Thanks a lot." in the_mail()[1]

    def test_is_for_admins(self, api, admin, customer, given):
        path = f"/feedbacks/{given.pk}/reply"
        assert api.post(path, {"reply": "No."}).status_code == 401
        assert api.signed_in_as(customer).post(path, {"reply": "No."}).status_code == 403
        refused = api.signed_in_as(admin).post("/feedbacks/999999/reply", {"reply": "No."})
        assert (refused.status_code, refused.json()["code"]) == (404, "feedback_unknown")
        assert not BookingMail.objects.exists()
        given.refresh_from_db()
        assert given.reply == ""

    @pytest.mark.parametrize(("field", "bad"), [*cases(reply=TEXT), ("reply", f'"{"x" * 1001}"'), ("reply", '"  "')])
    def test_refuses_bad_input(self, api, admin, given, field, bad):
        response = send(api.signed_in_as(admin), "POST", f"/feedbacks/{given.pk}/reply", {}, field, bad)
        assert response.status_code == 422
        assert {tuple(loc) for loc in locations(response)} <= {("body",), ("body", field)}
        given.refresh_from_db()
        assert given.reply == ""

    def test_may_have_a_thousand_characters(self, api, admin, given):
        response = api.signed_in_as(admin).post(f"/feedbacks/{given.pk}/reply", {"reply": "x" * 1000})
        assert response.status_code == 200
