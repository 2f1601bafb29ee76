"""Entries of the ledger: written in the transaction that does what they record, once, however often it is repeated."""

from datetime import datetime
from typing import Any

from django.db import connection

from billing import postings
from billing.models import Payment, Refund
from billing.postings import Entry
from billing.states import PaymentMethod

# One statement, because the database refuses an entry without its lines; known sources are left as they are.
_POST = """
    WITH entry AS (
        INSERT INTO billing_ledgerentry (kind, source, booking_reference, venue_id, total, entered_at)
        VALUES (%(kind)s, %(source)s, %(reference)s, {venue}, %(total)s, %(now)s)
        ON CONFLICT (kind, source) DO NOTHING
        RETURNING id
    )
    INSERT INTO billing_ledgerline (entry_id, account, debit, credit)
    SELECT entry.id, line.* FROM entry,
    unnest(%(accounts)s::text[], %(debits)s::numeric[], %(credits)s::numeric[]) AS line (account, debit, credit)
"""
_POST_AT = _POST.format(venue="%(venue)s")
# Whoever gives money back knows the payment, not the venue: it is where the payment was entered.
_POST_WHERE_PAID = _POST.format(
    venue="(SELECT venue_id FROM billing_ledgerentry WHERE kind = 'PAYMENT' AND source = %(paid_as)s)"
)


def record_payment(*, payment: Payment, venue_id: int, now: datetime) -> None:
    """Enter money that came, within the transaction that settles it."""
    entry = postings.payment(source=payment.transaction_code, amount=payment.amount, is_cash=_is_cash(payment))
    post(entry=entry, booking_reference=payment.booking_reference, venue_id=venue_id, now=now)


def record_refund_owed(*, refund: Refund, payment: Payment, now: datetime) -> None:
    """Enter money that is to go back, within the transaction that decides it."""
    entry = postings.refund_owed(source=refund.idempotency_key, amount=refund.amount)
    _post_where_paid(entry, payment, now)


def record_refund_sent(*, refund: Refund, payment: Payment, now: datetime, from_till: bool = False) -> None:
    """Enter money that went back the way it came, or by hand, within the transaction that records it."""
    is_cash = from_till or _is_cash(payment)
    entry = postings.refund_sent(source=refund.idempotency_key, amount=refund.amount, is_cash=is_cash)
    _post_where_paid(entry, payment, now)


def post(*, entry: Entry, booking_reference: str, venue_id: int, now: datetime) -> None:
    """Enter what happened at a venue; an entry of nothing is none."""
    _execute(_POST_AT, entry, booking_reference, now, venue=venue_id)


def _post_where_paid(entry: Entry, payment: Payment, now: datetime) -> None:
    _execute(_POST_WHERE_PAID, entry, payment.booking_reference, now, paid_as=payment.transaction_code)


def _execute(statement: str, entry: Entry, booking_reference: str, now: datetime, **where: int | str) -> None:
    if not entry.lines:
        return
    values: dict[str, Any] = {
        "kind": entry.kind.value,
        "source": entry.source,
        "reference": booking_reference,
        "total": entry.total,
        "now": now,
        "accounts": [line.account.value for line in entry.lines],
        "debits": [line.debit for line in entry.lines],
        "credits": [line.credit for line in entry.lines],
        **where,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _is_cash(payment: Payment) -> bool:
    return payment.payment_method == PaymentMethod.CASH
