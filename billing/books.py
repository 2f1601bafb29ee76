"""Whether the ledger balances and says what payments, refunds and documents say: each question one query.

A row of an answer is a fault: what is not so, about which row, what it should be and what it is. No answer is empty
because nobody asked: tests break the books in each of these ways.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction

MOST = 100  # faults told of one kind


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing the books get wrong; amounts in rupees, None where there is no such row."""

    what: str
    subject: str
    expected: Decimal | None
    found: Decimal | None

    def __str__(self) -> str:
        return f"{self.what}: {self.subject} (expected {self.expected}, found {self.found})"


_SUMS = """
    SELECT entry.kind, entry.source, entry.total,
           sum(line.credit - line.debit) FILTER (WHERE account IN ('TICKETS', 'FOOD', 'FEE')) AS taxable,
           sum(line.credit - line.debit) FILTER (WHERE account = 'CGST') AS cgst,
           sum(line.credit - line.debit) FILTER (WHERE account = 'SGST') AS sgst,
           sum(line.credit - line.debit) FILTER (WHERE account = 'ROUNDING') AS rounding,
           sum(line.debit - line.credit) FILTER (WHERE account = 'CUSTOMERS') AS amount
    FROM billing_ledgerentry entry JOIN billing_ledgerline line ON line.entry_id = entry.id
    WHERE entry.kind = '{kind}' GROUP BY entry.id
"""
_OF_MONEY = """
    SELECT COALESCE(entry.source, source.key), source.amount, entry.total
    FROM ({source}) AS source
    FULL JOIN (SELECT * FROM billing_ledgerentry WHERE kind = '{kind}') AS entry ON entry.source = source.key
    WHERE source.amount IS DISTINCT FROM entry.total
"""
_OF_DOCUMENTS = """
    SELECT COALESCE(entry.source, document.{key}), document.amount, {sign}entry.amount
    FROM (SELECT * FROM {table} WHERE amount <> 0) AS document
    FULL JOIN ({sums}) AS entry ON entry.source = document.{key}
    WHERE (document.taxable, document.cgst, document.sgst, document.rounding, document.amount) IS DISTINCT FROM
          ({sign}COALESCE(entry.taxable, 0), {sign}COALESCE(entry.cgst, 0), {sign}COALESCE(entry.sgst, 0),
           {sign}COALESCE(entry.rounding, 0), {sign}entry.amount)
"""
_LINES = """
    SELECT document.number, document.amount - document.rounding, stated.amount
    FROM {table} document
    LEFT JOIN LATERAL (
        SELECT sum(taxable) AS taxable, sum(cgst) AS cgst, sum(sgst) AS sgst, sum(taxable + cgst + sgst) AS amount
        FROM jsonb_to_recordset(document.lines) AS line (taxable numeric, cgst numeric, sgst numeric)
    ) AS stated ON true
    WHERE (document.taxable, document.cgst, document.sgst) IS DISTINCT FROM (stated.taxable, stated.cgst, stated.sgst)
"""
QUESTIONS = {
    "An entry does not balance": """
        SELECT entry.kind || ' ' || entry.source, entry.total, sum(line.debit)
        FROM billing_ledgerentry entry LEFT JOIN billing_ledgerline line ON line.entry_id = entry.id
        GROUP BY entry.id
        HAVING COALESCE(sum(line.debit), 0) <> entry.total OR COALESCE(sum(line.credit), 0) <> entry.total
    """,
    "A payment is not in the ledger as it is": _OF_MONEY.format(
        kind="PAYMENT",
        source="SELECT transaction_code AS key, amount FROM billing_payment"
        " WHERE payment_status IN ('COMPLETED', 'REFUNDED') AND amount > 0",
    ),
    "A refund that is due is not in the ledger as it is": _OF_MONEY.format(
        kind="REFUND_OWED", source="SELECT idempotency_key AS key, amount FROM billing_refund"
    ),
    "A refund that was sent is not in the ledger as it is": _OF_MONEY.format(
        kind="REFUND_SENT",
        source="SELECT idempotency_key AS key, amount FROM billing_refund WHERE refund_status = 'COMPLETED'",
    ),
    "A payment owes another amount than its refunds": """
        SELECT payment.transaction_code, COALESCE(sum(refund.amount), 0), payment.refund_owed
        FROM billing_payment payment LEFT JOIN billing_refund refund ON refund.payment_id = payment.id
        GROUP BY payment.id
        HAVING COALESCE(sum(refund.amount), 0) <> payment.refund_owed
            OR COALESCE(sum(refund.amount) FILTER (WHERE refund_status = 'COMPLETED'), 0) <> payment.refund_amount
    """,
    "An invoice is not in the ledger as it is": _OF_DOCUMENTS.format(
        table="billing_invoice", key="booking_reference", sign="", sums=_SUMS.format(kind="INVOICE")
    ),
    "A credit note is not in the ledger as it is": _OF_DOCUMENTS.format(
        table="billing_creditnote", key="key", sign="-", sums=_SUMS.format(kind="CREDIT_NOTE")
    ),
    "An invoice does not add up to its lines": _LINES.format(table="billing_invoice"),
    "A credit note does not add up to its lines": _LINES.format(table="billing_creditnote"),
    "An invoice is credited with another amount than its credit notes": """
        SELECT invoice.number, COALESCE(sum(note.amount), 0), invoice.credited
        FROM billing_invoice invoice LEFT JOIN billing_creditnote note ON note.invoice_id = invoice.id
        GROUP BY invoice.id HAVING COALESCE(sum(note.amount), 0) <> invoice.credited
    """,
    # What came in for a booking is a sale or is owed back; what waits for its next step is a minute old, not a day.
    "A customer's money is neither a sale nor owed back": """
        SELECT booking_reference, 0, sum(line.credit - line.debit)
        FROM billing_ledgerentry entry
        JOIN billing_ledgerline line ON line.entry_id = entry.id AND line.account = 'CUSTOMERS'
        GROUP BY booking_reference
        HAVING sum(line.credit - line.debit) <> 0 AND max(entry.entered_at) < %(settled_before)s
    """,
}


def faults(*, settled_before: datetime) -> Iterator[Fault]:
    """Ask every question, telling at most a hundred faults of each.

    A customer's money may wait for its next step since then: a booking is confirmed or ended within its window.
    """
    for what, question in QUESTIONS.items():
        for subject, expected, found in _answers(question, settled_before):
            yield Fault(what, subject, expected, found)


@transaction.atomic
def _answers(question: str, settled_before: datetime) -> list[tuple[str, Decimal | None, Decimal | None]]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10min'")  # a table of many years; nobody waits for the answer
        cursor.execute(f"{question} LIMIT {MOST}", {"settled_before": settled_before})
        return list(cursor.fetchall())
