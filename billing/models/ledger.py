"""The ledger: what happened to money, in double entry, written once and never changed."""

from decimal import Decimal

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from billing.states import Account, EntryKind
from cinema.core import formats
from cinema.core.constraints import at_least, one_of

DOCUMENTS = [EntryKind.INVOICE, EntryKind.CREDIT_NOTE]


class LedgerEntry(models.Model):
    """What one payment, refund or document did to the accounts.

    Triggers of migration 0003 see to what no constraint of Django's can say: an entry is written whole, in the one
    statement that writes its lines, its debits and its credits are each its total (billing_entry_balances), and
    neither is ever changed or deleted (billing_books_are_final). A mistake is mended by a further entry.
    """

    kind = models.CharField(max_length=11, choices=EntryKind)
    source = models.CharField(max_length=80, help_text="What it records: a transaction, a booking, a refund's key.")
    booking_reference = models.CharField(max_length=13, db_index=True)
    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    total = models.DecimalField(max_digits=12, decimal_places=2, help_text="Of its debits, and of its credits.")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "ledger entries"
        indexes = [models.Index(fields=["venue", "entered_at"], name="billing_entries_of_venue")]
        constraints = [
            UniqueConstraint(fields=["kind", "source"], name="billing_entry_once_per_source"),
            one_of("kind", EntryKind.values, name="billing_entry_kind_known"),
            models.CheckConstraint(condition=Q(total__gt=0), name="billing_entry_positive"),
            models.CheckConstraint(
                condition=~Q(kind__in=DOCUMENTS) | Q(venue__isnull=False), name="billing_document_entry_has_venue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class LedgerLine(models.Model):
    """One debit or credit of one account."""

    entry = models.ForeignKey("billing.LedgerEntry", on_delete=models.PROTECT, related_name="lines")
    account = models.CharField(max_length=11, choices=Account)
    debit = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    credit = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))

    class Meta:
        constraints = [
            one_of("account", Account.values, name="billing_account_known"),
            models.CheckConstraint(
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0), name="billing_debit_xor_credit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.debit - self.credit}"


class LedgerCheck(models.Model):
    """One look at the books, and what was wrong with them."""

    checked_at = models.DateTimeField(db_index=True)
    entries = models.PositiveBigIntegerField(help_text="How many there were.")
    faults = models.IntegerField()
    findings = models.JSONField(blank=True, default=list)

    class Meta:
        constraints = [at_least("faults", 0, name="billing_check_faults_counted")]

    def __str__(self) -> str:
        checked = timezone.localtime(self.checked_at)
        return f"{checked:%-d %b %Y} {formats.time_of_day(checked)}: {formats.counted(self.faults, 'fault')}"

    @property
    def is_sound(self) -> bool:
        """Tell whether everything was as it should be."""
        return not self.faults
