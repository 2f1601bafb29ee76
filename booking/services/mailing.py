"""Mails about a booking: owed in the transaction that causes them, sent once, outside any transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from accounts.channels import Notice
from accounts.queries import muted_channels
from accounts.services import preferences
from accounts.states import OPTIONAL, Channel, NoticeType
from billing.models import Payment
from booking import mails
from booking.errors import BookingNotPaid, UnknownBooking
from booking.links import OrderKey, order_link, page_link
from booking.models import Booking, BookingMail, Feedback
from booking.services import tickets
from booking.states import BookingStatus, MailKind
from booking.ticket_sheet import TicketSheet, sheet_of
from cinema.core import jobs
from cinema.core.formats import clock
from cinema.core.money import total

BATCH, TURN = 200, 300  # so many at most are queued again, and every so many seconds
UNREACHABLE = ".invalid"  # whoever has deleted their account (RFC 2606); a walk-in need not tell any address
CLAIM_HOLDS = timedelta(minutes=5)  # as long as a task may run: whoever holds one longer was killed
TRIES_TAKE = timedelta(minutes=10)  # cinema.core.worker
WORTH_SENDING = timedelta(days=1)
DOUBLE_CLICK = timedelta(seconds=10)  # asked for again within it, a ticket was asked for once
_JOBS = {
    MailKind.CONFIRMED: jobs.MAIL_BOOKING_CONFIRMED,
    MailKind.CHANGED: jobs.MAIL_BOOKING_CHANGED,
    MailKind.CANCELLED: jobs.MAIL_BOOKING_CANCELLED,
    MailKind.MOVED: jobs.MAIL_BOOKING_MOVED,
    MailKind.REPLIED: jobs.MAIL_FEEDBACK_REPLIED,
    MailKind.REMINDER: jobs.MAIL_SHOW_REMINDER,
    MailKind.FAILED: jobs.MAIL_PAYMENT_FAILED,
    MailKind.REFUNDED: jobs.MAIL_PAYMENT_REFUNDED,
}
KINDS = {
    NoticeType.BOOKING_CONFIRMED: MailKind.CONFIRMED,
    NoticeType.BOOKING_CHANGED: MailKind.CHANGED,
    NoticeType.BOOKING_CANCELLED: MailKind.CANCELLED,
    NoticeType.SHOW_CANCELLED: MailKind.CANCELLED,
    NoticeType.SHOW_MOVED: MailKind.MOVED,
    NoticeType.SHOW_REMINDER: MailKind.REMINDER,
    NoticeType.PAYMENT_FAILED: MailKind.FAILED,
    NoticeType.PAYMENT_REFUNDED: MailKind.REFUNDED,
    NoticeType.FEEDBACK_REPLIED: MailKind.REPLIED,
}
OPTIONAL_KINDS = {KINDS[kind]: kind for kind, channels in OPTIONAL.items() if Channel.MAIL in channels}
_TRUE_WHILE = {
    MailKind.CONFIRMED: BookingStatus.CONFIRMED,
    MailKind.CHANGED: BookingStatus.CONFIRMED,
    MailKind.CANCELLED: BookingStatus.CANCELLED,
    MailKind.MOVED: BookingStatus.CONFIRMED,
    MailKind.REMINDER: BookingStatus.CONFIRMED,
    MailKind.FAILED: BookingStatus.PENDING,
}
_WITH_TICKET = {MailKind.CONFIRMED: mails.confirmation, MailKind.CHANGED: mails.change, MailKind.MOVED: mails.move}


class Mails:
    """The channel of mails: each kind of news about a booking is a kind of letter."""

    channel = Channel.MAIL

    def take(self, notices: Sequence[Notice], *, now: datetime) -> None:
        _drop_replaced(notices)
        owed = [
            BookingMail(booking_id=notice.booking_id, kind=KINDS[notice.type], event=notice.event, owed_at=now)
            for notice in notices
        ]
        BookingMail.objects.bulk_create(owed, ignore_conflicts=True)
        for mail in owed:
            jobs.enqueue_on_commit(_JOBS[MailKind(mail.kind)], booking_id=mail.booking_id)


def owe(*, booking: Booking, kind: MailKind, now: datetime) -> None:
    """Record, within the caller's transaction, that a booking's customer gets a mail, and queue it; once per kind."""
    BookingMail.objects.bulk_create([BookingMail(booking=booking, kind=kind, owed_at=now)], ignore_conflicts=True)
    jobs.enqueue_on_commit(_JOBS[kind], booking_id=booking.pk)


def owe_anew(*, booking: Booking, kind: MailKind, now: datetime) -> None:
    """Owe the mail of a kind again, because what it says has changed: even one that is just being sent."""
    if BookingMail.objects.filter(booking=booking, kind=kind).owe_again(now=now):
        jobs.enqueue_on_commit(_JOBS[kind], booking_id=booking.pk)
    else:
        owe(booking=booking, kind=kind, now=now)


@transaction.atomic(durable=True)
def resend_ticket(*, booking_id: int, now: datetime) -> Booking:
    """Mail the ticket of a paid booking once more, to the address that it has today; a double click mails it once.

    :raises UnknownBooking: when there is none.
    :raises BookingNotPaid: when it has no ticket, or has it no longer.
    """
    booking = Booking.objects.filter(pk=booking_id).first()
    if booking is None:
        raise UnknownBooking
    if booking.booking_status != BookingStatus.CONFIRMED or booking.confirmed_at is None:
        raise BookingNotPaid
    owed = BookingMail.objects.filter(booking=booking, kind=MailKind.CONFIRMED)
    # The first mail is owed with the confirmation: what was owed later was asked for here.
    asked_until = max(booking.confirmed_at, now - DOUBLE_CLICK)
    if owed.quiet(until=now - CLAIM_HOLDS, asked_until=asked_until).owe_again(now=now):
        jobs.enqueue_on_commit(_JOBS[MailKind.CONFIRMED], booking_id=booking.pk)
    elif not owed.exists():
        owe(booking=booking, kind=MailKind.CONFIRMED, now=now)
    return booking


def send(*, booking_id: int, kind: MailKind, now: datetime) -> bool:
    """Send a mail that is owed, and answer whether this call did; one that was sent, or is being sent, is left alone.

    Several of a kind are one mail, which tells how things stand now. One that is not true any more (confirmed, then
    cancelled), or that its reader has switched off meanwhile, is owed no longer.
    """
    owed = BookingMail.objects.filter(booking_id=booking_id, kind=kind)
    if not owed.claim(now=now, until=now - CLAIM_HOLDS):
        return False
    try:
        sent = _deliver(booking_id, kind, now)
    except BaseException:  # whatever happened, the next try may take it up at once
        owed.filter(claimed_at=now).update(claimed_at=None)
        raise
    mine = owed.filter(claimed_at=now, sent_at=None)  # what was owed meanwhile has a row of its own
    if sent:
        mine.update(sent_at=now)
    else:
        mine.delete()
    return sent


def queue_owed(*, now: datetime) -> int:
    """Queue again what a lost message or a long absence of the mail server left behind, for a day; answers how many.

    Where that is more than a batch, each turn begins behind the last one's: mails that fail for ever hold up no others.
    """
    left = BookingMail.objects.left_over(after=now - WORTH_SENDING, before=now - TRIES_TAKE)
    owed = list(dict.fromkeys(left.values_list("booking_id", "kind")))
    first = int(now.timestamp()) // TURN * BATCH % len(owed) if len(owed) > BATCH else 0
    chosen = (owed[first:] + owed[:first])[:BATCH]
    for booking_id, kind in chosen:
        jobs.enqueue_on_commit(_JOBS[MailKind(kind)], booking_id=booking_id)
    return len(chosen)


def _drop_replaced(notices: Sequence[Notice]) -> None:
    """Forget mails that nobody has taken up yet, and whose news these replace."""
    replaced = defaultdict(list)
    for notice in notices:
        if notice.replaces:
            replaced[KINDS[notice.type]].append(notice.booking_id)
    for kind, booking_ids in replaced.items():
        BookingMail.objects.filter(booking__in=booking_ids, kind=kind, claimed_at=None, sent_at=None).delete()


def _deliver(booking_id: int, kind: MailKind, now: datetime) -> bool:
    booking = Booking.objects.select_related("user__guest", "show__screen__venue").get(pk=booking_id)
    if booking.booking_status != _TRUE_WHILE.get(kind, booking.booking_status):
        return False
    if _is_unwanted(booking, kind, now):
        return False
    mail = _mail(booking, kind, now)
    if not mail.to[0] or mail.to[0].endswith(UNREACHABLE):
        return False
    mail.send()
    return True


def _is_unwanted(booking: Booking, kind: MailKind, now: datetime) -> bool:
    """Tell whether its reader has switched it off meanwhile, or it comes too late to be of use."""
    if kind == MailKind.REMINDER and now >= booking.show.starts_at:
        return True
    if kind not in OPTIONAL_KINDS:
        return False
    return Channel.MAIL in muted_channels(user_id=booking.user_id, notice_type=OPTIONAL_KINDS[kind])


def _mail(booking: Booking, kind: MailKind, now: datetime) -> EmailMultiAlternatives:
    sheet, to = sheet_of(booking.pk), _recipient(booking)
    if kind in OPTIONAL_KINDS:
        return _optional(booking, kind, sheet, to)
    if kind == MailKind.CANCELLED:
        return mails.cancellation(sheet, to=to)
    if kind == MailKind.REFUNDED:
        paid = Payment.objects.filter(booking_reference=booking.booking_reference)
        return mails.refund(sheet, to=to, returned=total(paid.values_list("refund_amount", flat=True)))
    ticket = tickets.issue_ticket(booking_id=booking.pk, now=now)
    with ticket.file.open("rb") as file:
        return _WITH_TICKET[kind](sheet, to=to, filename=ticket.filename, pdf=file.read())


def _optional(booking: Booking, kind: MailKind, sheet: TicketSheet, to: mails.Recipient) -> EmailMultiAlternatives:
    unsubscribe = preferences.unsubscribe_link(user_id=booking.user_id, notice_type=OPTIONAL_KINDS[kind])
    if kind == MailKind.REMINDER:
        return mails.reminder(sheet, to=to, unsubscribe=unsubscribe)
    if kind == MailKind.FAILED:
        until = clock(booking.pay_until, booking.show.screen.venue)
        return mails.failure(sheet, to=to, until=until, unsubscribe=unsubscribe)
    return mails.answer(sheet, Feedback.objects.get(booking=booking), to=to, unsubscribe=unsubscribe)


def _recipient(booking: Booking) -> mails.Recipient:
    if not booking.user.is_guest:
        return mails.Recipient(booking.user.email, page_link(booking.booking_reference), is_guest=False)
    guest = booking.user.guest
    link = order_link(OrderKey(booking.booking_reference, guest.link_key))
    return mails.Recipient(guest.email, link, is_guest=True)
