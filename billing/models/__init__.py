"""Everything about money that is kept: rates, promo codes, payments and refunds, documents, the ledger."""

from billing.models.documents import CreditNote, Invoice, InvoiceCounter
from billing.models.gateways import PaymentEvent, PaymentIssue, SandboxCharge
from billing.models.ledger import LedgerCheck, LedgerEntry, LedgerLine
from billing.models.money import GST, Discount, Payment
from billing.models.refunds import Refund

__all__ = [
    "GST",
    "CreditNote",
    "Discount",
    "Invoice",
    "InvoiceCounter",
    "LedgerCheck",
    "LedgerEntry",
    "LedgerLine",
    "Payment",
    "PaymentEvent",
    "PaymentIssue",
    "Refund",
    "SandboxCharge",
]
