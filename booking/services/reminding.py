"""Reminding people of shows that begin soon: once for each start, however often the clock asks."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, transaction

from booking.models import Booking
from booking.services import news
from booking.states import BookingStatus
from cinema.core.errors import DomainError
from scheduling.models import Show
from scheduling.states import ShowStatus

logger = logging.getLogger(__name__)


def remind(*, now: datetime) -> int:
    """Remind everybody whose show begins soon, unless they booked that late; one transaction each, resumable.

    Answers how many were reminded. One that fails leaves the others alone, and has the next turn.
    """
    soon = Show.objects.filter(starts_at__gt=now, starts_at__lte=now + settings.REMINDER_BEFORE)
    reminded = 0
    for show in soon.exclude(status=ShowStatus.CANCELLED).order_by("starts_at", "id"):
        early = show.starts_at - settings.REMINDER_BEFORE
        due = Booking.objects.filter(show=show, booking_status=BookingStatus.CONFIRMED, confirmed_at__lt=early)
        for booking_id in list(due.exclude(reminded_of=show.starts_at).order_by("id").values_list("pk", flat=True)):
            reminded += _reminded(booking_id, now)
    return reminded


def _reminded(booking_id: int, now: datetime) -> bool:
    try:
        return _remind(booking_id, now)
    except (DomainError, DatabaseError):
        logger.exception("booking %s could not be reminded of", booking_id)
        return False


@transaction.atomic(durable=True)
def _remind(booking_id: int, now: datetime) -> bool:
    booking = Booking.objects.locked().get(pk=booking_id)
    show = Show.objects.select_related("movie", "screen__venue").get(pk=booking.show_id)
    if booking.booking_status != BookingStatus.CONFIRMED or booking.reminded_of == show.starts_at:
        return False
    booking.show, booking.reminded_of = show, show.starts_at
    booking.save(update_fields=["reminded_of"])
    news.coming_up(booking, now=now)
    return True
