"""What the door reads about a ticket: plain values, for a page and for a scanner alike."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from booking.errors import UnknownTicket
from booking.models import Admission, Booking, Ticket
from booking.qr import read_qr
from booking.states import BookingStatus, TicketKind
from scheduling.models import Show
from scheduling.states import ShowStatus
from venues.models import Venue

LISTED = 10


@dataclass(frozen=True, slots=True)
class Pass:
    """A ticket of ours as whoever stands at the door wants to see it."""

    ticket_id: uuid.UUID
    reference: str
    movie: str
    certificate: str
    venue: Venue
    screen: str
    starts_at: datetime
    seats: tuple[str, ...]
    foods: tuple[tuple[str, int], ...]
    is_cancelled: bool


def ticket_named(code: str) -> Ticket:
    """Find the ticket that a scanned text names.

    :raises TicketForged: when the text is not one that we wrote.
    :raises UnknownTicket: when there is no such ticket (any more).
    """
    issued = Ticket.objects.filter(kind=TicketKind.ISSUED)
    ticket = issued.filter(pk=read_qr(code.strip().upper())).first()
    if ticket is None:
        raise UnknownTicket
    return ticket


def pass_of(ticket: Ticket) -> Pass:
    """Read what a ticket is good for: seats and food that were cancelled are left out."""
    booking = Booking.objects.select_related("show__movie", "show__screen__venue").get(ticket=ticket)
    show = booking.show
    seats = booking.seats.filter(released_at=None).select_related("seat")
    foods = booking.foods.filter(released_at=None).select_related("food").order_by("id")
    return Pass(
        ticket_id=ticket.pk,
        reference=booking.booking_reference,
        movie=show.movie.title,
        certificate=show.movie.certificate,
        venue=show.screen.venue,
        screen=show.screen.screen_name,
        starts_at=show.starts_at,
        seats=tuple(str(line.seat) for line in seats.order_by("seat__row_number", "seat__col_number")),
        foods=tuple((line.food.item_name, line.quantity) for line in foods),
        is_cancelled=booking.booking_status != BookingStatus.CONFIRMED or show.status == ShowStatus.CANCELLED,
    )


def admission_of(ticket_id: uuid.UUID) -> Admission | None:
    """Find who let the party of a ticket in, and when, unless that was undone."""
    return Admission.objects.select_related("admitted_by").filter(ticket_id=ticket_id, undone_at=None).first()


def latest_admissions(*, venue_id: int) -> QuerySet[Admission]:
    """List who came in last at a venue, with what a list shows of them."""
    shown = ("admitted_by", "undone_by", "ticket__booking__show__movie", "ticket__booking__show__screen__venue")
    of_venue = Admission.objects.filter(ticket__booking__show__screen__venue=venue_id)
    return of_venue.select_related(*shown).order_by("-admitted_at", "-id")[:LISTED]


def attendance(shows: QuerySet[Show]) -> QuerySet[Any]:
    """Count, for each show, how many parties have a ticket and how many of them are in."""
    sold = Q(bookings__booking_status=BookingStatus.CONFIRMED)
    return shows.annotate(
        parties=Count("bookings__ticket", filter=sold),
        inside=Count("bookings__ticket", filter=sold & Q(bookings__ticket__admitted_at__isnull=False)),
    )
