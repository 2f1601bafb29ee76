"""What stored codes are called in reports: in the words that the rest of the back office uses for them."""

from collections.abc import Mapping
from datetime import time
from typing import Final

from django.db.models import TextChoices

from billing.states import PaymentMethod, RefundStatus
from booking.states import BookingStatus
from cinema.core import formats


def _words(codes: type[TextChoices]) -> Mapping[str, str]:
    return {str(code.value): str(code.label) for code in codes}


METHODS: Final = _words(PaymentMethod)
BOOKINGS: Final = _words(BookingStatus)
REFUNDS: Final = _words(RefundStatus)
WAYS: Final[Mapping[str, str]] = {"IN": "In", "BACK": "Back"}


def hour_begins(number: int) -> str:
    """Write when an hour of the day begins: 5:00 pm."""
    return formats.time_of_day(time(number))


def hour(number: int) -> str:
    """Write an hour of the day from its first minute to its last."""
    return f"{hour_begins(number)} to {formats.time_of_day(time(number, 59))}"
