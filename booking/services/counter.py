"""The box office: cash that somebody took for a booking, and wrote down."""

from datetime import datetime

from accounts.models import User
from billing.gateways import Charge, ChargeState
from billing.models import Payment
from billing.states import PaymentMethod, PaymentStatus
from booking.errors import BookingOver, UnknownBooking
from booking.models import Booking
from booking.services import attempts, settling
from booking.states import BookingStatus

CASH = "cash"


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
        raise BookingOver("The booking had just ended: please hand the money back, and record that.")
    return settled


def _cash_attempt(booking: Booking, now: datetime) -> Payment:
    waiting = booking.payment
    if waiting is not None and waiting.gateway == CASH and waiting.payment_status == PaymentStatus.PENDING:
        if booking.booking_status != BookingStatus.PENDING or now >= booking.pay_until:
            raise BookingOver
        return waiting
    return attempts.open_attempt(booking_id=booking.pk, gateway=CASH, now=now)
