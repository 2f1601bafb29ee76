"""What we write to a customer about a booking: text, the same as HTML, and the ticket."""

from decimal import Decimal
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


def answer(sheet: TicketSheet, feedback: Feedback, *, to: Recipient, unsubscribe: str) -> EmailMultiAlternatives:
    """Bring what the house answers to feedback."""
    about = _("Our answer about %(movie)s") % {"movie": sheet.movie}
    subject = f"{about} · {sheet.reference}"
    return _optional("feedback_replied", subject, sheet, to, unsubscribe, feedback=feedback)


def reminder(sheet: TicketSheet, *, to: Recipient, unsubscribe: str) -> EmailMultiAlternatives:
    """Say that the show begins soon."""
    soon = _("Soon: %(movie)s, %(clock)s") % {"movie": sheet.movie, "clock": sheet.clock}
    return _optional("show_reminder", f"{soon} · {sheet.reference}", sheet, to, unsubscribe)


def failure(sheet: TicketSheet, *, to: Recipient, until: str, unsubscribe: str) -> EmailMultiAlternatives:
    """Say that the payment did not go through, and until when another may be tried."""
    failed = _("Not paid yet: %(movie)s") % {"movie": sheet.movie}
    return _optional("payment_failed", f"{failed} · {sheet.reference}", sheet, to, unsubscribe, until=until)


def refund(sheet: TicketSheet, *, to: Recipient, returned: Decimal) -> EmailMultiAlternatives:
    """Say how much of what was paid has gone back by now."""
    gone = _("Money on its way to you: %(movie)s") % {"movie": sheet.movie}
    return _mail("payment_refunded", f"{gone} · {sheet.reference}", sheet, to, returned=sheet.money(returned))


def _optional(
    template: str, subject: str, sheet: TicketSheet, to: Recipient, unsubscribe: str, **facts: object
) -> EmailMultiAlternatives:
    """Write a mail that its reader may do without: with one click, which mail programs offer too (RFC 8058)."""
    mail = _mail(template, subject, sheet, to, unsubscribe=unsubscribe, **facts)
    mail.extra_headers |= {
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return mail


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
