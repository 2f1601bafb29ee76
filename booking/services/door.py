"""The door: the party of a ticket is let in once, together; a manager undoes what was a mistake.

A ticket is one code for the whole party, so who comes later comes with the others or is let in by hand.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from booking.door_queries import admission_of, ticket_named
from booking.errors import (
    DoorsClosed,
    NotAdmitted,
    PartyAdmitted,
    ReasonNeeded,
    ShowOver,
    TicketCancelled,
    UnknownTicket,
    WrongDay,
    WrongHall,
)
from booking.models import Admission, Booking, Ticket
from booking.states import BookingStatus
from cinema.core import formats
from scheduling.models import Show
from scheduling.states import ShowStatus

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody stands: at one screen, at all screens of a venue, or anywhere."""

    venue_id: int | None = None
    screen_id: int | None = None


@transaction.atomic(durable=True)
def admit(*, code: str, door: Door, by: User, now: datetime) -> Admission:
    """Let the party of a ticket in, once, from an hour before the start (`DOORS_OPEN`) to the end of the show.

    :raises TicketForged: when the code is not one that we wrote.
    :raises UnknownTicket: when there is no such ticket.
    :raises TicketCancelled: when its booking or its show was cancelled.
    :raises WrongHall: when it is for another screen or another venue.
    :raises WrongDay, DoorsClosed, ShowOver: when it is not the time of its show.
    :raises PartyAdmitted: when the party is in already, saying since when and by whom.
    """
    ticket = ticket_named(code)
    # Whoever cancels the booking holds its row: the party comes in before that or not at all.
    booking = Booking.objects.locked().select_related("show__movie", "show__screen__venue").get(ticket=ticket)
    _require_good(booking)
    _require_here(booking.show, door)
    _require_now(booking.show, now)
    if not Ticket.objects.filter(pk=ticket.pk, admitted_at=None).update(admitted_at=now):
        raise _admitted_before(ticket.pk, booking.show)
    return Admission.objects.create(ticket=ticket, admitted_at=now, admitted_by=by)


@transaction.atomic(durable=True)
def undo(*, ticket_id: uuid.UUID, reason: str, by: User, now: datetime) -> Admission:
    """Take back that a party was let in, because it was a mistake; its ticket is good again.

    :raises ReasonNeeded: without a reason.
    :raises UnknownTicket: when there is no such ticket.
    :raises NotAdmitted: when the party is not in.
    """
    said = reason.strip()[:LONGEST_REASON]
    if not said:
        raise ReasonNeeded
    ticket = Ticket.objects.select_for_update(of=("self",), no_key=True).filter(pk=ticket_id).first()
    if ticket is None:
        raise UnknownTicket
    admission = admission_of(ticket_id)
    if admission is None:
        raise NotAdmitted
    admission.undone_at, admission.undone_by, admission.undo_reason = now, by, said
    admission.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    ticket.admitted_at = None
    ticket.save(update_fields=["admitted_at"])
    return admission


def _require_good(booking: Booking) -> None:
    if booking.show.status == ShowStatus.CANCELLED:
        raise TicketCancelled("The show of this ticket was cancelled.")
    if booking.booking_status != BookingStatus.CONFIRMED:
        raise TicketCancelled


def _require_here(show: Show, door: Door) -> None:
    if door.venue_id is not None and show.screen.venue_id != door.venue_id:
        raise WrongHall(f"This ticket is for another cinema: {show.screen.venue.name}.")
    if door.screen_id is not None and show.screen_id != door.screen_id:
        raise WrongHall(f"This ticket is for another screen: {show.screen.screen_name}.")


def _require_now(show: Show, now: datetime) -> None:
    venue = show.screen.venue
    is_today = show.show_date == now.astimezone(venue.zone).date()
    opens_at = show.starts_at - settings.DOORS_OPEN
    if opens_at <= now < show.ends_at:
        return
    if not is_today:
        raise WrongDay(
            f"This ticket is for another day: {formats.day(show.starts_at, venue)}, {formats.clock(show.starts_at, venue)}."
        )
    if now < opens_at:
        raise DoorsClosed(f"The doors of this show open at {formats.clock(opens_at, venue)}.")
    raise ShowOver(f"This show ended at {formats.clock(show.ends_at, venue)}.")


def _admitted_before(ticket_id: uuid.UUID, show: Show) -> PartyAdmitted:
    before = admission_of(ticket_id)
    if before is None:
        return PartyAdmitted()
    at = formats.clock(before.admitted_at, show.screen.venue)
    return PartyAdmitted(
        f"This party was let in at {at} by {before.admitted_by.name}.",
        admitted_at=before.admitted_at,
        admitted_by=before.admitted_by.name,
    )
