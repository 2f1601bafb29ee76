"""Invoices and credit notes, numbered consecutively, without a gap, at most 16 characters (Rule 46(b), CGST Rules 2017).

Everybody who settles at a venue waits for the counter's row until the commit that follows: draw a number last.
"""

import json
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from billing import postings
from billing.documents import Document
from billing.errors import InvoiceSeriesFull
from billing.models import CreditNote, Invoice
from billing.places import place_of_supply
from billing.services import ledger
from venues.models import Venue

SALE: Final = "I"
CREDIT: Final = "C"
LARGEST_NUMBER = 9_999_999

# Number and document in one statement each, because of those who wait.
_DRAW = """
    counter AS (
        INSERT INTO billing_invoicecounter AS series (venue_id, kind, financial_year, last_number)
        VALUES (%(venue_id)s, %(kind)s, %(year)s, 1)
        ON CONFLICT (venue_id, kind, financial_year)
        DO UPDATE SET last_number = series.last_number + 1 WHERE series.last_number < %(largest)s
        RETURNING %(prefix)s || lpad(last_number::text, 7, '0') AS number
    )
"""
_STATED = (
    *("venue_id", "amount", "taxable", "cgst", "sgst", "rounding", "currency", "supplier_name", "supplier_address"),
    *("supplier_gstin", "place_of_supply", "subject", "lines", "issued_at"),
)
_COLUMNS = ", ".join(_STATED)
_VALUES = ", ".join(f"%({column})s" for column in _STATED)
_ISSUE = f"""
    WITH {_DRAW}
    INSERT INTO billing_invoice (number, booking_reference, credited, {_COLUMNS})
    SELECT number, %(reference)s, 0, {_VALUES} FROM counter
    RETURNING number
"""
_CREDIT = f"""
    WITH {_DRAW}, credited AS (
        UPDATE billing_invoice SET credited = credited + %(amount)s WHERE id = %(invoice_id)s
    )
    INSERT INTO billing_creditnote (number, invoice_id, key, reason, {_COLUMNS})
    SELECT number, %(invoice_id)s, %(key)s, %(reason)s, {_VALUES} FROM counter
    RETURNING number
"""


def issue(*, venue: Venue, booking_reference: str, document: Document, now: datetime) -> str:
    """Draw the next number of the venue's series, record the invoice and enter the sale; the settling transaction's last.

    The counter's row stays locked until that transaction ends: a rollback takes the number back.

    :raises InvoiceSeriesFull: after 9,999,999 invoices of one year.
    """
    entry = postings.invoice(source=booking_reference, document=document)
    ledger.post(entry=entry, booking_reference=booking_reference, venue_id=venue.pk, now=now)
    return _numbered(_ISSUE, {**_stated(venue, document, now, SALE), "reference": booking_reference})


def credit(
    *, venue: Venue, booking_reference: str, document: Document, key: str, reason: str, now: datetime
) -> str | None:
    """Issue the credit note of what is given back of a booking; the deciding transaction's last, as `issue`.

    The caller holds the booking. Nothing for an amount of 0, for a known key, and for a booking that has no invoice.

    :raises InvoiceSeriesFull: after 9,999,999 credit notes of one year.
    """
    invoice_id = Invoice.objects.filter(booking_reference=booking_reference).values_list("pk", flat=True).first()
    if invoice_id is None or not document.amount or CreditNote.objects.filter(key=key).exists():
        return None
    entry = postings.credit_note(source=key, document=document)
    ledger.post(entry=entry, booking_reference=booking_reference, venue_id=venue.pk, now=now)
    values = {**_stated(venue, document, now, CREDIT), "invoice_id": invoice_id, "key": key, "reason": reason}
    return _numbered(_CREDIT, values)


def financial_year(day: date) -> str:
    """Name the Indian financial year (1 April to 31 March) of a day, like 2526."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first % 100:02}{(first + 1) % 100:02}"


def _stated(venue: Venue, document: Document, now: datetime, kind: str) -> dict[str, Any]:
    year = financial_year(now.astimezone(venue.zone).date())
    return {
        "kind": kind,
        "year": year,
        "largest": LARGEST_NUMBER,
        "prefix": f"{venue.code}{kind}{year}/",
        "venue_id": venue.pk,
        "amount": document.amount,
        "taxable": document.taxable,
        "cgst": document.cgst,
        "sgst": document.sgst,
        "rounding": document.rounding,
        "currency": venue.currency,
        "supplier_name": venue.legal_name or venue.name,
        "supplier_address": venue.address,
        "supplier_gstin": venue.gstin,
        "place_of_supply": place_of_supply(venue.gstin),
        "subject": document.subject[:300],
        "lines": json.dumps([line.as_json() for line in document.lines]),
        "issued_at": now,
    }


def _numbered(statement: str, values: dict[str, Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    if row is None:
        raise InvoiceSeriesFull
    return str(row[0])
