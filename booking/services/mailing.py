"""Mails about a booking: owed in the transaction that causes them, sent once, outside any transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from booking import mails
from booking.errors import BookingNotPaid, UnknownBooking
from booking.links import OrderKey, order_link, page_link
from booking.models import Booking, BookingMail, Feedback
from booking.services import tickets
from booking.states import BookingStatus, MailKind
from booking.ticket_sheet import sheet_of
from cinema.core import jobs

BATCH = 200
UNREACHABLE = ".invalid"  # whoever has deleted their account (RFC 2606); a walk-in need not tell any address
CLAIM_HOLDS = timedelta(minutes=5)  # as long as a task may run: whoever holds one longer was killed
TRIES_TAKE = timedelta(minutes=10)  # cinema.core.worker
WORTH_SENDING = timedelta(days=1)
_JOBS = {
    MailKind.CONFIRMED: jobs.MAIL_BOOKING_CONFIRMED,
    MailKind.CHANGED: jobs.MAIL_BOOKING_CHANGED,
    MailKind.CANCELLED: jobs.MAIL_BOOKING_CANCELLED,
    MailKind.MOVED: jobs.MAIL_BOOKING_MOVED,
    MailKind.REPLIED: jobs.MAIL_FEEDBACK_REPLIED,
}
_TRUE_WHILE = {
    MailKind.CONFIRMED: BookingStatus.CONFIRMED,
    MailKind.CHANGED: BookingStatus.CONFIRMED,
    MailKind.CANCELLED: BookingStatus.CANCELLED,
    MailKind.MOVED: BookingStatus.CONFIRMED,
}
_WITH_TICKET = {MailKind.CONFIRMED: mails.confirmation, MailKind.CHANGED: mails.change, MailKind.MOVED: mails.move}


def owe(*, booking: Booking, kind: MailKind, now: datetime) -> None:
    """Record, within the caller's transaction, that a booking's customer gets a mail, and queue it; once per kind."""
    BookingMail.objects.bulk_create([BookingMail(booking=booking, kind=kind, owed_at=now)], ignore_conflicts=True)
    jobs.enqueue_on_commit(_JOBS[kind], booking_id=booking.pk)


def owe_anew(*, booking: Booking, kind: MailKind, now: datetime) -> None:
    """Owe a mail whose news has changed, though one of its kind was sent, or is just being sent, before."""
    owe_all_anew(bookings=[booking], kind=kind, now=now)


def owe_all_anew(*, bookings: Sequence[Booking], kind: MailKind, now: datetime) -> None:
    """Owe it to the customers of several bookings, likewise."""
    BookingMail.objects.bulk_create(
        [BookingMail(booking=booking, kind=kind, owed_at=now) for booking in bookings],
        update_conflicts=True,
        unique_fields=["booking", "kind"],
        update_fields=["owed_at", "claimed_at", "sent_at"],
    )
    for booking in bookings:
        jobs.enqueue_on_commit(_JOBS[kind], booking_id=booking.pk)


@transaction.atomic(durable=True)
def resend_ticket(*, booking_id: int, now: datetime) -> Booking:
    """Mail the ticket of a paid booking once more, to the address that it has today.

    :raises UnknownBooking: when there is none.
    :raises BookingNotPaid: when it has no ticket, or has it no longer.
    """
    booking = Booking.objects.filter(pk=booking_id).first()
    if booking is None:
        raise UnknownBooking
    if booking.booking_status != BookingStatus.CONFIRMED:
        raise BookingNotPaid
    owe_anew(booking=booking, kind=MailKind.CONFIRMED, now=now)
    return booking


def send(*, booking_id: int, kind: MailKind, now: datetime) -> bool:
    """Send a mail that is owed, and answer whether this call did; one that was sent, or is being sent, is left alone.

    One that is not true any more (confirmed, then cancelled) is owed no longer.
    """
    owed = BookingMail.objects.filter(booking_id=booking_id, kind=kind)
    if not owed.claim(now=now, until=now - CLAIM_HOLDS):
        return False
    try:
        sent = _deliver(booking_id, kind, now)
    except BaseException:  # whatever happened, the next try may take it up at once
        owed.filter(claimed_at=now).update(claimed_at=None)
        raise
    mine = owed.filter(claimed_at=now)  # no longer so if the mail was owed anew meanwhile
    if sent:
        mine.update(sent_at=now)
    else:
        mine.delete()
    return sent


def queue_owed(*, now: datetime) -> int:
    """Queue again what a lost message or a long absence of the mail server left behind, for a day; answers how many."""
    left = BookingMail.objects.left_over(after=now - WORTH_SENDING, before=now - TRIES_TAKE)
    owed = list(left.values_list("booking_id", "kind")[:BATCH])
    for booking_id, kind in owed:
        jobs.enqueue_on_commit(_JOBS[MailKind(kind)], booking_id=booking_id)
    return len(owed)


def _deliver(booking_id: int, kind: MailKind, now: datetime) -> bool:
    booking = Booking.objects.select_related("user__guest").get(pk=booking_id)
    if booking.booking_status != _TRUE_WHILE.get(kind, booking.booking_status):
        return False
    mail = _mail(booking, kind, now)
    if not mail.to[0] or mail.to[0].endswith(UNREACHABLE):
        return False
    mail.send()
    return True


def _mail(booking: Booking, kind: MailKind, now: datetime) -> EmailMultiAlternatives:
    sheet, to = sheet_of(booking.pk), _recipient(booking)
    if kind == MailKind.CANCELLED:
        return mails.cancellation(sheet, to=to)
    if kind == MailKind.REPLIED:
        return mails.answer(sheet, Feedback.objects.get(booking=booking), to=to)
    ticket = tickets.issue_ticket(booking_id=booking.pk, now=now)
    with ticket.file.open("rb") as file:
        return _WITH_TICKET[kind](sheet, to=to, filename=ticket.filename, pdf=file.read())


def _recipient(booking: Booking) -> mails.Recipient:
    if not booking.user.is_guest:
        return mails.Recipient(booking.user.email, page_link(booking.booking_reference), is_guest=False)
    guest = booking.user.guest
    link = order_link(OrderKey(booking.booking_reference, guest.link_key))
    return mails.Recipient(guest.email, link, is_guest=True)
