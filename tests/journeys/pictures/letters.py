"""The mails, as a mail program shows them."""

from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.models import PasswordReset
from accounts.services import passwords
from booking.models import Booking, Feedback
from booking.services import mailing
from booking.states import BookingStatus, MailKind
from tests.journeys.pictures.tour import Tour

NAMES = {
    MailKind.CONFIRMED: "mail-confirmed",
    MailKind.CHANGED: "mail-changed",
    MailKind.MOVED: "mail-moved",
    MailKind.CANCELLED: "mail-cancelled",
    MailKind.FAILED: "mail-failed",
    MailKind.REMINDER: "mail-reminder",
    MailKind.REFUNDED: "mail-refunded",
    MailKind.REPLIED: "mail-replied",
}


def walk(tour: Tour) -> None:
    """Write every kind of mail and look at it."""
    for kind, name in NAMES.items():
        mailing.owe_anew(booking=_about(kind, tour), kind=kind, now=timezone.now())
        if not mailing.send(booking_id=_about(kind, tour).pk, kind=kind, now=timezone.now()):
            raise LookupError(f"nobody gets a mail of the kind {kind}")
        tour.unfold(_latest(), name)
    for email, name in ((tour.stage.customer.email, "mail-reset"), ("zoya.mistry@example.com", "mail-first-password")):
        passwords.ask_for_reset(email=email, address="127.0.0.1", now=timezone.now())
        passwords.mail_reset(reset_id=PasswordReset.objects.get(email=email).pk, now=timezone.now())
        tour.unfold(_latest(), name)


def _about(kind: MailKind, tour: Tour) -> Booking:
    """Find a booking to which such a mail would be sent."""
    if kind == MailKind.REPLIED:
        return Feedback.objects.exclude(reply="").exclude(comment="").latest("id").booking
    if kind == MailKind.REFUNDED:  # no worker gives money back while we walk
        return Booking.objects.filter(payment__refund_amount__gt=0).latest("id")
    mine = Booking.objects.filter(user=tour.stage.customer)
    if kind == MailKind.CANCELLED:
        return mine.filter(booking_status=BookingStatus.CANCELLED, refund_amount__gt=0).latest("id")
    if kind == MailKind.FAILED:
        return mine.filter(booking_status=BookingStatus.PENDING).latest("id")
    return mine.filter(booking_status=BookingStatus.CONFIRMED, show__starts_at__gt=timezone.now()).latest("id")


def _latest() -> str:
    letter = mail.outbox[-1]
    assert isinstance(letter, EmailMultiAlternatives)
    return str(letter.alternatives[0][0])
