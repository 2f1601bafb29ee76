"""From held seats to a paid booking: pages."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.queries import is_reachable, mail_address
from billing.errors import DiscountNotApplicable, DiscountUsedUp, UnknownDiscount
from billing.services import discounts
from booking import page_queries, queries
from booking.basket import Basket, forget
from booking.errors import DiscountSpent, SeatUnavailable
from booking.forms import FoodForm, PayForm, PromoForm
from booking.models import Booking
from booking.orders import Order
from booking.pages.choosing import seat_page
from booking.services import checkout, counter
from booking.serving import clerk, signed_in
from booking.states import BookingStatus
from cinema.core import errors
from cinema.core.addresses import client_address
from cinema.core.api.errors import status_of
from cinema.core.pages import Page
from concessions.errors import FoodSoldOut, FoodUnavailable, UnknownFood
from concessions.queries import menu

PROMO_REFUSALS = (UnknownDiscount, DiscountNotApplicable, DiscountUsedUp, DiscountSpent)
FOOD_REFUSALS = (UnknownFood, FoodUnavailable, FoodSoldOut)


class AmountChanged(errors.Conflict):
    code = "amount_changed"
    message = gettext_lazy("The price has changed since this page was shown. Please look at it again before you pay.")


@dataclass(frozen=True, slots=True)
class Till:
    """An order as the page shows it, and why something had to be left out of it."""

    order: Order
    quote: queries.Quote
    refusal: errors.DomainError | None = None


class AddFood(Page):
    """Food and drink for the show; nothing is a good choice too."""

    def get(self, request: HttpRequest, show_id: int) -> HttpResponse:
        hold = page_queries.hold(show_id=show_id, user=signed_in(request), now=timezone.now())
        if hold is None:
            return elsewhere(request, show_id)
        basket = Basket.of(request.session, show_id)
        initial = {f"food_{food_id}": quantity for food_id, quantity in basket.foods.items()}
        return self.show(request, show_id, hold, FoodForm(menu(), initial=initial))

    def post(self, request: HttpRequest, show_id: int) -> HttpResponse:
        hold = page_queries.hold(show_id=show_id, user=signed_in(request), now=timezone.now())
        form = FoodForm(menu(), request.POST)
        if not form.is_valid():
            return self.show(request, show_id, hold, form, status=422)
        replace(Basket.of(request.session, show_id), foods=form.quantities()).keep(request.session, show_id)
        return redirect("pay", show_id)

    def show(
        self, request: HttpRequest, show_id: int, hold: page_queries.Hold | None, form: FoodForm, status: int = 200
    ) -> HttpResponse:
        context = {"form": form, "hold": hold, "now": timezone.now(), **_show_of(show_id)}
        return render(request, "booking/add_food.html", context, status=status)


class Pay(Page):
    """The bill, and the button that pays it: what is paid is exactly what the page showed."""

    def get(self, request: HttpRequest, show_id: int) -> HttpResponse:
        user, now = signed_in(request), timezone.now()
        hold = page_queries.hold(show_id=show_id, user=user, now=now)
        if hold is None:
            return elsewhere(request, show_id)
        if not (clerk(request) or is_reachable(user)):
            return redirect("give_details", show_id)
        till = ring_up(Basket.of(request.session, show_id).order(show_id, hold.seat_ids), now)
        if till.refusal:
            Basket.left_of(till.order).keep(request.session, show_id)
        return pay_page(request, till, user=user, now=now)

    def post(self, request: HttpRequest, show_id: int) -> HttpResponse:
        user, now = signed_in(request), timezone.now()
        form = PayForm(request.POST)
        if not (form.is_valid() and (clerk(request) or is_reachable(user))):
            return redirect("pay", show_id)
        order = Basket.of(request.session, show_id).order(show_id, form.cleaned_data["seats"])
        try:
            booking = _booked(order, form.cleaned_data["amount"], user, clerk(request), now)
        except SeatUnavailable as refusal:
            return seat_page(request, show_id, chosen=order.seat_ids, refusal=refusal)
        except errors.DomainError as refusal:
            till = replace(ring_up(_without_cause(order, refusal), now), refusal=refusal)
            Basket.left_of(till.order).keep(request.session, show_id)
            return pay_page(request, till, user=user, now=now)
        forget(request.session, show_id)
        waits = booking.booking_status == BookingStatus.PENDING
        return redirect("wait_for_payment" if waits else "show_ticket", booking.booking_reference)


class ApplyPromo(Page):
    """A promo code, tried on the order before it is kept."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, show_id: int) -> HttpResponse:
        user, now = signed_in(request), timezone.now()
        hold = page_queries.hold(show_id=show_id, user=user, now=now)
        if hold is None:
            return elsewhere(request, show_id)
        form = PromoForm(request.POST)
        code = form.cleaned_data["promo_code"] if form.is_valid() and "remove" not in request.POST else ""
        with suppress(UnknownDiscount):  # the till says so, beside the field
            if code:
                discounts.find_for_stranger(promo_code=code, address=client_address(request), now=now)
        basket = replace(Basket.of(request.session, show_id), promo_code=code)
        till = ring_up(basket.order(show_id, hold.seat_ids), now)
        Basket.left_of(till.order).keep(request.session, show_id)
        if till.refusal:
            return pay_page(request, till, user=user, now=now, tried=code)
        return redirect("pay", show_id)

    def way_back(self, request: HttpRequest) -> str:
        return reverse("pay", args=[self.kwargs["show_id"]])


def ring_up(order: Order, now: datetime) -> Till:
    """Price an order, leaving out a promo code or food that does not hold any more."""
    try:
        return Till(order, queries.quote(order=order, now=now))
    except (*PROMO_REFUSALS, *FOOD_REFUSALS) as refusal:
        smaller = _without_cause(order, refusal)
        if smaller == order:
            raise
        return replace(ring_up(smaller, now), refusal=refusal)


def pay_page(request: HttpRequest, till: Till, *, user: User, now: datetime, tried: str = "") -> HttpResponse:
    """Show the bill, with a refusal beside what caused it when there was one."""
    context = {
        "till": till,
        "seats": ",".join(str(seat_id) for seat_id in till.order.seat_ids),
        "hold": page_queries.hold(show_id=till.order.show_id, user=user, now=now),
        "promo_refusal": till.refusal if isinstance(till.refusal, PROMO_REFUSALS) else None,
        "promo_code": tried or till.order.promo_code,
        "mail_address": mail_address(user),
        "clerk": clerk(request),
        "now": now,
        **_show_of(till.order.show_id),
    }
    return render(request, "booking/pay.html", context, status=status_of(till.refusal) if till.refusal else 200)


def elsewhere(request: HttpRequest, show_id: int) -> HttpResponse:
    """Lead on when no seat is held: to the booking just made, else back to the seats."""
    booking = page_queries.just_booked(show_id=show_id, user=signed_in(request), now=timezone.now())
    if booking:
        messages.success(request, _("These seats are yours already."))
        return redirect("show_ticket", booking.booking_reference)
    messages.warning(request, _("You hold no seats of this show (any more). Please choose again."))
    return redirect("seat_map", show_id)


def _booked(order: Order, amount: Decimal, user: User, seller: User | None, now: datetime) -> Booking:
    # A double click finds the seats sold, to the same person: the second one gets the first one's booking.
    if own := page_queries.own_booking_of(show_id=order.show_id, seat_ids=order.seat_ids, user=user):
        return own
    if queries.quote(order=order, now=now).amount != amount:
        raise AmountChanged
    try:
        if seller:
            return counter.sell(order=order, buyer=user, by=seller, now=now)
        return checkout.start(order=order, by=user, now=now)
    except SeatUnavailable:
        own = page_queries.own_booking_of(show_id=order.show_id, seat_ids=order.seat_ids, user=user)
        if own is None:
            raise
        return own


def _without_cause(order: Order, refusal: errors.DomainError) -> Order:
    if isinstance(refusal, PROMO_REFUSALS):
        return replace(order, promo_code="")
    return replace(order, foods=()) if isinstance(refusal, FOOD_REFUSALS) else order


def _show_of(show_id: int) -> dict[str, object]:
    show = page_queries.public_show(show_id)
    return {"show": show, "venue": show.screen.venue}
