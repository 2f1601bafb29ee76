"""From the seat map to seats that are held: pages."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.authentication import token_holder
from accounts.errors import ActingForAnother
from accounts.states import Role
from booking import page_queries, queries
from booking.best_seats import Wish, middle
from booking.errors import EmptyOrder, SeatLeftAlone, SeatUnavailable
from booking.forms import BestSeatsForm, SeatsForm
from booking.hall import hall_of, zones_of
from booking.hall_queries import SeatMap, sales_end, seat_map
from booking.orders import Order
from booking.page_queries import Hold
from booking.pages import newcomers
from booking.queries import Quote
from booking.seating import named
from booking.services import choosing, locks
from booking.serving import arriving, signed_in, visitor
from cinema.core.api.errors import status_of
from cinema.core.api.views import path_id
from cinema.core.errors import DomainError
from cinema.core.pages import Page, safe_next
from venues.states import SeatKind

HALLS_KEPT = 64  # in each process, some 60 kB each


class SeeSeats(Page):
    """The seat map at the address the contract gives it, and public: a viewer it names is checked, never believed."""

    def get(self, request: HttpRequest, show_id: str) -> HttpResponse:
        wanted, now = path_id("show_id", show_id), timezone.now()
        for_newcomers = newcomers.page(request, wanted, write=partial(_for_newcomers, request, wanted, now), now=now)
        if for_newcomers is not None:
            return for_newcomers
        _require_self(request)
        return seat_page(request, wanted, chosen=_kept(request))


class ChooseSeats(Page):
    """The form of the seat map: holds what is ticked and gives back what is not any more."""

    def get(self, request: HttpRequest, show_id: int) -> HttpResponse:
        return redirect("seat_map", show_id)

    def post(self, request: HttpRequest, show_id: int) -> HttpResponse:
        form = SeatsForm(request.POST)
        chosen = form.cleaned_data["seats"] if form.is_valid() else []
        now = timezone.now()
        try:
            if not chosen:
                raise EmptyOrder(_("Choose at least one seat."))
            choosing.choose(show_id=show_id, seat_ids=chosen, by=arriving(request, now=now), now=now)
        except SeatUnavailable as refusal:
            return self.own_ticket(request, show_id, chosen) or seat_page(
                request, show_id, chosen=chosen, refusal=refusal
            )
        except DomainError as refusal:
            return seat_page(request, show_id, chosen=chosen, refusal=refusal)
        return redirect("add_food", show_id)

    def own_ticket(self, request: HttpRequest, show_id: int, chosen: Collection[int]) -> HttpResponse | None:
        """Lead to the booking that has these seats, when it is the visitor's own: they paid in another tab."""
        booking = page_queries.own_booking_of(show_id=show_id, seat_ids=chosen, user=signed_in(request))
        if booking is None:
            return None
        messages.success(request, _("These seats are yours already."))
        return redirect("show_ticket", booking.booking_reference)


class TakeBestSeats(Page):
    """One click: the best seats for a party are held, and the seat map shows where they are."""

    def get(self, request: HttpRequest, show_id: int) -> HttpResponse:
        return redirect("seat_map", show_id)

    def post(self, request: HttpRequest, show_id: int) -> HttpResponse:
        now = timezone.now()
        try:
            wish = self.wish(request, show_id, now)
            choosing.choose_best(show_id=show_id, wish=wish, by=arriving(request, now=now), now=now)
        except DomainError as refusal:
            return seat_page(request, show_id, chosen=(), refusal=refusal)
        return redirect(f"{reverse('seat_map', args=[show_id])}?{urlencode({'party': wish.party})}#seats")

    def wish(self, request: HttpRequest, show_id: int, now: datetime) -> Wish:
        form = BestSeatsForm(request.POST)
        if not form.is_valid():
            raise EmptyOrder(_("Say for how many people, from 1 to %s.") % settings.SEATS_PER_CUSTOMER)
        said = form.cleaned_data
        hall = seat_map(show_id=show_id, viewer_id=None, now=now) if said["near"] else None
        near = [place for place in hall.places if place.id in said["near"]] if hall else []
        return Wish(
            party=said["party"],
            categories=frozenset({said["category"]} - {None}),
            wheelchair=said["wheelchair"],
            near=middle(near) if near else None,
        )


class GiveSeatsBack(Page):
    """The way out of a purchase."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, show_id: int) -> HttpResponse:
        if locks.release(show_id=show_id, by=signed_in(request), now=timezone.now()):
            messages.success(request, _("Your seats are free for others again."))
        return redirect("seat_map", show_id)

    def way_back(self, request: HttpRequest) -> str:
        return settings.LOGIN_REDIRECT_URL


class ExtendHold(Page):
    """More time, once."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, show_id: int) -> HttpResponse:
        user, now = signed_in(request), timezone.now()
        try:
            locks.extend(show_id=show_id, owner_id=user.pk, now=now)
        except DomainError as refusal:
            messages.warning(request, refusal.detail)
        else:
            messages.success(request, _("Your seats are held for longer now."))
        return redirect(safe_next(request, request.POST.get("next", "")))

    def way_back(self, request: HttpRequest) -> str:
        return settings.LOGIN_REDIRECT_URL


@dataclass(frozen=True, slots=True)
class Offer:
    """Seats to take instead with one click."""

    name: str
    seat_ids: Sequence[int]


def seat_page(
    request: HttpRequest, show_id: int, *, chosen: Collection[int], refusal: DomainError | None = None
) -> HttpResponse:
    """Show the seat map, with a refusal beside the form when there was one, and what could be done about it."""
    now, user = timezone.now(), visitor(request)
    hall = seat_map(show_id=show_id, viewer_id=user.pk if user else None, now=now)
    context = _context(request, hall, chosen, refusal, now)
    return render(request, "booking/choose_seats.html", context, status=status_of(refusal) if refusal else 200)


def _for_newcomers(request: HttpRequest, show_id: int, now: datetime) -> tuple[str, datetime | None]:
    """Write the page as everybody sees it who has nothing yet, and tell when the clock changes it."""
    hall = seat_map(show_id=show_id, viewer_id=None, now=now)
    context = _context(request, hall, (), None, now) | {"csrf_token": newcomers.TOKEN}
    closes = sales_end(hall.show) if hall.is_selling else None
    changes = [instant for instant in (hall.claims.next_lapse, closes) if instant]
    return render_to_string("booking/choose_seats.html", context, request), min(changes, default=None)


def _context(
    request: HttpRequest, hall: SeatMap, chosen: Collection[int], refusal: DomainError | None, now: datetime
) -> dict[str, object]:
    hold, venue, as_list = page_queries.hold_on(hall), hall.show.screen.venue, request.GET.get("view") == "list"
    return {
        "show": hall.show,
        "venue": venue,
        "hall": _hall_html(hall, frozenset(chosen), as_list, venue.currency, get_language()),
        "zones": zones_of(hall),
        "has_wheelchair_places": any(seat.kind == SeatKind.WHEELCHAIR for seat in hall.layout.seats),
        "selling": hall.is_selling,
        "refusal": refusal,
        "offer": _offer(hall, chosen, refusal),
        "hold": hold,
        "quote": _quote(hall, now) if hold else None,
        "party": _party(request, hold),
        "wish": _wish(request),
        "was_chosen": bool(chosen),
        "parties": range(1, settings.SEATS_PER_CUSTOMER + 1),
        "as_list": as_list,
        "limit": settings.SEATS_PER_CUSTOMER,
        "now": now,
    }


@lru_cache(maxsize=HALLS_KEPT)
def _hall_html(hall: SeatMap, chosen: frozenset[int], as_list: bool, currency: str, language: str) -> SafeString:  # noqa: FBT001  # a key
    """Write the rows of a hall; everything they depend on is in the key, and thousands look at the same ones."""
    if not hall.layout.seats:
        return SafeString("")
    rows = {"rows": hall_of(hall, chosen=chosen), "as_list": as_list, "currency": currency}
    return render_to_string("booking/hall.html", rows)


def _offer(hall: SeatMap, chosen: Collection[int], refusal: DomainError | None) -> Offer | None:
    if isinstance(refusal, SeatLeftAlone):
        return Offer(str(refusal.data["take"]), cast(Sequence[int], refusal.data["take_ids"]))
    if isinstance(refusal, SeatUnavailable):
        near = choosing.pick_near(hall, chosen)
        return Offer(named(near), [place.id for place in near]) if near else None
    return None


def _quote(hall: SeatMap, now: datetime) -> Quote | None:
    try:
        return queries.quote(order=Order(hall.show.pk, hall.claims.mine), now=now)
    except DomainError:  # what cannot be priced is explained where it is paid
        return None


def _party(request: HttpRequest, hold: Hold | None) -> int:
    if hold:
        return len(hold.seat_ids)
    asked = request.POST.get("party") or request.GET.get("party", "")
    return min(max(int(asked), 1), settings.SEATS_PER_CUSTOMER) if re.fullmatch(r"[0-9]{1,2}", asked) else 2


def _wish(request: HttpRequest) -> dict[str, object]:
    """Read what else was asked of the best seats, so that a refusal does not empty the form."""
    form = BestSeatsForm(request.POST)
    return form.cleaned_data if request.method == "POST" and form.is_valid() else {}


def _kept(request: HttpRequest) -> list[int]:
    form = SeatsForm({"seats": [part for part in request.GET.get("seats", "").split(",") if part]})
    return form.cleaned_data["seats"] if form.is_valid() else []


def _require_self(request: HttpRequest) -> None:
    """Refuse whoever names somebody else; a caller we do not know sees what everybody may see, whomever they name."""
    named = request.GET.get("user_id")
    if named is None:
        return
    asked, known = path_id("user_id", named), visitor(request) or token_holder(request)
    if known is not None and asked != known.pk and known.role != Role.ADMIN:
        raise ActingForAnother
