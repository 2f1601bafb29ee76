"""Money that goes back."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from billing.states import RefundStatus
from cinema.core.constraints import one_of


class RefundQuerySet(models.QuerySet["Refund"]):
    def due(self, *, now: datetime) -> "RefundQuerySet":
        """Keep what is to be sent, or asked about, and whose turn has come."""
        waiting = self.filter(refund_status__in=[RefundStatus.PENDING, RefundStatus.ACCEPTED])
        return waiting.filter(Q(next_try_at=None) | Q(next_try_at__lte=now))

    def find_for(self, *, gateway: str, key: str, refund_id: str) -> "Refund | None":
        """Find the refund that a gateway speaks of: by our key as it was sent, else by the gateway's own id."""
        theirs = self.filter(payment__gateway=gateway)
        ours, _, number = key.partition("#")
        named = theirs.filter(idempotency_key=ours, round=int(number) if number.isdecimal() else 0)
        return named.first() or theirs.exclude(gateway_refund_id="").filter(gateway_refund_id=refund_id).first()


class Refund(models.Model):
    """One attempt-until-done to give money of one payment back."""

    payment = models.ForeignKey("billing.Payment", on_delete=models.PROTECT, related_name="refunds")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    refund_status = models.CharField(max_length=9, choices=RefundStatus, default=RefundStatus.PENDING)
    idempotency_key = models.CharField(max_length=80, unique=True)
    round = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How often somebody had it sent anew after the gateway had refused it."
    )
    gateway_refund_id = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=200)
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True, db_default="")
    created_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        permissions = [
            ("hand_over_refund", "Can record refunds that were handed over"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(refund_status__in=[RefundStatus.PENDING, RefundStatus.ACCEPTED]),
                name="billing_refund_due",
            ),
        ]
        constraints = [
            one_of("refund_status", RefundStatus.values, name="billing_refund_status_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="billing_refund_positive"),
            models.CheckConstraint(
                condition=~Q(refund_status=RefundStatus.COMPLETED) | Q(completed_at__isnull=False),
                name="billing_refund_completion_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.idempotency_key

    @property
    def gateway_key(self) -> str:
        """Name the refund to its gateway: the same through every retry, another one when it is sent anew."""
        return f"{self.idempotency_key}#{self.round}" if self.round else self.idempotency_key

    @property
    def is_open(self) -> bool:
        """Tell whether the gateway is still to give the money back."""
        return self.refund_status in (RefundStatus.PENDING, RefundStatus.ACCEPTED)
