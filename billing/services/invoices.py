"""Invoice numbers: consecutive, without a gap, at most 16 characters (Rule 46(b), CGST Rules 2017)."""

from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from billing.errors import InvoiceSeriesFull
from billing.models import Invoice
from venues.models import Venue

SALE = "I"
LARGEST_NUMBER = 9_999_999

_NEXT = """
    INSERT INTO billing_invoicecounter AS counter (venue_id, kind, financial_year, last_number)
    VALUES (%s, %s, %s, 1)
    ON CONFLICT (venue_id, kind, financial_year)
    DO UPDATE SET last_number = counter.last_number + 1 WHERE counter.last_number < %s
    RETURNING last_number
"""


def issue(*, venue: Venue, booking_reference: str, amount: Decimal, now: datetime) -> Invoice:
    """Draw the next number of the venue's series and record the invoice; call it last in the settling transaction.

    The counter's row stays locked until that transaction ends: a rollback takes the number back.

    :raises InvoiceSeriesFull: after 9,999,999 invoices of one year.
    """
    year = financial_year(now.astimezone(venue.zone).date())
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [venue.pk, SALE, year, LARGEST_NUMBER])
        row = cursor.fetchone()
    if row is None:
        raise InvoiceSeriesFull
    number = f"{venue.code}{SALE}{year}/{row[0]:07}"
    return Invoice.objects.create(
        venue=venue, number=number, booking_reference=booking_reference, amount=amount, issued_at=now
    )


def financial_year(day: date) -> str:
    """Name the Indian financial year (1 April to 31 March) of a day, like 2526."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first % 100:02}{(first + 1) % 100:02}"
