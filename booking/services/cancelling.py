"""Cancelling a booking, seats and food of one, and a whole show with everything that was sold for it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from booking import live, queries, returns
from booking.errors import ShowStarted
from booking.models import Booking, Cancellation, Line
from booking.returns import Returning
from booking.services import ending
from booking.states import Actor, BookingStatus
from cinema.core import jobs
from scheduling.errors import UnknownShow
from scheduling.models import Show
from scheduling.states import ShowStatus


def cancel_booking(*, booking_id: int, by: User, now: datetime) -> Booking:
    """Cancel a booking as its refund policy says; cancelling it again answers the first result.

    Staff cancel anybody's by `cancel_for_customer`.

    :raises UnknownBooking: when there is none, or it is someone else's.
    :raises ShowStarted: after the start of the show.
    :raises PartyInside: when the door has let the party in.
    """
    booking = queries.booking_of(booking_id=booking_id, by=by)
    actor = _actor(booking, by)
    return _cancelled(booking, percent=None, actor=actor, reason=f"Cancelled by {actor.lower()}", now=now)


def cancel_for_customer(
    *, booking_id: int, percent: int | None = None, reason: str, by: User, now: datetime
) -> Booking:
    """Cancel anybody's booking at the box office: as its policy says, or with a percentage that the house decides on.

    Who may is asked at the door. Cancelling it again answers the first result.

    :raises UnknownBooking: when there is none.
    :raises ShowStarted: after the start of the show.
    """
    booking = queries.booking_of(booking_id=booking_id, by=by, at_counter=True)
    return _cancelled(booking, percent=percent, actor=Actor.ADMIN, reason=_said(reason), now=now)


def _cancelled(booking: Booking, *, percent: int | None, actor: Actor, reason: str, now: datetime) -> Booking:
    if booking.booking_status == BookingStatus.CANCELLED:
        return booking
    if now >= booking.show.starts_at:
        raise ShowStarted
    return ending.end_booking(booking_id=booking.pk, percent=percent, actor=actor, reason=reason, now=now)


def _said(reason: str) -> str:
    return f"Cancelled by admin: {reason}"[:200] if reason else "Cancelled by admin"


def cancel_lines(
    *, booking_id: int, seat_ids: Collection[int] = (), food_ids: Collection[int] = (), by: User, now: datetime
) -> Cancellation:
    """Cancel seats and whole food lines of a paid booking as its refund policy says: the seats are free, the stock is back.

    `preview_of_lines` tells the same figures before. Cancelling the last seat or food cancels the booking.
    Lines that were cancelled before stay as they are; when all of them were, the last decision about them is the answer.
    Staff cancel lines of anybody's by `cancel_lines_for_customer`.

    :raises UnknownBooking: when there is none, or it is someone else's.
    :raises UnknownLine: when a seat or a food is not in the booking, or none is named.
    :raises BookingNotPaid: when it is not paid yet, or never was.
    :raises ShowStarted: after the start of the show, unless it is a repetition.
    :raises PartyInside: when the door has let the party in.
    """
    booking = queries.booking_of(booking_id=booking_id, by=by)
    return _cancelled_lines(booking, seat_ids, food_ids, actor=_actor(booking, by), why="", now=now)


def cancel_lines_for_customer(
    *, booking_id: int, seat_ids: Collection[int], food_ids: Collection[int], reason: str, by: User, now: datetime
) -> Cancellation:
    """Cancel seats and food of anybody's booking at the box office, as its policy says; who may is asked at the door.

    :raises UnknownBooking, UnknownLine, BookingNotPaid, ShowStarted: as `cancel_lines`.
    """
    booking = queries.booking_of(booking_id=booking_id, by=by, at_counter=True)
    return _cancelled_lines(booking, seat_ids, food_ids, actor=Actor.ADMIN, why=f" ({reason})", now=now)


def _cancelled_lines(
    booking: Booking, seat_ids: Collection[int], food_ids: Collection[int], *, actor: Actor, why: str, now: datetime
) -> Cancellation:
    named = returns.named_lines(returns.lines_of(booking), seat_ids=seat_ids, food_ids=food_ids)
    _require_ahead(booking, named, now)
    reason = f"Cancelled by {actor.lower()}: {', '.join(map(returns.name_of, named))}{why}"
    return ending.end_lines(
        booking_id=booking.pk, seat_ids=seat_ids, food_ids=food_ids, actor=actor, reason=reason[:200], now=now
    )


def preview(*, booking: Booking, now: datetime, percent: int | None = None) -> Returning:
    """Tell what `cancel_booking` would give back at this instant (`cancel_for_customer`, with a percentage); once
    cancelled, what it gave back.

    :raises ShowStarted: after the start of the show, unless the booking is cancelled.
    """
    if booking.booking_status == BookingStatus.CANCELLED:
        return returns.result_of_booking(booking)
    if now >= booking.show.starts_at:
        raise ShowStarted
    return returns.preview_of_booking(booking, now=now, percent=percent)


def preview_of_lines(
    *, booking: Booking, seat_ids: Collection[int] = (), food_ids: Collection[int] = (), now: datetime
) -> Returning:
    """Tell what `cancel_lines` would give back at this instant; once they are cancelled, what it gave back.

    :raises UnknownLine, BookingNotPaid, ShowStarted: as `cancel_lines`.
    """
    named = returns.named_lines(returns.lines_of(booking), seat_ids=seat_ids, food_ids=food_ids)
    _require_ahead(booking, named, now)
    return returns.preview_of_lines(booking, seat_ids=seat_ids, food_ids=food_ids, now=now)


def _require_ahead(booking: Booking, named: Collection[Line], now: datetime) -> None:
    if now >= booking.show.starts_at and any(line.released_at is None for line in named):
        raise ShowStarted


def _actor(booking: Booking, by: User) -> Actor:
    return Actor.USER if booking.user_id == by.pk else Actor.ADMIN


@transaction.atomic(durable=True)
def cancel_show(*, show_id: int, by: User, now: datetime) -> Show:
    """Cancel a show at once; what was sold for it is ended and fully refunded by a job. Repeating it is harmless.

    :raises UnknownShow: when there is no such show.
    :raises ShowStarted: when it runs or is over.
    """
    Show.objects.guarded_alone(show_id)
    show = Show.objects.select_related("screen__venue", "movie").filter(pk=show_id).first()
    if show is None:
        raise UnknownShow
    if show.status != ShowStatus.CANCELLED:
        if now >= show.starts_at:
            raise ShowStarted(_("The show has started: it cannot be cancelled any more."))
        show.status = ShowStatus.CANCELLED
        show.save(update_fields=["status"])
    live.announce_on_commit(show_id)
    jobs.enqueue_on_commit(jobs.END_CANCELLED_SHOW, show_id=show_id)
    return show


def end_bookings_of(*, show_id: int, now: datetime) -> int:
    """End every booking of a cancelled show with a full refund, one transaction each; resumable, for any size.

    :raises UnknownShow: when the show is not cancelled: nobody's booking may end by mistake.
    :raises BookingsNotEnded: when some could not be ended; all others were.
    """
    if not Show.objects.filter(pk=show_id, status=ShowStatus.CANCELLED).exists():
        raise UnknownShow
    alive = Booking.objects.filter(show_id=show_id).exclude(booking_status=BookingStatus.CANCELLED)
    ids = alive.order_by("id").values_list("pk", flat=True).iterator(chunk_size=500)
    return ending.end_each(booking_ids=ids, reason="The show was cancelled", now=now)
