"""Which rule a refused claim broke: asked only after a refusal, so that success stays one statement."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from booking.errors import SeatUnavailable, ShowNotSelling, TooManySeats, UnknownSeat
from booking.models import SeatLock
from booking.states import LockStatus
from cinema.core.errors import DomainError
from scheduling.errors import UnknownShow
from scheduling.models import Show
from venues.models import Seat


def why_not(
    *, show_id: int, seat_ids: Sequence[int], user_id: int, now: datetime, instead_of_held: bool = False
) -> DomainError:
    """Find the reason why these seats of a show could not be claimed by a customer, besides or instead of what they hold."""
    show = Show.objects.public().filter(pk=show_id).first()
    if show is None:
        return UnknownShow()
    if not Show.objects.selling(now=now).filter(pk=show_id).exists():
        return ShowNotSelling()
    known = Seat.objects.sellable().filter(screen_id=show.screen_id, pk__in=seat_ids)
    if unknown := sorted(set(seat_ids) - set(known.values_list("pk", flat=True))):
        return UnknownSeat(seat_ids=unknown)
    claims = SeatLock.objects.filter(show_id=show_id).taken(now=now)
    owns = claims.filter(status=LockStatus.BOOKED) if instead_of_held else claims
    own = owns.filter(user_id=user_id).exclude(seat_id__in=seat_ids).count()
    if own + len(set(seat_ids)) > settings.SEATS_PER_CUSTOMER:
        return TooManySeats(limit=settings.SEATS_PER_CUSTOMER, held=own)
    taken = claims.filter(seat_id__in=seat_ids).exclude(user_id=user_id, status="LOCKED").select_related("seat")
    seats = sorted(str(claim.seat) for claim in taken)
    message = _("Somebody else was faster: %s.") % ", ".join(seats) if seats else None
    return SeatUnavailable(message, seats=seats)
