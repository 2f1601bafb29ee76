"""What a venue's tax return of a month is made of, from the documents, and held against the ledger to the paisa.

The tables are those of GSTR-1: 12 (by SAC or HSN and rate) and 13 (documents issued); notes reduce the month they are of.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import connection

from billing.states import EntryKind
from cinema.core.money import ZERO, total
from venues.models import Venue


@dataclass(frozen=True, slots=True)
class Sums:
    """Amounts of some documents, in rupees."""

    taxable: Decimal = ZERO
    cgst: Decimal = ZERO
    sgst: Decimal = ZERO
    rounding: Decimal = ZERO

    def __sub__(self, other: "Sums") -> "Sums":
        return Sums(
            self.taxable - other.taxable,
            self.cgst - other.cgst,
            self.sgst - other.sgst,
            self.rounding - other.rounding,
        )

    @property
    def tax(self) -> Decimal:
        return self.cgst + self.sgst

    @property
    def amount(self) -> Decimal:
        return self.taxable + self.tax + self.rounding


@dataclass(frozen=True, slots=True)
class RateLine:
    """One SAC or HSN at one rate: what was sold and what was given back of it."""

    hsn_code: str
    cgst_rate: Decimal
    sgst_rate: Decimal
    quantity: int
    sold: Sums
    credited: Sums

    @property
    def net(self) -> Sums:
        return self.sold - self.credited


@dataclass(frozen=True, slots=True)
class Issued:
    """The documents of one kind: from which number to which, how many of these are missing, and what they come to."""

    kind: str
    first: str
    last: str
    issued: int
    missing: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class TaxSummary:
    """One month of one venue, on its own calendar."""

    venue: Venue
    month: date
    lines: tuple[RateLine, ...]
    invoices: Issued
    credit_notes: Issued
    in_ledger: Sums

    @property
    def net(self) -> Sums:
        return self.invoices.sums - self.credit_notes.sums

    @property
    def by_lines(self) -> Sums:
        """Add the lines up; rounding is on none of them."""
        nets = [line.net for line in self.lines]
        return Sums(
            total(net.taxable for net in nets),
            total(net.cgst for net in nets),
            total(net.sgst for net in nets),
            self.net.rounding,
        )

    @property
    def differences(self) -> tuple[Sums, Sums]:
        """What the lines, and what the ledger, say otherwise than the documents: nothing, or the books are wrong."""
        return self.by_lines - self.net, self.in_ledger - self.net

    @property
    def sums(self) -> tuple[tuple[str, Sums], ...]:
        """Name the sums that are to be compared."""
        return (
            ("Invoices", self.invoices.sums),
            ("Credit notes", self.credit_notes.sums),
            ("Net", self.net),
            ("In the ledger", self.in_ledger),
        )

    @property
    def is_tied_out(self) -> bool:
        return self.differences == (Sums(), Sums())


_STATED = """
    SELECT '{kind}' AS kind, stated.*
    FROM {table} document, jsonb_to_recordset(document.lines) AS stated (
        hsn_code text, cgst_rate numeric(5, 2), sgst_rate numeric(5, 2), quantity int, taxable numeric, cgst numeric, sgst numeric
    )
    WHERE document.venue_id = %(venue)s AND document.issued_at >= %(start)s AND document.issued_at < %(end)s
"""
_OF_KIND = ", ".join(
    f"COALESCE(sum({column}) FILTER (WHERE kind = '{kind}'), 0.00)"
    for kind in ("I", "C")
    for column in ("taxable", "cgst", "sgst")
)
_LINES = f"""
    SELECT hsn_code, cgst_rate, sgst_rate, COALESCE(sum(quantity) FILTER (WHERE kind = 'I'), 0), {_OF_KIND}
    FROM ({_STATED.format(kind="I", table="billing_invoice")} UNION ALL
          {_STATED.format(kind="C", table="billing_creditnote")}) AS line
    GROUP BY hsn_code, cgst_rate, sgst_rate ORDER BY hsn_code, cgst_rate DESC, sgst_rate DESC
"""
_ISSUED = """
    SELECT COALESCE(min(number), ''), COALESCE(max(number), ''), count(*),
           COALESCE(max(right(number, 7)::int) - min(right(number, 7)::int) + 1 - count(*), 0),
           COALESCE(sum(taxable), 0.00), COALESCE(sum(cgst), 0.00), COALESCE(sum(sgst), 0.00),
           COALESCE(sum(rounding), 0.00)
    FROM {table} WHERE venue_id = %(venue)s AND issued_at >= %(start)s AND issued_at < %(end)s
"""
_IN_LEDGER = f"""
    SELECT COALESCE(sum(credit - debit) FILTER (WHERE account IN ('TICKETS', 'FOOD', 'FEE')), 0.00),
           COALESCE(sum(credit - debit) FILTER (WHERE account = 'CGST'), 0.00),
           COALESCE(sum(credit - debit) FILTER (WHERE account = 'SGST'), 0.00),
           COALESCE(sum(credit - debit) FILTER (WHERE account = 'ROUNDING'), 0.00)
    FROM billing_ledgerentry entry JOIN billing_ledgerline line ON line.entry_id = entry.id
    WHERE venue_id = %(venue)s AND entered_at >= %(start)s AND entered_at < %(end)s
      AND kind IN ('{EntryKind.INVOICE.value}', '{EntryKind.CREDIT_NOTE.value}')
"""


def tax_summary(*, venue: Venue, month: date) -> TaxSummary:
    """Add up a venue's month, whichever of its days is given, in four queries."""
    first = month.replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    start, end = (datetime.combine(day, time(), venue.zone) for day in (first, after))
    values = {"venue": venue.pk, "start": start, "end": end}
    (in_ledger,) = _rows(_IN_LEDGER, values)
    return TaxSummary(
        venue=venue,
        month=first,
        lines=tuple(
            RateLine(hsn_code, cgst_rate, sgst_rate, quantity, Sums(*sums[:3]), Sums(*sums[3:]))
            for hsn_code, cgst_rate, sgst_rate, quantity, *sums in _rows(_LINES, values)
        ),
        invoices=_issued("Invoices", "billing_invoice", values),
        credit_notes=_issued("Credit notes", "billing_creditnote", values),
        in_ledger=Sums(*in_ledger),
    )


def as_rows(summary: TaxSummary) -> Iterator[list[str]]:
    """Write a summary as a spreadsheet's rows: by SAC or HSN and rate, the sums, the documents."""
    yield ["SAC/HSN", "CGST %", "SGST %", "Quantity", "Sold", "Credited", "Taxable", "CGST", "SGST", "Tax"]
    for line in summary.lines:
        amounts = (
            line.sold.taxable,
            line.credited.taxable,
            line.net.taxable,
            line.net.cgst,
            line.net.sgst,
            line.net.tax,
        )
        rates = (line.cgst_rate, line.sgst_rate)
        yield [line.hsn_code, *map(str, rates), str(line.quantity), *map(str, amounts)]
    yield []
    yield ["", "Taxable", "CGST", "SGST", "Rounding", "Amount"]
    for name, sums in summary.sums:
        yield [name, *map(str, (sums.taxable, sums.cgst, sums.sgst, sums.rounding, sums.amount))]
    yield []
    yield ["Documents", "From", "To", "Issued", "Missing"]
    for issued in (summary.invoices, summary.credit_notes):
        yield [issued.kind, issued.first, issued.last, str(issued.issued), str(issued.missing)]


def _issued(kind: str, table: str, values: dict[str, Any]) -> Issued:
    ((first, last, count, missing, *sums),) = _rows(_ISSUED.format(table=table), values)
    return Issued(kind, first, last, count, missing, Sums(*sums))


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
