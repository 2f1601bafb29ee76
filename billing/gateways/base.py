"""What Marquee asks of a payment provider."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Protocol

from billing.states import PaymentMethod


class ChargeState(Enum):
    SETTLED = "settled"
    REFUSED = "refused"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Charge:
    """A provider's answer about one attempt to take money."""

    state: ChargeState
    id: str = ""
    method: PaymentMethod = PaymentMethod.UPI
    failure: str = ""
    redirect_url: str = ""


class Gateway(Protocol):
    """One provider. Every call is safe to repeat with the same key, and none happens inside a transaction."""

    name: str

    def charge(self, *, key: str, amount: Decimal, currency: str) -> Charge:
        """Take the money, once per key (rupees)."""
        ...

    def find(self, *, key: str) -> Charge | None:
        """Ask what became of a charge; None when the provider never heard of it."""
        ...

    def refund(self, *, charge_key: str, key: str, amount: Decimal) -> str:
        """Give money of one charge back, once per key; answers the provider's id of the refund."""
        ...
