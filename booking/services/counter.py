"""The box office: tickets for cash to whoever stands there, and cash that somebody took for a booking made elsewhere."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import guests
from billing.gateways import Charge, ChargeState
from billing.gateways.cash import CashGateway
from billing.models import Payment
from billing.states import PaymentMethod, PaymentStatus
from booking.errors import BookingOver, CounterClosed, UnknownBooking
from booking.models import Booking
from booking.orders import Order
from booking.services import attempts, checkout, settling
from booking.states import BookingStatus

CASH = CashGateway.name
MAY_SELL = "booking.sell_at_counter"


def welcome(*, by: User, now: datetime) -> User:
    """Write down somebody who stands at the counter: a guest who need not tell anything about themselves.

    :raises CounterClosed: when the clerk may not sell there.
    """
    _require_clerk(by)
    return guests.make_guest(now=now)


def sell(*, order: Order, buyer: User, by: User, now: datetime) -> Booking:
    """Sell to whoever stands at the counter, for cash that the clerk takes; the booking is confirmed at once.

    :raises CounterClosed: when the clerk may not sell there; nothing was written.
    :raises BookingOver: when the show was cancelled meanwhile; the money is handed back.
    And what `checkout.place` raises.
    """
    _require_clerk(by)
    booking = checkout.place(order=order, by=buyer, clerk=by, now=now)
    if booking.payment_id is None:
        return settling.confirm_free(booking_id=booking.pk, now=now)
    return take_cash(booking_id=booking.pk, by=by, now=now)


def take_cash(*, booking_id: int, by: User, now: datetime) -> Booking:
    """Record that a waiting booking was paid in cash; it is confirmed at once. Repeating it changes nothing.

    :raises UnknownBooking: when there is none.
    :raises BookingOver: when it has ended, or its time to pay is over.
    """
    booking = Booking.objects.select_related("payment").filter(pk=booking_id).first()
    if booking is None:
        raise UnknownBooking
    if booking.booking_status == BookingStatus.CONFIRMED:
        return booking
    payment = _cash_attempt(booking, now)
    charge = Charge(ChargeState.SETTLED, id=f"cash-{payment.pk}-by-{by.pk}", method=PaymentMethod.CASH)
    settled = settling.settle(payment_id=payment.pk, charge=charge, now=now)
    if (
        settled.booking_status != BookingStatus.CONFIRMED
    ):  # the money is owed back, and handed back, at the same counter
        raise BookingOver(_("The booking had just ended: please hand the money back, and record that."))
    return settled


def _require_clerk(by: User) -> None:
    if not by.has_perm(MAY_SELL):
        raise CounterClosed


def _cash_attempt(booking: Booking, now: datetime) -> Payment:
    waiting = booking.payment
    if waiting is not None and waiting.gateway == CASH and waiting.payment_status == PaymentStatus.PENDING:
        if booking.booking_status != BookingStatus.PENDING or now >= booking.pay_until:
            raise BookingOver
        return waiting
    return attempts.open_attempt(booking_id=booking.pk, gateway=CASH, now=now)
