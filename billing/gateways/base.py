"""What Marquee asks of a payment provider, and what a provider may answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

from billing.states import PaymentMethod


class ChargeState(Enum):
    SETTLED = "settled"
    REFUSED = "refused"
    PENDING = "pending"


class RepaymentState(Enum):
    DONE = "done"
    ON_ITS_WAY = "on its way"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Bill:
    """One attempt to take money: how much (in the currency's unit), for how long, and where the payer comes back to."""

    key: str
    amount: Decimal
    currency: str = "INR"
    description: str = ""
    return_url: str = ""
    pay_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """A provider's answer about one attempt to take money."""

    state: ChargeState
    id: str = ""
    method: PaymentMethod = PaymentMethod.UPI
    failure: str = ""
    redirect_url: str = ""  # where the customer pays, while it is pending
    amount: Decimal | None = None  # what was taken, where the provider says it


@dataclass(frozen=True, slots=True)
class Repayment:
    """A provider's answer about money that goes back."""

    state: RepaymentState
    id: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One message of a provider, its signature verified: about a charge, about a refund, or about neither."""

    id: str
    kind: str
    payload: dict[str, Any] = field(default_factory=dict)
    charge_key: str = ""
    charge: Charge | None = None
    refund_key: str = ""
    repayment: Repayment | None = None
    is_ours: bool = True  # False: of another shop that shares the account


class Gateway(Protocol):
    """One provider. Every call is safe to repeat with the same key, and none happens inside a transaction.

    Whatever keeps a call from being answered is raised as GatewayFailed or GatewayTimedOut: the caller tries again later.
    """

    name: str
    label: str  # for people: "Razorpay"
    is_at_counter: bool  # the money is taken by a person, who records it

    def charge(self, bill: Bill) -> Charge:
        """Take the money, once per key."""
        ...

    def find(self, *, key: str) -> Charge | None:
        """Ask what became of a charge; None when the provider never heard of it."""
        ...

    def give_up(self, *, key: str) -> Charge | None:
        """See to it that a charge cannot be paid any more, and answer what it is now, paid perhaps; None as `find`."""
        ...

    def refund(self, *, charge_key: str, charge_id: str, key: str, amount: Decimal) -> Repayment:
        """Give money of one charge back, once per key."""
        ...

    def find_refund(self, *, charge_id: str, key: str, refund_id: str) -> Repayment | None:
        """Ask what became of a refund; None when the provider never heard of it."""
        ...

    def read_event(self, *, body: bytes, headers: Mapping[str, str]) -> Event:
        """Verify the signature of a message over its raw body, and say what it means.

        :raises MessageForged: when the signature is missing or wrong.
        """
        ...

    def understand(self, *, identity: str, message: dict[str, Any]) -> Event:
        """Say what a message means that was verified before, and kept."""
        ...

    def vouches_for(self, *, key: str, query: Mapping[str, str]) -> bool:
        """Verify what a returning customer's address claims about a charge; False when it claims nothing.

        :raises MessageForged: when the signature is wrong, or made for another charge.
        """
        ...
