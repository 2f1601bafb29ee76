"""The numbered tax documents, and the series they are numbered in."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q, UniqueConstraint

from billing.documents import Document, DocumentLine, IssuedDocument
from cinema.core.constraints import at_least
from cinema.core.names import told


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
        return f"{told(self, 'venue')}, {self.kind} {self.financial_year}: {self.last_number}"


class TaxDocument(models.Model):
    """What an invoice and a credit note have in common: who says what, about how much, as it was on that day.

    A copy of all that is printed, so that it reads the same for ever; migration 0003 lets nobody change it
    (billing_books_are_final).
    """

    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=16, unique=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, help_text="With tax and rounding.")
    taxable = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0), db_default=Decimal(0))
    cgst = models.DecimalField("CGST", max_digits=12, decimal_places=2, default=Decimal(0), db_default=Decimal(0))
    sgst = models.DecimalField("SGST", max_digits=12, decimal_places=2, default=Decimal(0), db_default=Decimal(0))
    rounding = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0), db_default=Decimal(0))
    currency = models.CharField(max_length=3, default="INR", db_default="INR")
    supplier_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    supplier_address = models.CharField(max_length=300, blank=True, default="", db_default="")
    supplier_gstin = models.CharField("GSTIN", max_length=15, blank=True, default="", db_default="")
    place_of_supply = models.CharField(max_length=60, blank=True, default="", db_default="")
    subject = models.CharField(max_length=300, blank=True, default="", db_default="", help_text="What it was for.")
    lines = models.JSONField(blank=True, default=list, db_default=[])
    issued_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @property
    def document(self) -> Document:
        """Read back what was written down when it was issued."""
        return Document(tuple(map(DocumentLine.from_json, self.lines)), self.rounding, self.subject)

    def _issued(self, title: str, reference: str, *, against: str = "", reason: str = "") -> IssuedDocument:
        return IssuedDocument(
            title=title,
            number=self.number,
            issued_on=self.issued_at.astimezone(self.venue.zone).date(),
            booking_reference=reference,
            supplier_name=self.supplier_name,
            supplier_address=self.supplier_address,
            supplier_gstin=self.supplier_gstin,
            place_of_supply=self.place_of_supply,
            currency=self.currency,
            stated=self.document,
            against=against,
            reason=reason,
        )


def adds_up(name: str, **unless: object) -> models.CheckConstraint:
    """State that the amount is the value, both taxes and the rounding."""
    exact = Q(amount=F("taxable") + F("cgst") + F("sgst") + F("rounding"))
    return models.CheckConstraint(condition=Q(**unless) | exact if unless else exact, name=name)


class Invoice(TaxDocument):
    """The numbered tax document of one sale."""

    booking_reference = models.CharField(max_length=13, unique=True)
    credited = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        default=Decimal(0),
        db_default=Decimal(0),
        help_text="Given back by credit notes.",
    )

    class Meta:
        indexes = [models.Index(fields=["venue", "issued_at"], name="billing_invoices_of_venue")]
        constraints = [
            at_least("amount", 0, name="billing_invoice_amount_not_negative"),
            adds_up(
                "billing_invoice_adds_up", lines=[]
            ),  # one that is older than its details, until they are filled in
            models.CheckConstraint(
                condition=Q(credited__gte=0, credited__lte=F("amount")), name="billing_credit_within_invoice"
            ),
        ]

    def as_issued(self) -> IssuedDocument:
        """State it as it is printed; needs the venue."""
        return self._issued("Tax invoice" if self.supplier_gstin else "Invoice", self.booking_reference)


class CreditNote(TaxDocument):
    """The numbered tax document of what is given back of one sale (CGST Act s. 34, Rule 53(1A))."""

    invoice = models.ForeignKey("billing.Invoice", on_delete=models.PROTECT, related_name="credit_notes")
    key = models.CharField(max_length=80, unique=True, help_text="Of the refund it documents.")
    reason = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["venue", "issued_at"], name="billing_credits_of_venue")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="billing_credit_positive"),
            adds_up("billing_credit_adds_up"),
        ]

    def as_issued(self) -> IssuedDocument:
        """State it as it is printed; needs the venue and the invoice."""
        on = self.invoice.issued_at.astimezone(self.venue.zone)
        against = f"{self.invoice.number}, {on:%d %b %Y}"
        return self._issued("Credit note", self.invoice.booking_reference, against=against, reason=self.reason)
