"""Reads that only pages need: what a visitor holds, and a visitor's bookings."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from accounts.models import User
from billing.models import CreditNote
from booking.errors import UnknownBooking
from booking.hall_queries import SeatMap
from booking.models import BookedFee, BookedFood, BookedSeat, Booking, SeatLock
from booking.states import BookingStatus
from scheduling.errors import UnknownShow
from scheduling.models import Show

BOOKINGS_LISTED = 100


@dataclass(frozen=True, slots=True)
class Hold:
    """The seats of one show that a visitor holds at this instant, by id."""

    seat_ids: tuple[int, ...]
    numbers: tuple[str, ...]
    until: datetime
    is_extended: bool


def public_show(show_id: int) -> Show:
    """Read a show with its movie and venue.

    :raises UnknownShow: when there is no such show, or it is a draft.
    """
    show = Show.objects.public().select_related("movie", "screen__venue").filter(pk=show_id).first()
    if show is None:
        raise UnknownShow
    return show


def hold_on(seat_map: SeatMap) -> Hold | None:
    """Read from a seat map what its viewer holds."""
    claims = seat_map.claims
    if claims.hold_until is None:
        return None
    numbers = tuple(seat.number for seat in seat_map.mine)
    return Hold(claims.mine, numbers, claims.hold_until, claims.hold_extended)


def holds_seats(*, user: User, now: datetime) -> bool:
    """Tell whether somebody is choosing seats at the moment."""
    return SeatLock.objects.live(now=now).filter(user=user).exists()


def hold(*, show_id: int, user: User, now: datetime) -> Hold | None:
    """Read what a visitor holds of a show."""
    live = SeatLock.objects.live(now=now).filter(show_id=show_id, user=user)
    locks = list(live.select_related("seat").order_by("seat_id"))
    if not locks:
        return None
    return Hold(
        seat_ids=tuple(lock.seat_id for lock in locks),
        numbers=tuple(str(lock.seat) for lock in locks),
        until=min(lock.expires_at for lock in locks),
        is_extended=any(lock.is_extended for lock in locks),
    )


def own_booking_of(*, show_id: int, seat_ids: Collection[int], user: User) -> Booking | None:
    """Find the visitor's own booking to which all of these seats belong: the first of a double click."""
    sold = BookedSeat.objects.filter(show_id=show_id, seat_id__in=seat_ids, released_at=None, booking__user=user)
    bookings = {line.booking_id: line.booking for line in sold.select_related("booking")}
    is_one = len(bookings) == 1 and sold.count() == len(set(seat_ids))
    return next(iter(bookings.values())) if is_one else None


def just_booked(*, show_id: int, user: User, now: datetime) -> Booking | None:
    """Find what the visitor bought of a show a moment ago: where the back button should lead."""
    recent = Booking.objects.filter(show_id=show_id, user=user, booking_time__gt=now - settings.PAYMENT_WINDOW)
    return recent.exclude(booking_status=BookingStatus.CANCELLED).order_by("-id").first()


def bookings_ahead(user: User, *, now: datetime) -> list[Booking]:
    """List what a visitor has booked and not yet seen, the next show first, with seats, in two queries."""
    ahead = _with_seats(user).exclude(booking_status=BookingStatus.CANCELLED).filter(show__ends_at__gt=now)
    return list(ahead.order_by("show__starts_at", "id")[:BOOKINGS_LISTED])


def bookings_past(user: User, *, now: datetime) -> QuerySet[Booking]:
    """List what a visitor has seen or cancelled, the latest booking first, with seats."""
    over = Q(booking_status=BookingStatus.CANCELLED) | Q(show__ends_at__lte=now)
    return _with_seats(user).filter(over).order_by("-id")


def _with_seats(user: User) -> QuerySet[Booking]:
    own = Booking.objects.filter(user=user).select_related("show__movie", "show__screen__venue", "payment", "feedback")
    kept = Q(released_at=None) | Q(booking__booking_status=BookingStatus.CANCELLED)
    seats = BookedSeat.objects.filter(kept).select_related("seat").order_by("seat_id")
    return own.prefetch_related(Prefetch("seats", queryset=seats))


def my_booking(*, reference: str, user: User) -> Booking:
    """Read one booking with its lines.

    :raises UnknownBooking: when there is none, or it is someone else's.
    """
    own = Booking.objects.filter(user=user).select_related(
        "show__movie", "show__screen__venue", "payment", "ticket", "feedback"
    )
    booking = own.prefetch_related(
        Prefetch("seats", queryset=BookedSeat.objects.select_related("seat").order_by("seat_id")),
        Prefetch("foods", queryset=BookedFood.objects.select_related("food").order_by("id")),
        Prefetch("fees", queryset=BookedFee.objects.order_by("id")),
    ).filter(booking_reference=reference.upper())
    found = booking.first()
    if found is None:
        raise UnknownBooking
    return found


def documents_of(booking: Booking) -> dict[str, object]:
    """Read which documents a booking has: whether an invoice, and its credit notes by id and number."""
    notes = CreditNote.objects.filter(invoice__booking_reference=booking.booking_reference).order_by("id")
    return {
        "has_invoice": booking.confirmed_at is not None,
        "credit_notes": notes.values("id", "number") if booking.refund_amount else [],
    }
