"""Claims on seats, orders, and what hangs on an order."""

from booking.models.lines import BookedFee, BookedFood, BookedSeat, Line
from booking.models.orders import Booking, BookingStatusLog, Cancellation, IdempotencyKey, SeatLock
from booking.models.visits import Admission, BookingMail, Feedback, Ticket

__all__ = [
    "Admission",
    "BookedFee",
    "BookedFood",
    "BookedSeat",
    "Booking",
    "BookingMail",
    "BookingStatusLog",
    "Cancellation",
    "Feedback",
    "IdempotencyKey",
    "Line",
    "SeatLock",
    "Ticket",
]
