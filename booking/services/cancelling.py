"""Cancelling a booking, and a whole show with everything that was sold for it."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from booking import live
from booking.errors import ShowStarted, UnknownBooking
from booking.models import Booking
from booking.services import ending
from booking.states import Actor, BookingStatus
from cinema.core import jobs
from scheduling.errors import UnknownShow
from scheduling.models import Show
from scheduling.states import ShowStatus


def cancel_booking(*, booking_id: int, by: User, now: datetime) -> Booking:
    """Cancel a booking as its refund policy says; cancelling it again answers the first result.

    :raises UnknownBooking: when there is none, or it is someone else's.
    :raises ShowStarted: after the start of the show.
    """
    booking = Booking.objects.visible_to(by).select_related("show").filter(pk=booking_id).first()
    if booking is None:
        raise UnknownBooking
    if booking.booking_status == BookingStatus.CANCELLED:
        return booking
    if now >= booking.show.starts_at:
        raise ShowStarted
    actor = Actor.USER if booking.user_id == by.pk else Actor.ADMIN
    return ending.end_booking(
        booking_id=booking_id, percent=None, actor=actor, reason=f"Cancelled by {actor.lower()}", now=now
    )


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
            raise ShowStarted("The show has started: it cannot be cancelled any more.")
        show.status = ShowStatus.CANCELLED
        show.save(update_fields=["status"])
    live.announce_on_commit(show_id)
    jobs.enqueue_on_commit(jobs.END_CANCELLED_SHOW, show_id=show_id)
    return show


def end_bookings_of(*, show_id: int, now: datetime) -> int:
    """End every booking of a cancelled show with a full refund, one transaction each; resumable, for any size.

    :raises UnknownShow: when the show is not cancelled: nobody's booking may end by mistake.
    """
    if not Show.objects.filter(pk=show_id, status=ShowStatus.CANCELLED).exists():
        raise UnknownShow
    alive = Booking.objects.filter(show_id=show_id).exclude(booking_status=BookingStatus.CANCELLED)
    ids = alive.order_by("id").values_list("pk", flat=True).iterator(chunk_size=500)
    return ending.end_each(booking_ids=ids, reason="The show was cancelled", now=now)
