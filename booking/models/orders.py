"""Claims on seats, and orders."""

from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import F, Q, UniqueConstraint

from accounts.models import User
from accounts.states import Role
from booking.claims import SeatLockQuerySet
from booking.states import Actor, BookingStatus, LockStatus
from cinema.core.constraints import at_least, between, one_of
from cinema.core.names import told


class SeatLock(models.Model):
    """The one claim on a seat of a show. The row is reused: its id changes with every new claim."""

    show = models.ForeignKey("scheduling.Show", on_delete=models.PROTECT, related_name="claims", db_index=False)
    seat = models.ForeignKey("venues.Seat", on_delete=models.PROTECT, related_name="claims")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="claims", db_index=False)
    booking = models.ForeignKey(
        "booking.Booking", on_delete=models.PROTECT, related_name="claims", null=True, blank=True
    )
    status = models.CharField(max_length=7, choices=LockStatus)
    locked_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="Counts only while LOCKED.")
    is_extended = models.BooleanField(default=False, db_default=False)

    objects = SeatLockQuerySet.as_manager()

    class Meta:
        permissions = [
            ("release_seatlock", "Can release seats that somebody holds"),
        ]
        indexes = [
            models.Index(fields=["user", "show"], name="booking_claims_of_user"),
            models.Index(fields=["expires_at"], condition=Q(status=LockStatus.LOCKED), name="booking_claims_lapsing"),
        ]
        constraints = [
            UniqueConstraint(fields=["show", "seat"], name="booking_seat_claimed_once"),
            one_of("status", LockStatus.values, name="booking_claim_status_known"),
            models.CheckConstraint(
                condition=Q(status=LockStatus.BOOKED, booking__isnull=False)
                | (~Q(status=LockStatus.BOOKED) & Q(booking=None)),
                name="booking_claim_names_booking_while_sold",
            ),
        ]

    def __str__(self) -> str:
        return f"{told(self, 'seat')}, {told(self, 'show')}"

    def is_live(self, now: datetime) -> bool:
        """Tell whether somebody holds the seat for the moment."""
        return self.status == LockStatus.LOCKED and self.expires_at > now


class BookingQuerySet(models.QuerySet["Booking"]):
    def lapsed(self, *, now: datetime) -> "BookingQuerySet":
        """Keep the bookings whose window to pay is over without a payment."""
        return self.filter(booking_status=BookingStatus.PENDING, pay_until__lte=now)

    def visible_to(self, user: User) -> "BookingQuerySet":
        return self if user.role == Role.ADMIN else self.filter(user=user)

    def locked(self) -> "BookingQuerySet":
        return self.select_for_update(of=("self",), no_key=True)


class Booking(models.Model):
    """One order: seats of one show, and food."""

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="bookings", db_index=False)
    show = models.ForeignKey("scheduling.Show", on_delete=models.PROTECT, related_name="bookings")
    booking_reference = models.CharField(max_length=13, unique=True)
    booking_status = models.CharField(max_length=9, choices=BookingStatus, default=BookingStatus.PENDING)
    payment = models.OneToOneField(
        "billing.Payment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    discount = models.ForeignKey("billing.Discount", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    booking_time = models.DateTimeField()
    pay_until = models.DateTimeField(help_text="Unpaid by then, the seats go back on sale.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, help_text="All lines with tax, and the rounding.")
    discount_amount = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    rounds_to_rupee = models.BooleanField(
        default=False, db_default=False, help_text="The venue's custom as it was when the booking was made."
    )
    rounding = models.DecimalField(
        max_digits=4,
        decimal_places=2,
        default=Decimal(0),
        db_default=Decimal(0),
        help_text="What rounding to the rupee added to the lines, or took.",
    )
    refund_amount = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    reminded_of = models.DateTimeField(
        null=True, blank=True, help_text="The start that the customer was reminded of: another one is news again."
    )
    refund_tiers = models.JSONField(help_text="The venue's policy as it was when the booking was made.")
    sold_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="The clerk at the counter; empty when the customer bought alone.",
    )

    objects = BookingQuerySet.as_manager()

    class Meta:
        permissions = [
            ("cancel_booking", "Can cancel bookings"),
            ("refund_booking", "Can refund lines of bookings"),
            ("take_cash", "Can record cash for bookings that wait"),
            ("sell_at_counter", "Can sell at the counter"),
        ]
        indexes = [
            models.Index(fields=["sold_by", "-id"], condition=Q(sold_by__isnull=False), name="booking_sold_by_clerk"),
            models.Index(fields=["user", "-id"], name="booking_of_user"),
            models.Index(
                fields=["confirmed_at"], condition=Q(confirmed_at__isnull=False), name="booking_by_day_of_sale"
            ),
            models.Index(
                fields=["pay_until"], condition=Q(booking_status=BookingStatus.PENDING), name="booking_unpaid"
            ),
        ]
        constraints = [
            one_of("booking_status", BookingStatus.values, name="booking_status_known"),
            at_least("amount", 0, name="booking_amount_not_negative"),
            at_least("discount_amount", 0, name="booking_discount_not_negative"),
            models.CheckConstraint(
                condition=Q(rounding=0)
                | Q(rounds_to_rupee=True, rounding__gt=Decimal("-0.50"), rounding__lte=Decimal("0.50")),
                name="booking_rounding_below_a_rupee",
            ),
            models.CheckConstraint(
                condition=Q(refund_amount__gte=0, refund_amount__lte=F("amount")), name="booking_refund_within_amount"
            ),
            models.CheckConstraint(
                condition=~Q(booking_status=BookingStatus.CONFIRMED) | Q(payment__isnull=False) | Q(amount=0),
                name="booking_confirmed_is_paid",
            ),
            models.CheckConstraint(
                condition=~Q(booking_status=BookingStatus.CONFIRMED) | Q(confirmed_at__isnull=False),
                name="booking_confirmation_dated",
            ),
            models.CheckConstraint(
                condition=Q(booking_status=BookingStatus.CANCELLED, cancelled_at__isnull=False)
                | (~Q(booking_status=BookingStatus.CANCELLED) & Q(cancelled_at=None)),
                name="booking_cancellation_dated",
            ),
            models.CheckConstraint(
                condition=Q(pay_until__gt=F("booking_time")), name="booking_window_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.booking_reference


class Cancellation(models.Model):
    """One decision to cancel lines of a sale: some of them, or all that were left. What each line gave back is on the line."""

    booking = models.ForeignKey("booking.Booking", on_delete=models.PROTECT, related_name="cancellations")
    percent = models.PositiveSmallIntegerField(help_text="What the policy, or the house, gave back of each line.")
    amount = models.DecimalField(
        max_digits=12, decimal_places=2, help_text="All that goes back, with tax and rounding."
    )
    rounding = models.DecimalField(
        max_digits=4,
        decimal_places=2,
        help_text="Of the amount, what keeps a round sum with the house; may be negative.",
    )
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=15, choices=Actor)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            between("percent", 0, 100, name="booking_cancellation_percent_0_to_100"),
            at_least("amount", 0, name="booking_cancellation_amount_not_negative"),
            between("rounding", -1, 1, name="booking_cancellation_rounding_below_a_rupee"),
            one_of("made_by", Actor.values, name="booking_cancellation_actor_known"),
        ]

    def __str__(self) -> str:
        return f"{told(self, 'booking')}: {self.amount} back"


class BookingStatusLog(models.Model):
    """One step in the life of a booking."""

    booking = models.ForeignKey("booking.Booking", on_delete=models.PROTECT, related_name="logs")
    from_status = models.CharField(max_length=9, choices=BookingStatus, blank=True)
    to_status = models.CharField(max_length=9, choices=BookingStatus)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=15, choices=Actor)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            one_of("from_status", ["", *BookingStatus.values], name="booking_log_from_status_known"),
            one_of("to_status", BookingStatus.values, name="booking_log_to_status_known"),
            one_of("changed_by", Actor.values, name="booking_log_actor_known"),
        ]

    def __str__(self) -> str:
        return f"{told(self, 'booking')}: {self.from_status} to {self.to_status}"


class IdempotencyKey(models.Model):
    """One order that a client may send again without ordering twice, and the answer it got; kept for 24 hours."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what was asked.")
    created_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty while the first call runs.")
    body = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["user", "key"], name="booking_idempotency_key_once"),
            models.CheckConstraint(
                condition=Q(status=None, body=None) | Q(status__isnull=False, body__isnull=False),
                name="booking_idempotent_answer_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.key
