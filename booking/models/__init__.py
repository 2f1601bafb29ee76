"""Claims on seats, orders, and what hangs on an order."""

from booking.models.lines import BookedFood, BookedSeat, Line
from booking.models.orders import Booking, BookingStatusLog, IdempotencyKey, SeatLock
from booking.models.visits import BookingMail, Feedback, Ticket

__all__ = [
    "BookedFood",
    "BookedSeat",
    "Booking",
    "BookingMail",
    "BookingStatusLog",
    "Feedback",
    "IdempotencyKey",
    "Line",
    "SeatLock",
    "Ticket",
]
