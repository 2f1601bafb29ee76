"""Short ways to say what happened before a test begins."""

from datetime import datetime

from accounts.models import User
from billing.gateways import Charge, ChargeState
from booking.models import Booking
from booking.orders import FoodWanted, Order
from booking.services import checkout
from scheduling.models import Show

PAID = Charge(ChargeState.SETTLED, id="paid-1")
REFUSED = Charge(ChargeState.REFUSED, id="refused-1", failure="Insufficient funds.")


def seats_of(show: Show, *numbers: str) -> list[int]:
    """Name seats by what is printed on them: the ids of A1, A2, … in that order."""
    ids = dict(show.screen.seats.values_list("seat_number", "pk"))
    return [ids[number] for number in numbers]


def order(show: Show, *numbers: str, foods: dict[int, int] | None = None, promo_code: str = "") -> Order:
    """Wish for seats by number and for food by id and quantity."""
    wanted = tuple(FoodWanted(food_id, quantity) for food_id, quantity in (foods or {}).items())
    return Order(show.pk, tuple(seats_of(show, *numbers)), wanted, promo_code=promo_code)


def placed(show: Show, *numbers: str, by: User, now: datetime) -> Booking:
    """Order seats and do not pay yet."""
    return checkout.place(order=order(show, *numbers), by=by, now=now)


def booked(show: Show, *numbers: str, by: User, now: datetime) -> Booking:
    """Order seats and pay."""
    return checkout.book(order=order(show, *numbers), by=by, now=now)


def payment_of(booking: Booking) -> int:
    """Name the payment of a booking that has one."""
    assert booking.payment_id is not None
    return booking.payment_id
