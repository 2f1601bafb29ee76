"""The box office: a person takes the money and gives it back, and records both (booking/services/counter.py)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from billing.errors import UnknownProvider
from billing.gateways.base import Bill, Charge, ChargeState, Event, Repayment, RepaymentState
from billing.states import PaymentMethod

_WAITING = Charge(ChargeState.PENDING, method=PaymentMethod.CASH)
_NOT_PAID = Charge(ChargeState.REFUSED, method=PaymentMethod.CASH, failure="Nobody paid at the box office in time.")


class CashGateway:
    name = "cash"
    label = "the box office"
    is_at_counter = True

    def charge(self, bill: Bill) -> Charge:
        return _WAITING

    def find(self, *, key: str) -> Charge | None:
        return _WAITING  # our own record is the only one there is

    def give_up(self, *, key: str) -> Charge | None:
        return _NOT_PAID

    def refund(self, *, charge_key: str, charge_id: str, key: str, amount: Decimal) -> Repayment:
        return Repayment(RepaymentState.ON_ITS_WAY)  # until somebody hands it over and says so

    def find_refund(self, *, charge_id: str, key: str, refund_id: str) -> Repayment | None:
        return Repayment(RepaymentState.ON_ITS_WAY)

    def read_event(self, *, body: bytes, headers: Mapping[str, str]) -> Event:
        raise UnknownProvider

    def understand(self, *, identity: str, message: dict[str, Any]) -> Event:
        raise UnknownProvider

    def vouches_for(self, *, key: str, query: Mapping[str, str]) -> bool:
        return False
