"""Moving a show: to another time, and as long as nobody counts on it, to another screen."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from psycopg.errors import ExclusionViolation

from accounts.models import User
from booking import live
from booking.errors import ShowCancelled, ShowSold, ShowStarted
from booking.models import Booking, BookingStatusLog, SeatLock, Ticket
from booking.models.orders import BookingQuerySet
from booking.services import news
from booking.states import Actor, BookingStatus
from cinema.core import formats
from scheduling.errors import ScreenTaken, UnknownShow
from scheduling.models import Show
from scheduling.services import planning, pricing
from scheduling.services.planning import Plan
from scheduling.states import ShowStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and when a show is to be; day and time are the venue's wall clock."""

    screen_id: int
    show_date: date
    show_time: time


@dataclass(frozen=True, slots=True)
class Move:
    """A show as it is and as it is to be, and who counts on it: bookings that are alive, seats that are sold or held."""

    show: Show
    target: Show
    bookings: int
    claims: int

    @property
    def changes_screen(self) -> bool:
        return self.show.screen_id != self.target.screen_id

    @property
    def changes_start(self) -> bool:
        return self.show.starts_at != self.target.starts_at


def preview(*, show_id: int, to: Place, reason: str = "", now: datetime) -> Move:
    """Tell what `move_show` would do, and write nothing; refuses what it refuses."""
    return _judged(show_id, to, reason, now)


def move_show(*, show_id: int, to: Place, reason: str = "", by: User, now: datetime) -> Move:
    """Put a show elsewhere. Its status and its description stay; on another screen it is priced anew by the price cards.

    Once seats are sold or held it moves in time only, and only with a reason: it stands in the log of each booking,
    and everybody who booked is told.

    :raises UnknownShow: when there is no such show.
    :raises ShowCancelled: when it is cancelled.
    :raises ShowStarted: when it runs or is over.
    :raises ShowSold: when seats are sold or held, and there is no reason, or the screen would change.
    :raises UnknownScreen: when there is no such screen.
    :raises MovieNotShowable, ScreenOutOfService, FormatNotOffered, OutsideOpeningHours: as planning a show does.
    :raises ShowInPast, ShowTooFarAhead, TimeSkipped: likewise.
    :raises ScreenTaken: naming the show that has the screen.
    """
    try:
        return _move(show_id, to, reason, now)
    except IntegrityError as refused:  # whatever was read before, PostgreSQL decides
        if not isinstance(refused.__cause__, ExclusionViolation):
            raise
        raise ScreenTaken from refused


@transaction.atomic(durable=True)
def _move(show_id: int, to: Place, reason: str, now: datetime) -> Move:
    Show.objects.guarded_alone(show_id)
    Show.objects.guarded_screen(to.screen_id)
    move = _judged(show_id, to, reason, now)
    target = move.target
    target.save(update_fields=["screen", "show_date", "starts_at", "ends_at", "free_at"])
    if move.changes_screen:
        target.pricing.all().delete()
        pricing.put_prices([target])
    if move.bookings and move.changes_start:
        _tell(move, reason, now)
    live.announce_on_commit(show_id)
    return move


def _judged(show_id: int, to: Place, reason: str, now: datetime) -> Move:
    show = Show.objects.select_related("movie", "screen__venue").filter(pk=show_id).first()
    if show is None:
        raise UnknownShow
    _require_ahead(show, now)
    target = _drawn_up(show, to, now)
    claims = SeatLock.objects.taken(now=now).filter(show=show).count()
    move = Move(show, target, _alive(show).count(), claims)
    if claims or move.bookings:
        _require_leave(move, reason)
    other = planning.in_the_way(target)
    if other:
        raise planning.taken_by(other)
    return move


def _require_ahead(show: Show, now: datetime) -> None:
    if show.status == ShowStatus.CANCELLED:
        raise ShowCancelled
    if now >= show.starts_at:
        raise ShowStarted("The show has started: it cannot be moved any more.")


def _require_leave(move: Move, reason: str) -> None:
    counted = f"{move.claims} seats are sold or held, in {move.bookings} bookings"
    if move.changes_screen:
        raise ShowSold(f"{counted}: the show stays on {move.show.screen}. Cancel it, or move it in time only.")
    if not reason.strip():
        raise ShowSold(f"{counted}: say why it has to move all the same, and everybody who booked is told.")


def _drawn_up(show: Show, to: Place, now: datetime) -> Show:
    """Work out the same show elsewhere, by the rules of a new one."""
    movie = show.movie
    screen = show.screen if to.screen_id == show.screen_id else planning.open_screen(to.screen_id)
    plan = Plan(
        movie_id=movie.pk,
        screen_id=screen.pk,
        show_date=to.show_date,
        show_time=to.show_time,
        status=ShowStatus(show.status),
        format=show.format,
        language=show.language,
    )
    target = planning.drawn_up(plan, movie=movie, screen=screen, now=now)
    target.pk = show.pk
    target._state.adding = False
    return target


def _alive(show: Show) -> BookingQuerySet:
    return Booking.objects.filter(show=show).exclude(booking_status=BookingStatus.CANCELLED)


def _tell(move: Move, reason: str, now: datetime) -> None:
    """Write the move down beside each booking, tell whoever made it, and have their tickets drawn anew."""
    bookings = list(_alive(move.show).order_by("id"))
    venue = move.show.screen.venue
    was, becomes = (
        f"{formats.short_day(show.local_start())}, {formats.clock(show.starts_at, venue)}"
        for show in (move.show, move.target)
    )
    BookingStatusLog.objects.bulk_create(
        BookingStatusLog(
            booking=booking,
            from_status=booking.booking_status,
            to_status=booking.booking_status,
            changed_at=now,
            changed_by=Actor.ADMIN,
            reason=f"Moved from {was} to {becomes}: {reason.strip()}"[:200],
        )
        for booking in bookings
    )
    for booking in bookings:
        booking.show = move.target
    news.moved(bookings, was=was, becomes=becomes, now=now)
    paid = [booking for booking in bookings if booking.booking_status == BookingStatus.CONFIRMED]
    Ticket.objects.filter(booking__in=paid).update(size=0)
