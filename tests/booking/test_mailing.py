from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.test import override_settings

from booking.errors import BookingNotPaid, UnknownBooking
from booking.models import Booking, BookingMail
from booking.services import mailing
from booking.states import BookingStatus, MailKind
from cinema.core import jobs
from tests.factories.booking import BookedSeatFactory, BookingFactory, BookingMailFactory, TicketFactory

CONFIRMED, CANCELLED = MailKind.CONFIRMED, MailKind.CANCELLED


class RefusingBackend(EmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError


REFUSING = override_settings(EMAIL_BACKEND=f"{__name__}.RefusingBackend")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def booking(customer, now) -> Booking:
    booking = BookingFactory(user=customer, confirmed=True, show__movie__title="शोले")
    BookedSeatFactory(booking=booking)
    TicketFactory(booking=booking, filename="BKNG.pdf")
    BookingMailFactory(booking=booking, owed_at=now)
    return booking


def cancelled(booking: Booking, now, refund: str) -> Booking:
    booking.booking_status, booking.cancelled_at = BookingStatus.CANCELLED, now
    booking.refund_amount = Decimal(refund)
    booking.save()
    BookingMailFactory(booking=booking, kind=CANCELLED, owed_at=now)
    return booking


def the_mail() -> tuple[EmailMultiAlternatives, str, str]:
    """Take the only mail that was sent, its text and its HTML."""
    (sent,) = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    ((html, kind),) = sent.alternatives
    assert kind == "text/html"
    return sent, str(sent.body), str(html)


class TestSend:
    def test_sends_the_ticket(self, booking, customer, now):
        assert mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now)
        (sent,) = mail.outbox
        assert sent.to == [customer.email]
        assert "शोले" in sent.subject
        ((name, content, kind),) = sent.attachments
        assert (name, content[:5], kind) == ("BKNG.pdf", b"%PDF-", "application/pdf")

    def test_says_the_same_as_text_and_as_html(self, booking, now):
        mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now)
        _, text, html = the_mail()
        for fact in ("Asha Customer", "शोले", booking.booking_reference, "₹177.60", f"/{booking.booking_reference}"):
            assert fact in text
            assert fact in html

    def test_lets_no_markup_of_a_title_through(self, booking, now):
        booking.show.movie.title = "<b>Bold</b>\n& more"
        booking.show.movie.save()
        mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now)
        sent, text, html = the_mail()
        assert "&lt;b&gt;Bold&lt;/b&gt;" in html
        assert "<b>Bold</b>" in text
        assert "\n" not in sent.subject

    def test_sends_it_once(self, booking, now):
        assert mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now)
        assert not mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now + timedelta(hours=1))
        assert len(mail.outbox) == 1

    def test_sends_nothing_that_is_not_owed(self, booking, now):
        BookingMail.objects.all().delete()
        assert not mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now)
        assert mail.outbox == []

    def test_sends_it_on_the_next_try_when_the_mail_server_was_away(self, booking, now):
        with REFUSING, pytest.raises(ConnectionRefusedError):
            mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now)
        assert mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now + timedelta(seconds=2))
        assert len(mail.outbox) == 1

    def test_leaves_it_to_the_worker_that_took_it_up_until_that_must_be_dead(self, booking, now):
        BookingMail.objects.update(claimed_at=now)
        assert not mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now + timedelta(minutes=4))
        assert mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now + timedelta(minutes=5))

    def test_confirms_nothing_that_was_cancelled_meanwhile(self, booking, now):
        cancelled(booking, now, "0")
        assert not mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now)
        assert mail.outbox == []
        assert not BookingMail.objects.filter(kind=CONFIRMED).exists()

    @pytest.mark.parametrize(("refund", "said"), [("142.08", "₹142.08"), ("0", "nothing comes back")])
    def test_says_what_really_comes_back(self, booking, now, refund, said):
        cancelled(booking, now, refund)
        assert mailing.send(booking_id=booking.pk, kind=CANCELLED, now=now)
        sent, text, html = the_mail()
        assert said in text
        assert said in html
        assert sent.attachments == []


@pytest.mark.django_db(transaction=True)
class TestSendTwiceAtOnce:
    def test_sends_it_once(self, booking, now):
        start = Barrier(4)

        def send() -> None:
            start.wait(timeout=60)
            try:
                mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now)
            finally:
                connection.close()

        threads = [Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(mail.outbox) == 1


class TestOwe:
    def test_is_forgotten_with_its_transaction(self, booking, now, django_capture_on_commit_callbacks):
        BookingMail.objects.all().delete()
        with django_capture_on_commit_callbacks() as queued, transaction.atomic():
            mailing.owe(booking=booking, kind=CONFIRMED, now=now)
            transaction.set_rollback(True)
        assert (queued, BookingMail.objects.count()) == ([], 0)

    def test_owes_a_kind_once(self, booking, now):
        mailing.owe(booking=booking, kind=CONFIRMED, now=now)
        mailing.owe(booking=booking, kind=CANCELLED, now=now)
        assert sorted(booking.mails.values_list("kind", flat=True)) == [CANCELLED, CONFIRMED]

    def test_owes_anew_what_is_just_being_sent_since_it_says_something_else(self, booking, now, monkeypatch):
        def meanwhile(self):
            mailing.owe_anew(booking=booking, kind=CONFIRMED, now=now)

        with monkeypatch.context() as patch:
            patch.setattr("django.core.mail.EmailMultiAlternatives.send", meanwhile)
            mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now)
        assert mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now + timedelta(seconds=1))
        assert len(mail.outbox) == 1
        assert BookingMail.objects.get().sent_at is not None


class TestResendTicket:
    """One mail for one wish, however often it is clicked."""

    @pytest.fixture
    def sent(self, booking, now) -> Booking:
        """Its first mail was owed with its confirmation, and has just gone out."""
        Booking.objects.filter(pk=booking.pk).update(confirmed_at=now)
        assert mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now)
        mail.outbox.clear()
        return booking

    def test_mails_it_once_more_even_right_after_it_was_bought(self, sent, now):
        mailing.resend_ticket(booking_id=sent.pk, now=now + timedelta(seconds=1))
        assert mailing.send(booking_id=sent.pk, kind=CONFIRMED, now=now + timedelta(seconds=2))
        assert (len(mail.outbox), BookingMail.objects.count()) == (1, 1)

    @pytest.mark.parametrize("second_click", [1, 2, 3, 10], ids="after_{}_s".format)
    def test_is_one_mail_of_a_double_click(self, sent, now, second_click):
        """The mail goes out two seconds after the first click."""
        moments = {second: now + timedelta(seconds=second) for second in range(12)}
        mailing.resend_ticket(booking_id=sent.pk, now=moments[1])
        for second in range(1, 12):
            if second == second_click:
                mailing.resend_ticket(booking_id=sent.pk, now=moments[second])
            if second >= 3:
                mailing.send(booking_id=sent.pk, kind=CONFIRMED, now=moments[second])
        assert len(mail.outbox) == 1

    def test_leaves_alone_what_is_just_being_sent(self, sent, now, monkeypatch):
        later = now + timedelta(hours=1)
        mailing.resend_ticket(booking_id=sent.pk, now=later)
        with monkeypatch.context() as patch:
            patch.setattr(
                "django.core.mail.EmailMultiAlternatives.send",
                lambda self: mailing.resend_ticket(booking_id=sent.pk, now=later + timedelta(seconds=30)),
            )
            assert mailing.send(booking_id=sent.pk, kind=CONFIRMED, now=later)
        assert not mailing.send(booking_id=sent.pk, kind=CONFIRMED, now=later + timedelta(minutes=1))

    def test_mails_it_again_when_it_is_asked_for_again(self, sent, now):
        for minutes in (1, 2):
            later = now + timedelta(minutes=minutes)
            mailing.resend_ticket(booking_id=sent.pk, now=later)
            mailing.send(booking_id=sent.pk, kind=CONFIRMED, now=later)
        assert len(mail.outbox) == 2

    def test_mails_what_was_given_up_and_what_was_never_owed(self, booking, now):
        later = now + timedelta(days=2)
        mailing.resend_ticket(booking_id=booking.pk, now=later)
        assert BookingMail.objects.get().owed_at == later
        BookingMail.objects.all().delete()
        for _ in range(2):
            mailing.resend_ticket(booking_id=booking.pk, now=later)
        assert BookingMail.objects.get().sent_at is None

    def test_is_for_paid_bookings(self, booking, now):
        cancelled(booking, now, "0")
        with pytest.raises(BookingNotPaid):
            mailing.resend_ticket(booking_id=booking.pk, now=now)
        with pytest.raises(UnknownBooking):
            mailing.resend_ticket(booking_id=4711, now=now)


class TestQueueOwed:
    @pytest.fixture
    def queued(self, monkeypatch) -> list[tuple[str, int]]:
        queued: list[tuple[str, int]] = []
        monkeypatch.setattr(jobs, "enqueue_on_commit", lambda job, booking_id: queued.append((job, booking_id)))
        return queued

    def test_queues_what_a_lost_message_left(self, booking, now, queued):
        assert mailing.queue_owed(now=now + timedelta(minutes=10)) == 1
        assert queued == [(jobs.MAIL_BOOKING_CONFIRMED, booking.pk)]

    def test_leaves_the_fresh_to_their_worker_and_gives_up_after_a_day(self, booking, now, queued):
        assert mailing.queue_owed(now=now + timedelta(minutes=9)) == 0
        assert mailing.queue_owed(now=now + timedelta(days=1)) == 0
        assert queued == []

    def test_gives_everybody_a_turn_however_many_fail_for_ever(self, booking, now, queued, monkeypatch):
        monkeypatch.setattr(mailing, "BATCH", 1)
        failing = BookingMailFactory(owed_at=now - timedelta(minutes=1)).booking
        for minutes in (10, 15):
            assert mailing.queue_owed(now=now + timedelta(minutes=minutes)) == 1
        assert {booking_id for _, booking_id in queued} == {failing.pk, booking.pk}

    def test_leaves_what_was_sent(self, booking, now, queued):
        mailing.send(booking_id=booking.pk, kind=CONFIRMED, now=now)
        assert mailing.queue_owed(now=now + timedelta(minutes=10)) == 0
