"""What hangs on a booking: tickets, mails, feedback."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q, UniqueConstraint
from django.utils import timezone

from accounts.models import User
from accounts.states import Role
from booking.states import MailKind, TicketKind
from cinema.core.constraints import between, one_of
from cinema.core.names import told


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User) -> "TicketQuerySet":
        return self if user.role == Role.ADMIN else self.filter(user=user)


class Ticket(models.Model):
    """A file for the door: ours (one per booking) or one that was uploaded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="tickets")
    booking = models.OneToOneField(
        "booking.Booking", on_delete=models.PROTECT, null=True, blank=True, related_name="ticket"
    )
    kind = models.CharField(max_length=8, choices=TicketKind)
    title = models.CharField(max_length=200, blank=True)
    filename = models.CharField(max_length=200)
    content_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField(default=0, help_text="Bytes; 0 until the file is made.")
    file = models.FileField(upload_to="tickets/", max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    admitted_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When its party came in; its admissions tell who let them in, and what was undone.",
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        permissions = [
            ("admit_ticket", "Can admit people at the door"),
            ("resend_ticket", "Can mail tickets again"),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="booking_ticket_newest")]
        constraints = [
            one_of("kind", TicketKind.values, name="booking_ticket_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind=TicketKind.ISSUED) | Q(booking__isnull=False),
                name="booking_issued_ticket_has_booking",
            ),
        ]

    def __str__(self) -> str:
        return f"Ticket of {told(self, 'booking')}" if self.booking_id else str(self.id)


class Admission(models.Model):
    """One time that the whole party of a ticket was let in; undone by a manager when it was a mistake."""

    ticket = models.ForeignKey("booking.Ticket", on_delete=models.PROTECT, related_name="admissions")
    admitted_at = models.DateTimeField()
    admitted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undo_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        permissions = [("undo_admission", "Can undo that a party was let in")]
        indexes = [models.Index(fields=["-admitted_at", "-id"], name="booking_admission_newest")]
        constraints = [
            UniqueConstraint(fields=["ticket"], condition=Q(undone_at=None), name="booking_party_admitted_once"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None, undo_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_reason="")),
                name="booking_admission_undone_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at__gte=F("admitted_at")),
                name="booking_admission_undone_after_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{told(self, 'ticket', 'booking')}, let in"


class BookingMailQuerySet(models.QuerySet["BookingMail"]):
    def claim(self, *, now: datetime, until: datetime) -> bool:
        """Take a mail up, unless it was sent or somebody took it up after `until`; of two at once one wins."""
        return bool(self.filter(self._waiting(until)).update(claimed_at=now))

    def owe_again(self, *, now: datetime) -> bool:
        """Owe a mail once more, as if it had never been sent or taken up."""
        return bool(self.update(owed_at=now, claimed_at=None, sent_at=None))

    def quiet(self, *, until: datetime, asked_until: datetime) -> "BookingMailQuerySet":
        """Leave out what is being sent, taken up after `until`, and what was sent but owed after `asked_until`."""
        return self.filter(self._waiting(until) | Q(sent_at__isnull=False, owed_at__lte=asked_until))

    def left_over(self, *, after: datetime, before: datetime) -> "BookingMailQuerySet":
        return self.filter(sent_at=None, owed_at__gt=after, owed_at__lte=before).order_by("owed_at")

    @staticmethod
    def _waiting(until: datetime) -> Q:
        return Q(sent_at=None) & (Q(claimed_at=None) | Q(claimed_at__lte=until))


class BookingMail(models.Model):
    """One mail that a booking owes its customer: written with what causes it, sent once; several of a kind as one."""

    booking = models.ForeignKey("booking.Booking", on_delete=models.PROTECT, related_name="mails", db_index=False)
    kind = models.CharField(max_length=9, choices=MailKind)
    event = models.CharField(max_length=80, blank=True, db_default="", help_text="What it tells of; of one, one mail.")
    owed_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="When a worker took it up.")
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = BookingMailQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["owed_at"], condition=Q(sent_at=None), name="booking_mail_unsent")]
        constraints = [
            UniqueConstraint(fields=["booking", "kind", "event"], name="booking_mail_once_per_event"),
            one_of("kind", MailKind.values, name="booking_mail_kind_known"),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(claimed_at__isnull=False), name="booking_sent_mail_was_claimed"
            ),
        ]

    def __str__(self) -> str:
        return f"{told(self, 'booking')}: {self.get_kind_display().lower()}"


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def visible_to(self, user: User) -> "FeedbackQuerySet":
        return self if user.role == Role.ADMIN else self.filter(user=user)

    def shown(self) -> "FeedbackQuerySet":
        """Keep what the pages may show."""
        return self.filter(hidden_at=None)


class Feedback(models.Model):
    """What a visitor said about one booking, and the answer."""

    booking = models.OneToOneField("booking.Booking", on_delete=models.PROTECT, related_name="feedback")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="feedbacks")
    rating = models.PositiveSmallIntegerField()
    comment = models.TextField(max_length=2000, blank=True)
    feedback_date = models.DateTimeField(default=timezone.now)
    reply = models.CharField(max_length=1000, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when no page shows it or counts its stars."
    )
    hidden_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    hidden_reason = models.CharField(max_length=200, blank=True, db_default="")

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        permissions = [
            ("reply_feedback", "Can reply to feedback"),
            ("moderate_feedback", "Can hide and show feedback"),
        ]
        verbose_name_plural = "feedback"
        indexes = [models.Index(fields=["-feedback_date", "-id"], name="booking_feedback_newest")]
        constraints = [
            between("rating", 1, 5, name="booking_feedback_rating_1_to_5"),
            models.CheckConstraint(
                condition=Q(reply="", replied_at=None) | (~Q(reply="") & Q(replied_at__isnull=False)),
                name="booking_feedback_reply_dated",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_by=None, hidden_reason="")
                | (Q(hidden_at__isnull=False, hidden_by__isnull=False) & ~Q(hidden_reason="")),
                name="booking_feedback_hiding_explained",
            ),
        ]

    def __str__(self) -> str:
        return f"{told(self, 'booking')}: {self.rating} of 5"
