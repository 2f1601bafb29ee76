"""From the seat map to seats that are held: pages."""

from collections.abc import Collection

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.errors import ActingForAnother
from accounts.models import User
from accounts.states import Role
from accounts.visitors import arriving, signed_in, visitor
from booking import page_queries, queries
from booking.errors import EmptyOrder
from booking.forms import SeatsForm
from booking.hall import hall_of, zones_of
from booking.services import locks
from cinema.core.api.errors import status_of
from cinema.core.api.views import path_id
from cinema.core.errors import DomainError
from cinema.core.pages import Page, safe_next


class SeeSeats(Page):
    """The seat map at the address the contract gives it: public; whoever names a viewer must be that viewer."""

    def get(self, request: HttpRequest, show_id: str) -> HttpResponse:
        _require_self(visitor(request), request.GET.get("user_id"))
        return seat_page(request, path_id("show_id", show_id), chosen=_kept(request))


class ChooseSeats(Page):
    """The form of the seat map: holds what is ticked and gives back what is not any more."""

    def get(self, request: HttpRequest, show_id: int) -> HttpResponse:
        return redirect("seat_map", show_id)

    def post(self, request: HttpRequest, show_id: int) -> HttpResponse:
        form = SeatsForm(request.POST)
        chosen = form.cleaned_data["seats"] if form.is_valid() else []
        try:
            self.hold(request, show_id, chosen)
        except DomainError as refusal:
            return seat_page(request, show_id, chosen=chosen, refusal=refusal)
        return redirect("add_food", show_id)

    def hold(self, request: HttpRequest, show_id: int, chosen: Collection[int]) -> None:
        if not chosen:
            raise EmptyOrder("Choose at least one seat.")
        now = timezone.now()
        user = arriving(request, now=now)  # no account is needed to hold seats
        held = page_queries.hold(show_id=show_id, user=user, now=now)
        dropped = sorted(set(held.seat_ids) - set(chosen)) if held else []
        if dropped:
            locks.release(show_id=show_id, by=user, now=now, seat_ids=dropped)
        locks.lock_seats(show_id=show_id, seat_ids=sorted(chosen), by=user, now=now)


class GiveSeatsBack(Page):
    """The way out of a purchase."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, show_id: int) -> HttpResponse:
        if locks.release(show_id=show_id, by=signed_in(request), now=timezone.now()):
            messages.success(request, "Your seats are free for others again.")
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
            messages.success(request, "Your seats are held for longer now.")
        return redirect(safe_next(request, request.POST.get("next", "")))

    def way_back(self, request: HttpRequest) -> str:
        return settings.LOGIN_REDIRECT_URL


def seat_page(
    request: HttpRequest, show_id: int, *, chosen: Collection[int], refusal: DomainError | None = None
) -> HttpResponse:
    """Show the seat map, with a refusal beside the form when there was one."""
    now, user = timezone.now(), visitor(request)
    seat_map = queries.seat_map(show_id=show_id, viewer_id=user.pk if user else None, now=now)
    context = {
        "seat_map": seat_map,
        "show": seat_map.show,
        "venue": seat_map.show.screen.venue,
        "rows": hall_of(seat_map, chosen=chosen),
        "zones": zones_of(seat_map),
        "selling": page_queries.is_selling(seat_map, now=now),
        "refusal": refusal,
        "limit": settings.SEATS_PER_CUSTOMER,
        "now": now,
    }
    return render(request, "booking/choose_seats.html", context, status=status_of(refusal) if refusal else 200)


def _kept(request: HttpRequest) -> list[int]:
    form = SeatsForm({"seats": [part for part in request.GET.get("seats", "").split(",") if part]})
    return form.cleaned_data["seats"] if form.is_valid() else []


def _require_self(user: User | None, named: str | None) -> None:
    if named is None:
        return
    asked = path_id("user_id", named)
    if user is None or (asked != user.pk and user.role != Role.ADMIN):
        raise ActingForAnother
