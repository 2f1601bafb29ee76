"""What passes between us and payment providers: their messages, what does not add up, and the sandbox's own books."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q, UniqueConstraint

from billing.states import IssueKind
from cinema.core.constraints import one_of


class PaymentEvent(models.Model):
    """One message of a payment provider, kept once however often it came."""

    gateway = models.CharField(max_length=20)
    event_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=100)
    payload = models.JSONField()
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["received_at"], condition=Q(handled_at=None), name="billing_event_unhandled")]
        constraints = [
            UniqueConstraint(fields=["gateway", "event_id"], name="billing_event_once"),
            models.CheckConstraint(condition=~Q(event_id=""), name="billing_event_named"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.event_id}"


class PaymentIssue(models.Model):
    """One thing about money that reconciliation cannot mend by itself, until somebody has."""

    kind = models.CharField(max_length=14, choices=IssueKind)
    subject = models.CharField(max_length=100, help_text="What it is about: a charge or a refund, by its key.")
    gateway = models.CharField(max_length=20)
    booking_reference = models.CharField(max_length=13, blank=True)
    payment = models.ForeignKey(
        "billing.Payment", on_delete=models.PROTECT, null=True, blank=True, related_name="issues"
    )
    refund = models.ForeignKey(
        "billing.Refund", on_delete=models.PROTECT, null=True, blank=True, related_name="issues"
    )
    facts = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="When it was last found to be so.")
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: by itself.",
    )
    resolution = models.CharField(max_length=200, blank=True)

    class Meta:
        permissions = [
            ("mend_paymentissue", "Can apply remedies to payment issues"),
        ]
        constraints = [
            UniqueConstraint(
                fields=["kind", "subject"], condition=Q(resolved_at=None), name="billing_one_open_issue_per_subject"
            ),
            one_of("kind", IssueKind.values, name="billing_issue_kind_known"),
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolution="") | (Q(resolved_at__isnull=False) & ~Q(resolution="")),
                name="billing_issue_resolution_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"


class SandboxCharge(models.Model):
    """The sandbox gateway's own record of a charge, committed apart from ours as a real provider's would be."""

    idempotency_key = models.CharField(max_length=80, unique=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    refunded = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    refund_keys = models.JSONField(default=dict)
    succeeded = models.BooleanField(null=True, help_text="Empty: not decided yet.")
    return_url = models.CharField("return URL", max_length=500, blank=True, db_default="")
    has_page = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=F("amount")), name="billing_sandbox_refunds_within_charge"
            ),
        ]

    def __str__(self) -> str:
        return self.idempotency_key
