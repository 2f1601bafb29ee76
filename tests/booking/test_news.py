"""News of bookings: told in the transaction in which it happens, on every channel, once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from accounts.models import Notification
from accounts.services import telling
from accounts.states import NoticeType
from billing.errors import PaymentRefused
from billing.gateways import Charge, ChargeState
from billing.models import Refund
from billing.services import refunds
from booking.models import Booking, BookingMail
from booking.services import attempts, cancelling, mailing, reminding, settling
from booking.states import MailKind
from scheduling.states import ShowStatus
from tests.booking.stories import PAID, booked, payment_of, placed
from tests.factories.accounts import GuestDetailsFactory, MutedNoticeFactory
from tests.factories.booking import BookedSeatFactory, BookingFactory, TicketFactory

HOURS = timedelta(hours=1)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def told(booking: Booking) -> list[str]:
    return list(
        Notification.objects.filter(booking_id=booking.pk)
        .order_by("created_at", "id")
        .values_list("notification_type", flat=True)
    )


def deliver(booking: Booking, kind: MailKind, now) -> EmailMultiAlternatives:
    mail.outbox.clear()
    assert mailing.send(booking_id=booking.pk, kind=kind, now=now)
    (sent,) = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    return sent


def refuse(payment_id: int, now) -> None:
    settling.refuse(payment_id=payment_id, charge=Charge(ChargeState.REFUSED, failure="No funds"), now=now)


def crash(**_facts: object) -> None:
    raise ZeroDivisionError


class TestMoney:
    def test_that_has_gone_back_is_told_once(self, selling_show, customer, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=now)
        refund = Refund.objects.get()
        for _ in range(2):
            refunds.send(refund_id=refund.pk, now=now)
        assert sorted(told(booking)) == ["BOOKING_CANCELLED", "BOOKING_CONFIRMED", "PAYMENT_REFUNDED"]
        line = Notification.objects.get(notification_type="PAYMENT_REFUNDED")
        assert line.message.startswith("₹142.08 of booking")
        assert line.path == f"/account/bookings/{booking.booking_reference}"
        sent = deliver(booking, MailKind.REFUNDED, now)
        assert "Given back: ₹142.08" in str(sent.body)
        assert "List-Unsubscribe" not in sent.extra_headers

    def test_that_did_not_come_is_told_while_another_try_helps(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        for _ in range(2):
            refuse(payment_of(booking), now)
        assert told(booking) == ["PAYMENT_FAILED"]
        sent = deliver(booking, MailKind.FAILED, now)
        assert "until then you can try again" in str(sent.body)
        assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_that_did_not_come_is_no_news_to_who_has_paid_by_another_try(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        first = payment_of(booking)
        second = attempts.open_attempt(booking_id=booking.pk, gateway="sandbox", now=now)
        settling.settle(payment_id=second.pk, charge=PAID, now=now)
        refuse(first, now)
        assert told(booking) == ["BOOKING_CONFIRMED"]

    def test_that_did_not_come_is_no_mail_any_more_once_the_booking_has_ended(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        refuse(payment_of(booking), now)
        cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=now)
        assert not mailing.send(booking_id=booking.pk, kind=MailKind.FAILED, now=now)
        assert not BookingMail.objects.filter(kind=MailKind.FAILED).exists()

    def test_is_not_told_when_it_is_not_recorded(self, selling_show, customer, now, monkeypatch):
        """A crash between the news and the commit takes both back; the repetition tells it."""
        booking = booked(selling_show, "A1", by=customer, now=now)
        cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=now)
        refund = Refund.objects.get()
        with monkeypatch.context() as broken:
            broken.setattr("billing.services.refunds.issues.resolve", crash)
            with pytest.raises(ZeroDivisionError):
                refunds.send(refund_id=refund.pk, now=now)
        assert "PAYMENT_REFUNDED" not in told(booking)
        refunds.send(refund_id=refund.pk, now=now)
        assert told(booking).count("PAYMENT_REFUNDED") == 1


class TestACancelledShow:
    def test_is_told_as_what_it_is(self, selling_show, customer, admin, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        cancelling.cancel_show(show_id=selling_show.pk, by=admin, now=now)
        for _ in range(2):
            cancelling.end_bookings_of(show_id=selling_show.pk, now=now)
        assert sorted(told(booking)) == ["BOOKING_CONFIRMED", "SHOW_CANCELLED"]
        sent = deliver(booking, MailKind.CANCELLED, now)
        assert "the cinema had to cancel this show" in str(sent.body)


class TestRemind:
    @pytest.fixture
    def due(self, selling_show, customer) -> Booking:
        """A booking made the day before the show."""
        long_ago = selling_show.starts_at - 24 * HOURS
        booking = BookingFactory(user=customer, show=selling_show, confirmed=True, booking_time=long_ago)
        Booking.objects.filter(pk=booking.pk).update(confirmed_at=long_ago)
        BookedSeatFactory(booking=booking)
        TicketFactory(booking=booking)
        return booking

    def test_tells_once_what_begins_soon(self, due, selling_show):
        assert reminding.remind(now=selling_show.starts_at - 4 * HOURS) == 0
        assert reminding.remind(now=selling_show.starts_at - 2 * HOURS) == 1
        assert reminding.remind(now=selling_show.starts_at - HOURS) == 0
        assert told(due) == ["SHOW_REMINDER"]
        sent = deliver(due, MailKind.REMINDER, selling_show.starts_at - HOURS)
        assert "It is nearly time" in str(sent.body)
        link = sent.extra_headers["List-Unsubscribe"].strip("<>")
        assert link in str(sent.body)

    def test_tells_again_when_the_show_has_moved(self, due, selling_show):
        assert reminding.remind(now=selling_show.starts_at - HOURS) == 1
        selling_show.starts_at += 5 * HOURS
        selling_show.ends_at += 5 * HOURS
        selling_show.free_at += 5 * HOURS
        selling_show.save()
        assert reminding.remind(now=selling_show.starts_at - HOURS) == 1
        assert told(due) == ["SHOW_REMINDER"] * 2

    def test_leaves_out_who_booked_late_who_cancelled_and_what_does_not_take_place(self, due, selling_show):
        soon = selling_show.starts_at - HOURS
        Booking.objects.filter(pk=due.pk).update(confirmed_at=selling_show.starts_at - 2 * HOURS)
        assert reminding.remind(now=soon) == 0
        Booking.objects.filter(pk=due.pk).update(confirmed_at=selling_show.starts_at - 24 * HOURS)
        selling_show.status = ShowStatus.CANCELLED
        selling_show.save()
        assert reminding.remind(now=soon) == 0
        assert reminding.remind(now=selling_show.starts_at + HOURS) == 0

    def test_is_not_mailed_after_the_start_nor_to_who_switched_it_off_meanwhile(self, due, selling_show, customer):
        reminding.remind(now=selling_show.starts_at - HOURS)
        assert not mailing.send(booking_id=due.pk, kind=MailKind.REMINDER, now=selling_show.starts_at)
        BookingMail.objects.all().delete()
        mailing.owe(booking=due, kind=MailKind.REMINDER, now=selling_show.starts_at - HOURS)
        MutedNoticeFactory(user=customer)
        assert not mailing.send(booking_id=due.pk, kind=MailKind.REMINDER, now=selling_show.starts_at - HOURS)
        assert mail.outbox == []

    def test_reaches_a_guest_who_can_unsubscribe_too(self, due, selling_show):
        guest = GuestDetailsFactory()
        Booking.objects.filter(pk=due.pk).update(user=guest.user)
        soon = selling_show.starts_at - HOURS
        reminding.remind(now=soon)
        sent = deliver(due, MailKind.REMINDER, soon)
        assert sent.to == [guest.email]
        assert "List-Unsubscribe" in sent.extra_headers

    def test_goes_on_with_the_others_when_one_fails(self, due, selling_show, customer, monkeypatch):
        other = BookingFactory(show=selling_show, confirmed=True)
        Booking.objects.update(confirmed_at=selling_show.starts_at - 24 * HOURS)
        tell = telling.tell

        def fail_first(notice, *, now):
            if notice.booking_id == due.pk:
                raise PaymentRefused
            tell(notice, now=now)

        with monkeypatch.context() as broken:
            broken.setattr(telling, "tell", fail_first)
            assert reminding.remind(now=selling_show.starts_at - HOURS) == 1
        assert (told(due), told(other)) == ([], ["SHOW_REMINDER"])
        assert reminding.remind(now=selling_show.starts_at - HOURS) == 1
        assert told(due) == ["SHOW_REMINDER"]


class TestEveryKind:
    def test_fits_into_a_line_of_the_inbox(self, selling_show, customer, now):
        selling_show.movie.title = "T" * 200
        selling_show.movie.save()
        booking = booked(selling_show, "A1", by=customer, now=now)
        line = Notification.objects.get(booking_id=booking.pk)
        assert (line.notification_type, len(line.message) <= 500) == (NoticeType.BOOKING_CONFIRMED, True)
