"""Between the order and the ticket: what the payment is waiting for, and another try when it failed."""

from collections.abc import Mapping
from datetime import datetime

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import RedisError

from billing.errors import MessageForged, PaymentRefused, PaymentsClosed
from billing.gateways import gateway_named
from billing.models import Payment
from billing.states import PaymentStatus
from booking import page_queries
from booking.models import Booking
from booking.services import attempts, settling
from booking.serving import signed_in
from booking.states import BookingStatus
from cinema.core.api.errors import status_of
from cinema.core.errors import Conflict, DomainError, Upstream, UpstreamTimeout
from cinema.core.pages import Page

ASKED_EVERY = 4  # seconds between two questions to the gateway about one payment
CANNOT_ASK = (PaymentsClosed, Upstream, UpstreamTimeout)


class WaitForPayment(Page):
    """Where the gateway sends the customer back to, and where the customer waits for the money's word."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        now = timezone.now()
        booking = page_queries.my_booking(reference=reference, user=signed_in(request))
        if ask(booking, request.GET, now):
            booking = page_queries.my_booking(reference=reference, user=signed_in(request))
        return self.show(request, booking, now)

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        user, now = signed_in(request), timezone.now()
        booking = page_queries.my_booking(reference=reference, user=user)
        try:
            attempts.pay_again(booking_id=booking.pk, by=user, now=now, after=last_shown(request))
        except PaymentRefused:
            pass  # the page below says so
        except (Conflict, *CANNOT_ASK) as refusal:
            booking = page_queries.my_booking(reference=reference, user=user)
            return self.show(request, booking, now, refusal)
        return redirect("wait_for_payment", booking.booking_reference)

    def show(
        self, request: HttpRequest, booking: Booking, now: datetime, refusal: DomainError | None = None
    ) -> HttpResponse:
        if booking.booking_status != BookingStatus.PENDING:
            return redirect("show_ticket", booking.booking_reference)
        attempt = booking.payment
        context = {
            "booking": booking,
            "show": booking.show,
            "venue": booking.show.screen.venue,
            "attempt": attempt,
            "gateway": gateway_of(attempt),
            "has_failed": attempt is not None and attempt.payment_status == PaymentStatus.FAILED,
            "is_open": now < booking.pay_until,
            "refusal": refusal,
            "now": now,
        }
        status = status_of(refusal) if refusal else 200
        return render(request, "booking/wait_for_payment.html", context, status=status)


def last_shown(request: HttpRequest) -> int | None:
    """Read which attempt the page told of; a form that says nothing begins another one, whatever there is."""
    said = request.POST.get("after", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 else None


class PaymentState(Page):
    """The same in two words, for the page's script."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        booking = page_queries.my_booking(reference=reference, user=signed_in(request))
        if ask(booking, {}, timezone.now()):
            booking = page_queries.my_booking(reference=reference, user=signed_in(request))
        payment = booking.payment.payment_status if booking.payment else ""
        return JsonResponse({"booking": booking.booking_status, "payment": payment})

    def way_back(self, request: HttpRequest) -> str:
        return reverse("wait_for_payment", args=[self.kwargs["reference"]])


def ask(booking: Booking, query: Mapping[str, str], now: datetime) -> bool:
    """Ask the gateway about the booking's latest attempt: at once when the address vouches for it, else now and then.

    Answers whether it was asked, and something may have changed.
    """
    attempt = booking.payment
    if attempt is None or booking.booking_status != BookingStatus.PENDING:
        return False
    try:
        if not (_is_vouched_for(attempt, query) or _has_turn(attempt)):
            return False
        settling.look(payment_id=attempt.pk, now=now)
    except MessageForged:
        return False
    except (PaymentRefused, *CANNOT_ASK):
        return True  # the page shows what is known; the webhook and reconciliation go on asking
    return True


def gateway_of(attempt: Payment | None) -> object | None:
    """Name the gateway of an attempt, if this installation still knows it."""
    try:
        return gateway_named(attempt.gateway) if attempt else None
    except PaymentsClosed:
        return None


def _is_vouched_for(attempt: Payment, query: Mapping[str, str]) -> bool:
    return gateway_named(attempt.gateway).vouches_for(key=attempt.transaction_code, query=query)


def _has_turn(attempt: Payment) -> bool:
    try:
        return cache.add(f"payment-asked:{attempt.pk}", 1, timeout=ASKED_EVERY)
    except RedisError:
        return True
