"""Several tries to pay one booking: each is a payment of its own, and the first money that comes confirms."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from billing.gateways import open_gateway
from billing.models import Payment
from booking.errors import BookingOver, TooManyAttempts, UnknownBooking
from booking.models import Booking
from booking.services import settling
from booking.states import BookingStatus

MOST_ATTEMPTS = 20  # of one booking


def pay_again(*, booking_id: int, by: User, now: datetime, after: int | None = None) -> Booking:
    """Try once more to take the money of a booking that waits for it.

    `after` is the number of the last attempt that the customer was shown: a second click, or another tab, begins no more.

    :raises UnknownBooking: when there is none, or it is someone else's.
    :raises BookingOver: when it is paid or has ended, or its time to pay is over.
    :raises TooManyAttempts: after twenty of them.
    :raises PaymentRefused: when the gateway says no; the booking stays open for another attempt within its window.
    :raises PaymentsClosed, Upstream, UpstreamTimeout: when the gateway cannot be asked.
    """
    if not Booking.objects.visible_to(by).filter(pk=booking_id).exists():
        raise UnknownBooking
    payment = open_attempt(booking_id=booking_id, gateway=open_gateway().name, now=now, after=after)
    return settling.pay(payment_id=payment.pk, now=now)


@transaction.atomic(durable=True)
def open_attempt(*, booking_id: int, gateway: str, now: datetime, after: int | None = None) -> Payment:
    """Write down one more attempt; earlier ones stay what they are, and may still bring the money.

    When there is one later than `after` already, it is that one: asking a gateway again for the same is asking once.

    :raises BookingOver, TooManyAttempts: as `pay_again`.
    """
    booking = Booking.objects.locked().get(pk=booking_id)
    if booking.booking_status != BookingStatus.PENDING or now >= booking.pay_until or not booking.amount:
        raise BookingOver
    earlier = Payment.objects.filter(booking_reference=booking.booking_reference)
    last = earlier.aggregate(last=Max("attempt"))["last"] or 0
    if after is not None and last > after:
        return earlier.get(attempt=last)
    number = last + 1
    if number > MOST_ATTEMPTS:
        raise TooManyAttempts
    booking.payment = Payment.objects.create(
        user_id=booking.user_id,
        booking_reference=booking.booking_reference,
        attempt=number,
        transaction_code=f"{booking.booking_reference}-{number}",
        gateway=gateway,
        amount=booking.amount,
        created_at=now,
    )
    booking.save(update_fields=["payment"])
    return booking.payment
