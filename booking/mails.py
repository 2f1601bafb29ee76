"""What we write to a customer about a booking: text, the same as HTML, and the ticket."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from booking.models import Feedback
from booking.ticket_sheet import TicketSheet
from cinema.core.mails import letter


def confirmation(sheet: TicketSheet, *, to: str, filename: str, pdf: bytes) -> EmailMultiAlternatives:
    """Say that the seats are booked, with the ticket attached."""
    subject = f"Your tickets for {sheet.movie}, {sheet.starts_at:%a %d %b} · {sheet.reference}"
    mail = _mail("booking_confirmed", subject, sheet, to)
    mail.attach(filename, pdf, "application/pdf")
    return mail


def cancellation(sheet: TicketSheet, *, to: str) -> EmailMultiAlternatives:
    """Say that the booking is cancelled and what comes back."""
    return _mail("booking_cancelled", f"Cancelled: {sheet.movie} · {sheet.reference}", sheet, to)


def answer(sheet: TicketSheet, feedback: Feedback, *, to: str) -> EmailMultiAlternatives:
    """Bring what the house answers to feedback."""
    subject = f"Our answer about {sheet.movie} · {sheet.reference}"
    return _mail("feedback_replied", subject, sheet, to, feedback=feedback)


def _mail(template: str, subject: str, sheet: TicketSheet, to: str, **facts: object) -> EmailMultiAlternatives:
    link = settings.SITE_URL + reverse("show_ticket", args=[sheet.reference])
    return letter(template, subject=subject, to=to, sheet=sheet, link=link, **facts)
