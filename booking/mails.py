"""What we write to a customer about a booking: text, the same as HTML, and the ticket."""

from typing import NamedTuple

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from booking.models import Feedback
from booking.ticket_sheet import TicketSheet
from cinema.core.formats import short_day
from cinema.core.mails import letter


class Recipient(NamedTuple):
    """Who gets a mail, and the link that opens the booking for them: a guest's is a key, anybody else's an address."""

    email: str
    link: str
    is_guest: bool


def confirmation(sheet: TicketSheet, *, to: Recipient, filename: str, pdf: bytes) -> EmailMultiAlternatives:
    """Say that the seats are booked, with the ticket attached."""
    tickets = _("Your tickets for %(movie)s, %(day)s") % {"movie": sheet.movie, "day": short_day(sheet.starts_at)}
    subject = f"{tickets} · {sheet.reference}"
    mail = _mail("booking_confirmed", subject, sheet, to)
    mail.attach(filename, pdf, "application/pdf")
    return mail


def change(sheet: TicketSheet, *, to: Recipient, filename: str, pdf: bytes) -> EmailMultiAlternatives:
    """Say that a part is cancelled, what comes back and what stays, with the ticket as it is now."""
    changed = _("Changed: %(movie)s") % {"movie": sheet.movie}
    mail = _mail("booking_changed", f"{changed} · {sheet.reference}", sheet, to)
    mail.attach(filename, pdf, "application/pdf")
    return mail


def move(sheet: TicketSheet, *, to: Recipient, filename: str, pdf: bytes) -> EmailMultiAlternatives:
    """Say that the show starts at another time, with the ticket as it is now."""
    moved = _("New time: %(movie)s, %(day)s") % {"movie": sheet.movie, "day": short_day(sheet.starts_at)}
    mail = _mail("booking_moved", f"{moved} · {sheet.reference}", sheet, to)
    mail.attach(filename, pdf, "application/pdf")
    return mail


def cancellation(sheet: TicketSheet, *, to: Recipient) -> EmailMultiAlternatives:
    """Say that the booking is cancelled and what comes back."""
    cancelled = _("Cancelled: %(movie)s") % {"movie": sheet.movie}
    return _mail("booking_cancelled", f"{cancelled} · {sheet.reference}", sheet, to)


def answer(sheet: TicketSheet, feedback: Feedback, *, to: Recipient) -> EmailMultiAlternatives:
    """Bring what the house answers to feedback."""
    about = _("Our answer about %(movie)s") % {"movie": sheet.movie}
    return _mail("feedback_replied", f"{about} · {sheet.reference}", sheet, to, feedback=feedback)


def _mail(template: str, subject: str, sheet: TicketSheet, to: Recipient, **facts: object) -> EmailMultiAlternatives:
    return letter(
        template,
        subject=subject,
        to=to.email,
        name=sheet.customer,
        sheet=sheet,
        link=to.link,
        is_guest=to.is_guest,
        **facts,
    )
