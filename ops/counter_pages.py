"""The counter: what is on soon, and the way into a purchase for a walk-in."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import User
from booking import serving
from booking.models import Booking, SeatLock
from booking.services import counter, locks
from booking.states import BookingStatus
from scheduling.models import Show
from venues.models import Seat

LOOKS_AHEAD = timedelta(hours=36)
SALES_LISTED = 10


def show_counter(request: HttpRequest) -> HttpResponse:
    """Show the next shows with what is left of each, and the clerk's last sales."""
    by, now = _clerk(request), timezone.now()
    sales = Booking.objects.filter(sold_by=by).exclude(booking_status=BookingStatus.PENDING).order_by("-id")
    context = {
        **admin.site.each_context(request),
        "title": "Counter",
        "shows": _shows(now),
        "sales": sales.select_related("show__movie", "show__screen__venue")[:SALES_LISTED],
        "now": now,
    }
    return TemplateResponse(request, "admin/ops/counter.html", context)


def sell(request: HttpRequest, show_id: int) -> HttpResponse:
    """Begin a sale: whoever stands at the counter is served from now on, seats first."""
    by, now = _clerk(request), timezone.now()
    _let_go(request, now)
    serving.begin(request, counter.welcome(by=by, now=now))
    return redirect("seat_map", show_id)


def open_sale(request: HttpRequest, reference: str) -> HttpResponse:
    """Go back to a sale of one's own, to print its ticket again."""
    by, now = _clerk(request), timezone.now()
    sale = Booking.objects.filter(sold_by=by, user__is_guest=True, booking_reference=reference.upper())
    booking = sale.select_related("user__guest").first()
    if booking is None:
        messages.error(request, "That is no sale of yours, or an account has it now.")
        return redirect("office_counter")
    _let_go(request, now)
    serving.begin(request, booking.user)
    return redirect("show_ticket", booking.booking_reference)


def end(request: HttpRequest) -> HttpResponse:
    """Leave the walk-in who was served; seats that are still held are free again."""
    _clerk(request)
    if _let_go(request, timezone.now()):
        messages.info(request, "The seats that were held are free again.")
    return redirect("office_counter")


def _clerk(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(counter.MAY_SELL):
        raise PermissionDenied
    return request.user


def _let_go(request: HttpRequest, now: datetime) -> int:
    walk_in = serving.end(request)
    if walk_in is None:
        return 0
    held = SeatLock.objects.live(now=now).filter(user=walk_in).order_by("show_id")
    show_ids = list(held.values_list("show_id", flat=True).distinct())
    return sum(locks.release(show_id=show_id, by=walk_in, now=now) for show_id in show_ids)


def _shows(now: datetime) -> list[dict[str, Any]]:
    """List the shows that sell, each with how many seats are left, in three queries however many there are."""
    selling = Show.objects.selling(now=now).filter(starts_at__lt=now + LOOKS_AHEAD)
    shows = list(selling.select_related("movie", "screen__venue").order_by("starts_at", "screen_id"))
    seats = _counted(Seat.objects.sellable().filter(screen__in={show.screen_id for show in shows}), "screen_id")
    is_taken = Q(show__in=shows) & Q(seat__is_available=True)
    taken = _counted(SeatLock.objects.taken(now=now).filter(is_taken), "show_id")
    return [{"show": show, "left": seats.get(show.screen_id, 0) - taken.get(show.pk, 0)} for show in shows]


def _counted(rows: Any, by: str) -> dict[int, int]:
    return dict(rows.order_by().values(key=F(by)).annotate(count=Count("pk")).values_list("key", "count"))
