"""News that several processes tell at the same moment."""

from datetime import timedelta
from functools import partial

import pytest
from django.core import mail

from accounts.channels import Notice
from accounts.models import Notification
from accounts.services import telling
from accounts.states import NoticeType
from billing.models import Refund
from billing.services import refunds
from booking.models import Booking, BookingMail
from booking.services import cancelling, mailing, reminding
from booking.states import MailKind
from tests.booking.stories import booked
from tests.concurrency.race import race, winners

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def booking(selling_show, customer, now) -> Booking:
    return booked(selling_show, "A1", "A2", by=customer, now=now)


class TestNews:
    def test_of_a_show_that_begins_soon_are_told_once_by_eight_workers(self, booking, selling_show):
        soon = selling_show.starts_at - timedelta(hours=1)
        Booking.objects.update(confirmed_at=selling_show.starts_at - timedelta(days=1))
        assert sum(winners(race([partial(reminding.remind, now=soon)] * 8))) == 1
        assert Notification.objects.filter(notification_type="SHOW_REMINDER").count() == 1
        sent = winners(race([partial(mailing.send, booking_id=booking.pk, kind=MailKind.REMINDER, now=soon)] * 4))
        assert (sent.count(True), len(mail.outbox)) == (1, 1)

    def test_of_one_event_are_told_once_by_eight_callers(self, booking, customer, now):
        notice = Notice(
            user_id=customer.pk,
            type=NoticeType.FEEDBACK_REPLIED,
            event="answered/1",
            message="We have answered.",
            booking_id=booking.pk,
            path="/",
        )
        winners(race([partial(telling.tell, notice, now=now)] * 8))
        assert Notification.objects.filter(event="answered/1").count() == 1
        assert BookingMail.objects.filter(event="answered/1").count() == 1

    def test_are_mailed_again_once_by_eight_clicks(self, booking, now):
        first = BookingMail.objects.get(kind=MailKind.CONFIRMED)
        BookingMail.objects.update(claimed_at=now, sent_at=now)
        later = now + timedelta(minutes=5)
        winners(race([partial(mailing.resend_ticket, booking_id=booking.pk, now=later)] * 8))
        again = BookingMail.objects.get(kind=MailKind.CONFIRMED)
        assert (again.pk, again.sent_at, again.owed_at) == (first.pk, None, later)
        BookingMail.objects.all().delete()
        winners(race([partial(mailing.resend_ticket, booking_id=booking.pk, now=later)] * 8))
        assert BookingMail.objects.filter(kind=MailKind.CONFIRMED, sent_at=None).count() == 1

    def test_of_a_refund_are_told_once_by_the_job_and_the_webhooks(self, booking, customer, now):
        cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=now)
        refund_id = Refund.objects.get().pk
        winners(race([partial(refunds.send, refund_id=refund_id, now=now)] * 6))
        assert Notification.objects.filter(notification_type="PAYMENT_REFUNDED").count() == 1
        assert BookingMail.objects.filter(kind=MailKind.REFUNDED).count() == 1
