"""What demo data leaves out and the back office has a table for: a row of each, in states worth looking at."""

from datetime import datetime, timedelta

from accounts.models import User
from billing.models import Payment, Refund
from booking.models import Booking, Ticket
from booking.states import BookingStatus
from catalog.models import Movie
from cinema.core.demo import LOG_INS
from ops.states import ArchiveType, RunStatus
from tests.factories.accounts import GuestDetailsFactory, MutedNoticeFactory, SessionFactory
from tests.factories.billing import LedgerCheckFactory, PaymentEventFactory, PaymentIssueFactory
from tests.factories.booking import AdmissionFactory, BookingMailFactory
from tests.factories.ops import BackupFactory, DeadLetterFactory, DrillFactory, RestoreFactory
from tests.factories.scheduling import ForecastOverrideFactory, PriceCardFactory
from venues.models import Venue


def build(now: datetime) -> None:
    """Fill the tables that are still empty."""
    customer, clerk, _, admin = (User.objects.get(email=email) for email in LOG_INS)
    people(customer, clerk, now)
    programme()
    money(now)
    door(clerk, admin, now)
    archives(admin, now)


def people(customer: User, clerk: User, now: datetime) -> None:
    GuestDetailsFactory(email="farah.khan@example.net")
    SessionFactory(user=customer)
    SessionFactory(user=clerk, revoked_at=now)
    MutedNoticeFactory(user=customer)


def programme() -> None:
    venue, movies = Venue.objects.get(is_default=True), Movie.objects.filter(is_active=True).order_by("id")
    PriceCardFactory(venue=venue)
    ForecastOverrideFactory(venue=venue, movie=movies[0], note="Long weekend")


def money(now: datetime) -> None:
    payment, refund = Payment.objects.latest("id"), Refund.objects.latest("id")
    PaymentEventFactory(event_id="evt_9f2c", payload={"event": "charge", "amount": "508.64"})
    PaymentIssueFactory(subject=refund.idempotency_key, booking_reference=payment.booking_reference, refund=refund)
    PaymentIssueFactory(resolved_at=now, resolution="handed over: receipt 17")
    LedgerCheckFactory(faults=2, entries=8000, findings=[{"entry": 12, "what": "unbalanced", "by": "0.01"}])


def door(clerk: User, admin: User, now: datetime) -> None:
    first, second = Ticket.objects.order_by("-created_at")[:2]
    AdmissionFactory(ticket=first, admitted_by=clerk)
    undone = {"undone_at": now + timedelta(minutes=5), "undone_by": admin, "undo_reason": "The wrong hall"}
    AdmissionFactory(ticket=second, admitted_by=clerk, admitted_at=now, **undone)
    paid = Booking.objects.filter(booking_status=BookingStatus.CONFIRMED).order_by("-id")
    BookingMailFactory(booking=paid[0], sent_at=now, claimed_at=now)
    BookingMailFactory(booking=paid[1])


def archives(admin: User, now: datetime) -> None:
    ended = {"status": RunStatus.COMPLETED, "completed_at": now, "started_at": now - timedelta(minutes=2)}
    backup = BackupFactory(backup_type=ArchiveType.BOTH, size=1_719_777, performed_by=admin, **ended)
    RestoreFactory(source_backup_id=backup.pk, performed_by=admin)
    DrillFactory(source_backup_id=backup.pk, findings="4,245 bookings, every table counted.", **ended)
    DeadLetterFactory(job="booking.email_tickets")
    DeadLetterFactory(job="booking.end_bookings_of", ids={"show_id": 3}, error="OperationalError: timed out")
