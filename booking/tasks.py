"""What the worker does for bookings: each task reads the clock and calls one service."""

from django.utils import timezone

from billing.services import refunds
from booking.services import cancelling, guest_orders, mailing, reconciling, reminding, replays, sweeping, tickets
from booking.states import MailKind
from cinema.core import jobs
from cinema.core.worker import job


@job(jobs.ISSUE_TICKETS)
def issue_tickets(*, booking_id: int) -> None:
    tickets.issue_ticket(booking_id=booking_id, now=timezone.now())


@job(jobs.MAIL_BOOKING_CONFIRMED)
def mail_confirmed(*, booking_id: int) -> None:
    mailing.send(booking_id=booking_id, kind=MailKind.CONFIRMED, now=timezone.now())


@job(jobs.MAIL_BOOKING_CHANGED)
def mail_changed(*, booking_id: int) -> None:
    mailing.send(booking_id=booking_id, kind=MailKind.CHANGED, now=timezone.now())


@job(jobs.MAIL_BOOKING_CANCELLED)
def mail_cancelled(*, booking_id: int) -> None:
    mailing.send(booking_id=booking_id, kind=MailKind.CANCELLED, now=timezone.now())


@job(jobs.MAIL_BOOKING_MOVED)
def mail_moved(*, booking_id: int) -> None:
    mailing.send(booking_id=booking_id, kind=MailKind.MOVED, now=timezone.now())


@job(jobs.MAIL_FEEDBACK_REPLIED)
def mail_replied(*, booking_id: int) -> None:
    mailing.send(booking_id=booking_id, kind=MailKind.REPLIED, now=timezone.now())


@job(jobs.MAIL_SHOW_REMINDER)
def mail_reminder(*, booking_id: int) -> None:
    mailing.send(booking_id=booking_id, kind=MailKind.REMINDER, now=timezone.now())


@job(jobs.MAIL_PAYMENT_FAILED)
def mail_payment_failed(*, booking_id: int) -> None:
    mailing.send(booking_id=booking_id, kind=MailKind.FAILED, now=timezone.now())


@job(jobs.MAIL_PAYMENT_REFUNDED)
def mail_refunded(*, booking_id: int) -> None:
    mailing.send(booking_id=booking_id, kind=MailKind.REFUNDED, now=timezone.now())


@job(jobs.END_CANCELLED_SHOW)
def end_cancelled_show(*, show_id: int) -> None:
    cancelling.end_bookings_of(show_id=show_id, now=timezone.now())


@job(jobs.SEND_REFUND)
def send_refund(*, refund_id: int) -> None:
    refunds.send(refund_id=refund_id, now=timezone.now())


# The clock's own jobs are not tried again: their next turn comes soon.
@job(jobs.SWEEP_LAPSED, tries=0)
def sweep_lapsed() -> None:
    sweeping.release_lapsed(now=timezone.now())


@job(jobs.RECONCILE, tries=0)
def reconcile() -> None:
    reconciling.reconcile(now=timezone.now()).require_whole()


@job(jobs.QUEUE_OWED_MAILS, tries=0)
def queue_owed_mails() -> None:
    mailing.queue_owed(now=timezone.now())


@job(jobs.REMIND, tries=0)
def remind() -> None:
    reminding.remind(now=timezone.now())


@job(jobs.TIDY_GUESTS, tries=0)
def tidy_guests() -> None:
    guest_orders.tidy_abandoned(now=timezone.now())


@job(jobs.TIDY_REPLAYS, tries=0)
def tidy_replays() -> None:
    replays.forget_old(now=timezone.now())
