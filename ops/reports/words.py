"""What stored codes are called in reports: in the words that the rest of the back office uses for them."""

from collections.abc import Mapping
from typing import Final

from django.db.models import TextChoices

from billing.states import PaymentMethod, RefundStatus
from booking.states import BookingStatus


def _words(codes: type[TextChoices]) -> Mapping[str, str]:
    return {str(code.value): str(code.label) for code in codes}


METHODS: Final = _words(PaymentMethod)
BOOKINGS: Final = _words(BookingStatus)
REFUNDS: Final = _words(RefundStatus)
WAYS: Final[Mapping[str, str]] = {"IN": "In", "BACK": "Back"}
