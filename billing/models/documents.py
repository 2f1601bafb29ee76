"""The numbered tax documents, and the series they are numbered in."""

from django.db import models
from django.db.models import Q, UniqueConstraint

from cinema.core.constraints import at_least


class InvoiceCounter(models.Model):
    """The last number of one series: a venue, a kind of document, a financial year."""

    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=1)
    financial_year = models.CharField(max_length=4, help_text="2526 is 1 April 2025 to 31 March 2026.")
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["venue", "kind", "financial_year"], name="billing_one_counter_per_series"),
            models.CheckConstraint(condition=Q(last_number__lte=9_999_999), name="billing_counter_seven_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.venue_id} {self.kind} {self.financial_year}: {self.last_number}"


class Invoice(models.Model):
    """The numbered tax document of one sale."""

    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=16, unique=True)
    booking_reference = models.CharField(max_length=13, unique=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [at_least("amount", 0, name="billing_invoice_amount_not_negative")]

    def __str__(self) -> str:
        return self.number
