"""What we write to a customer about a booking: text, the same as HTML, and the ticket."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import Feedback
from booking.ticket_sheet import TicketSheet
from cinema.core.formats import short_day
from cinema.core.mails import letter


def confirmation(sheet: TicketSheet, *, to: str, filename: str, pdf: bytes) -> EmailMultiAlternatives:
    """Say that the seats are booked, with the ticket attached."""
    tickets = _("Your tickets for %(movie)s, %(day)s") % {"movie": sheet.movie, "day": short_day(sheet.starts_at)}
    subject = f"{tickets} · {sheet.reference}"
    mail = _mail("booking_confirmed", subject, sheet, to)
    mail.attach(filename, pdf, "application/pdf")
    return mail


def cancellation(sheet: TicketSheet, *, to: str) -> EmailMultiAlternatives:
    """Say that the booking is cancelled and what comes back."""
    cancelled = _("Cancelled: %(movie)s") % {"movie": sheet.movie}
    return _mail("booking_cancelled", f"{cancelled} · {sheet.reference}", sheet, to)


def answer(sheet: TicketSheet, feedback: Feedback, *, to: str) -> EmailMultiAlternatives:
    """Bring what the house answers to feedback."""
    about = _("Our answer about %(movie)s") % {"movie": sheet.movie}
    return _mail("feedback_replied", f"{about} · {sheet.reference}", sheet, to, feedback=feedback)


def _mail(template: str, subject: str, sheet: TicketSheet, to: str, **facts: object) -> EmailMultiAlternatives:
    link = settings.SITE_URL + reverse("show_ticket", args=[sheet.reference])
    return letter(template, subject=subject, to=to, name=sheet.customer, sheet=sheet, link=link, **facts)
