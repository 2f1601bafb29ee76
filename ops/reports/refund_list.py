"""Refunds, one by one, by the day on which they were decided."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cinema.core.money import ZERO
from ops.reports import asking, words
from ops.reports.tables import Asked, Column, Kind, Report, Table

# The lines of a partial cancellation, and what the staff noted, stand behind the colon.
WHY = "COALESCE(NULLIF(trim(split_part(refund.reason, ':', 1)), ''), 'No reason')"
OF_WHAT = """
    CASE WHEN refund.idempotency_key LIKE '%%/end' THEN 'whole booking'
         WHEN refund.idempotency_key LIKE '%%/part-%%' THEN 'part of a booking' ELSE 'late payment' END
"""
CONDITIONS = {"why": f"{WHY} = %(why)s", "of": f"{OF_WHAT} = %(of)s"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Some refunds, in rupees: what was decided is sent, on its way, or was refused by the gateway."""

    refunds: int = 0
    amount: Decimal = ZERO
    sent: Decimal = ZERO
    waiting: Decimal = ZERO
    failed: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundLine(Decided):
    """One refund."""

    booking_id: int | None = None
    reference: str = ""
    decided_at: datetime | None = None  # on the venue's wall clock
    why: str = ""
    of: str = ""
    reason: str = ""
    status: str = ""
    venue: str = ""


REFUNDS = f"""
    SELECT booking.id AS booking_id, booking.booking_reference AS reference, venue.name AS venue,
           refund.created_at AT TIME ZONE venue.time_zone AS decided_at, {WHY} AS why, {OF_WHAT} AS of, refund.reason,
           refund.refund_status AS status, 1 AS refunds, refund.amount,
           CASE WHEN refund.refund_status = 'COMPLETED' THEN refund.amount ELSE 0.00 END AS sent,
           CASE WHEN refund.refund_status IN ('PENDING', 'ACCEPTED') THEN refund.amount ELSE 0.00 END AS waiting,
           CASE WHEN refund.refund_status = 'FAILED' THEN refund.amount ELSE 0.00 END AS failed
    FROM billing_refund refund
    JOIN billing_payment payment ON payment.id = refund.payment_id
    JOIN ({asking.BOOKINGS}) ON booking.booking_reference = payment.booking_reference
    WHERE {asking.on_days("refund.created_at")}
"""


def read(asked: Asked) -> Table[RefundLine]:
    """List the refunds in the order in which they were decided."""
    question = REFUNDS + asking.narrowed(asked, CONDITIONS)
    return asking.listed(RefundLine, question, asked, order="decided_at, booking_id")


REPORT = Report(
    name="refund-list",
    title="Refunds, one by one",
    says="By the day on which they were decided, and how far they have come since.",
    columns=(
        Column("decided_at", "Decided", Kind.MOMENT),
        Column("reference", "Booking", Kind.BOOKING),
        Column("venue", "Venue"),
        Column("of", "Of"),
        Column("reason", "Reason"),
        Column("status", "Status", words=words.REFUNDS),
        Column("amount", "Decided", Kind.MONEY),
        Column("sent", "Sent", Kind.MONEY),
        Column("waiting", "On its way", Kind.MONEY),
        Column("failed", "Refused", Kind.MONEY),
    ),
    read=read,
    narrows=frozenset(CONDITIONS),
)
