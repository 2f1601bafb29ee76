"""The gateway of a house that takes no money online: every charge is refused before anything is written."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from billing.errors import PaymentsClosed, UnknownProvider
from billing.gateways.base import Bill, Charge, Event, Repayment


class ClosedGateway:
    name = "none"
    label = "nobody"
    is_at_counter = False

    def charge(self, bill: Bill) -> Charge:
        raise PaymentsClosed

    def find(self, *, key: str) -> Charge | None:
        return None

    def give_up(self, *, key: str) -> Charge | None:
        return None

    def refund(self, *, charge_key: str, charge_id: str, key: str, amount: Decimal) -> Repayment:
        raise PaymentsClosed

    def find_refund(self, *, charge_id: str, key: str, refund_id: str) -> Repayment | None:
        return None

    def read_event(self, *, body: bytes, headers: Mapping[str, str]) -> Event:
        raise UnknownProvider

    def understand(self, *, identity: str, message: dict[str, Any]) -> Event:
        raise UnknownProvider

    def vouches_for(self, *, key: str, query: Mapping[str, str]) -> bool:
        return False
