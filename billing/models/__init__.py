"""Everything about money that is kept: rates, promo codes, payments and refunds, documents, the ledger."""

from billing.models.documents import CreditNote, Invoice, InvoiceCounter
from billing.models.ledger import LedgerEntry, LedgerLine
from billing.models.money import GST, Discount, Payment, Refund, SandboxCharge

__all__ = [
    "GST",
    "CreditNote",
    "Discount",
    "Invoice",
    "InvoiceCounter",
    "LedgerEntry",
    "LedgerLine",
    "Payment",
    "Refund",
    "SandboxCharge",
]
