"""What the back office asks about shows: how full they are, and whom it hits when one is cancelled."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from booking.models import Booking, SeatLock
from booking.states import BookingStatus, LockStatus
from cinema.core.money import ZERO
from scheduling.models import Show
from venues.models import Seat


@dataclass(frozen=True, slots=True)
class Hit:
    """Whom cancelling a show hits, and what goes back to them, in the venue's currency."""

    bookings: int = 0
    unpaid: int = 0
    seats: int = 0
    refund: Decimal = ZERO


def with_fill(shows: QuerySet[Show]) -> QuerySet[Show]:
    """Annotate shows with the seats that are `sold` and those that can be (`capacity`)."""
    sold = SeatLock.objects.filter(show=OuterRef("pk"), status=LockStatus.BOOKED)
    seats = Seat.objects.standing().sellable().filter(screen=OuterRef("screen"))
    return shows.annotate(sold=_count(sold, "show"), capacity=_count(seats, "screen"))


def hits_of_cancelling(show_ids: Collection[int]) -> dict[int, Hit]:
    """Tell for each show whom cancelling it would hit; the refund is all that was paid and not given back before."""
    alive = Booking.objects.filter(show__in=show_ids).exclude(booking_status=BookingStatus.CANCELLED)
    paid = Q(booking_status=BookingStatus.CONFIRMED)
    counted = (
        alive.order_by()
        .values("show_id")
        .annotate(
            bookings=Count("pk", filter=paid),
            unpaid=Count("pk", filter=~paid),
            refund=Coalesce(Sum(F("amount") - F("refund_amount"), filter=paid), ZERO),
        )
    )
    sold = SeatLock.objects.filter(show__in=show_ids, status=LockStatus.BOOKED).order_by().values("show_id")
    seats = {row["show_id"]: row["seats"] for row in sold.annotate(seats=Count("pk"))}
    return {
        row["show_id"]: Hit(row["bookings"], row["unpaid"], seats.get(row["show_id"], 0), row["refund"])
        for row in counted
    }


def _count(rows: QuerySet[SeatLock] | QuerySet[Seat], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
