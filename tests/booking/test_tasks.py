"""What is queued reaches a real worker through the real broker, and may reach it twice."""

from datetime import timedelta

import pytest
from celery import current_app
from django.core import mail
from django.db import transaction

from booking.models import Booking, SeatLock, Ticket
from booking.services import feedback, mailing
from booking.states import BookingStatus, LockStatus, MailKind
from cinema.core import jobs
from tests.conftest import eventually
from tests.factories.booking import BookedSeatFactory, BookingFactory, FeedbackFactory, SeatLockFactory, TicketFactory

pytestmark = pytest.mark.broker


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def paid() -> Booking:
    booking = BookingFactory(confirmed=True)
    BookedSeatFactory(booking=booking)
    TicketFactory(booking=booking)
    return booking


def enqueue(job: str, **ids: int) -> None:
    with transaction.atomic():
        jobs.enqueue_on_commit(job, **ids)


def queue_is_done() -> bool:
    """Send one more ticket through the queue of tickets and mails, which the only worker serves in order."""
    last = paid()
    enqueue(jobs.ISSUE_TICKETS, booking_id=last.pk)
    return eventually(lambda: Ticket.objects.filter(booking=last, size__gt=0).exists())


class TestIssueTickets:
    def test_leaves_one_file_though_asked_twice(self, worker, media):
        booking = paid()
        enqueue(jobs.ISSUE_TICKETS, booking_id=booking.pk)
        enqueue(jobs.ISSUE_TICKETS, booking_id=booking.pk)
        assert queue_is_done()
        assert len(list((media / "tickets").glob(f"{booking.ticket.pk}*"))) == 1


class TestMailConfirmed:
    def test_arrives_once_though_asked_twice(self, worker, media, now):
        booking = paid()
        with transaction.atomic():
            mailing.owe(booking=booking, kind=MailKind.CONFIRMED, now=now)
        enqueue(jobs.MAIL_BOOKING_CONFIRMED, booking_id=booking.pk)
        assert queue_is_done()
        assert [sent.to for sent in mail.outbox] == [[booking.user.email]]


class TestMailCancelled:
    def test_arrives(self, worker, now):
        booking = paid()
        Booking.objects.update(booking_status=BookingStatus.CANCELLED, cancelled_at=now)
        with transaction.atomic():
            mailing.owe(booking=booking, kind=MailKind.CANCELLED, now=now)
        assert eventually(lambda: len(mail.outbox) == 1)


class TestMailReplied:
    def test_arrives(self, worker, now):
        given = FeedbackFactory(booking=paid())
        feedback.reply(feedback_id=given.pk, text="Thank you.", now=now)
        assert eventually(lambda: [sent.to for sent in mail.outbox] == [[given.user.email]])


class TestSweepLapsed:
    def test_frees_what_nobody_paid(self, worker, now):
        SeatLockFactory(expires_at=now - timedelta(seconds=1))
        enqueue(jobs.SWEEP_LAPSED)
        assert eventually(lambda: SeatLock.objects.get().status == LockStatus.EXPIRED)


@pytest.mark.parametrize(
    ("job", "ids"),
    [
        (jobs.ISSUE_TICKETS, {"booking_id": 0}),
        (jobs.MAIL_BOOKING_CONFIRMED, {"booking_id": 0}),
        (jobs.MAIL_BOOKING_CANCELLED, {"booking_id": 0}),
        (jobs.MAIL_FEEDBACK_REPLIED, {"booking_id": 0}),
        (jobs.END_CANCELLED_SHOW, {"show_id": 0}),
        (jobs.SWEEP_LAPSED, {}),
        (jobs.RECONCILE, {}),
        (jobs.QUEUE_OWED_MAILS, {}),
    ],
)
def test_with_nothing_to_do_is_no_failure(transactional_db, job, ids):
    assert current_app.tasks[job].apply(kwargs=ids).successful()
