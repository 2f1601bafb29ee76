"""Invoice numbers: consecutive, without a gap, at most 16 characters (Rule 46(b), CGST Rules 2017)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from billing.errors import InvoiceSeriesFull
from venues.models import Venue

SALE = "I"
LARGEST_NUMBER = 9_999_999

# One statement, because everybody who settles at this venue waits from it until the commit that follows.
_ISSUE = """
    WITH counter AS (
        INSERT INTO billing_invoicecounter AS series (venue_id, kind, financial_year, last_number)
        VALUES (%(venue)s, %(kind)s, %(year)s, 1)
        ON CONFLICT (venue_id, kind, financial_year)
        DO UPDATE SET last_number = series.last_number + 1 WHERE series.last_number < %(largest)s
        RETURNING last_number
    )
    INSERT INTO billing_invoice (venue_id, number, booking_reference, amount, issued_at)
    SELECT %(venue)s, %(prefix)s || lpad(last_number::text, 7, '0'), %(reference)s, %(amount)s, %(now)s FROM counter
    RETURNING number
"""


def issue(*, venue: Venue, booking_reference: str, amount: Decimal, now: datetime) -> str:
    """Draw the next number of the venue's series and record the invoice; call it last in the settling transaction.

    The counter's row stays locked until that transaction ends: a rollback takes the number back.

    :raises InvoiceSeriesFull: after 9,999,999 invoices of one year.
    """
    year = financial_year(now.astimezone(venue.zone).date())
    values: dict[str, Any] = {
        "venue": venue.pk,
        "kind": SALE,
        "year": year,
        "largest": LARGEST_NUMBER,
        "prefix": f"{venue.code}{SALE}{year}/",
        "reference": booking_reference,
        "amount": amount,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ISSUE, values)
        row = cursor.fetchone()
    if row is None:
        raise InvoiceSeriesFull
    return str(row[0])


def financial_year(day: date) -> str:
    """Name the Indian financial year (1 April to 31 March) of a day, like 2526."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first % 100:02}{(first + 1) % 100:02}"
