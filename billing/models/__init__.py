"""Everything about money that is kept: rates, promo codes, payments and refunds, documents."""

from billing.models.documents import Invoice, InvoiceCounter
from billing.models.money import GST, Discount, Payment, Refund, SandboxCharge

__all__ = ["GST", "Discount", "Invoice", "InvoiceCounter", "Payment", "Refund", "SandboxCharge"]
