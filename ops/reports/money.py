"""Money that came and went back, one movement at a time."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cinema.core.money import ZERO
from ops.reports import asking, words
from ops.reports.tables import Asked, Column, Kind, Report, Table

CONDITIONS = {
    "method": "moved.method = %(method)s",
    "way": "moved.way = %(way)s",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Some movements of money, in rupees."""

    payments: int = 0
    taken: Decimal = ZERO
    refunds: int = 0
    given_back: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.taken - self.given_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement(Moved):
    """One payment that arrived, or one refund that was sent."""

    booking_id: int | None = None
    reference: str = ""
    moved_at: datetime | None = None  # on the venue's wall clock
    way: str = ""
    method: str = ""
    key: str = ""
    venue: str = ""


# Late money has a booking too: one that had ended, or another payment of a paid one.
MOVEMENTS = f"""
    SELECT booking.id AS booking_id, booking.booking_reference AS reference, venue.name AS venue,
           moved.at AT TIME ZONE venue.time_zone AS moved_at, way, method, key, payments, taken, refunds, given_back
    FROM (
        SELECT booking_reference, settled_at AS at, 'IN' AS way, payment_method AS method, transaction_code AS key,
               1 AS payments, amount AS taken, 0 AS refunds, 0.00 AS given_back
        FROM billing_payment
        WHERE payment_status IN ('COMPLETED', 'REFUNDED') AND settled_at >= %(earliest)s AND settled_at < %(latest)s
        UNION ALL
        SELECT payment.booking_reference, refund.completed_at, 'BACK', payment.payment_method, refund.idempotency_key,
               0, 0.00, 1, refund.amount
        FROM billing_refund refund JOIN billing_payment payment ON payment.id = refund.payment_id
        WHERE refund.refund_status = 'COMPLETED'
          AND refund.completed_at >= %(earliest)s AND refund.completed_at < %(latest)s
    ) AS moved
    JOIN ({asking.BOOKINGS}) ON booking.booking_reference = moved.booking_reference
    WHERE {asking.on_days("moved.at")}
"""


def read(asked: Asked) -> Table[Movement]:
    """List the movements in the order in which they happened."""
    question = MOVEMENTS + asking.narrowed(asked, CONDITIONS)
    return asking.listed(Movement, question, asked, order="moved_at, key")


REPORT = Report(
    name="money",
    title="Money in and back, one by one",
    says="By the day on which money arrived or was sent back, whatever it was for; money that came too late for its booking "
    "is in it, and so is its way back.",
    columns=(
        Column("moved_at", "When", Kind.MOMENT),
        Column("reference", "Booking", Kind.BOOKING),
        Column("venue", "Venue"),
        Column("way", "Way", words=words.WAYS),
        Column("method", "Method", words=words.METHODS),
        Column("key", "Transaction"),
        Column("taken", "Taken", Kind.MONEY),
        Column("given_back", "Given back", Kind.MONEY),
        Column("net", "Net", Kind.MONEY),
    ),
    read=read,
    narrows=frozenset(CONDITIONS),
)
