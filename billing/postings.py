"""Which accounts a sale, a payment or a refund moves. Pure: the rules of the ledger as tables of numbers test them.

Money and what the house is owed stand in debit; what it owes and what it earned stand in credit. What is given back
turns the sale around.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from billing.documents import Document
from billing.pricing import FOOD, TICKET
from billing.states import Account, EntryKind
from cinema.core.money import ZERO, total

REVENUE: Final = {TICKET: Account.TICKETS, FOOD: Account.FOOD, "fee": Account.FEE}


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an entry: a debit or a credit of one account, in rupees."""

    account: Account
    debit: Decimal = ZERO
    credit: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Entry:
    """What one event does to the accounts; its debits equal its credits. Without a line there is nothing to record."""

    kind: EntryKind
    source: str
    lines: tuple[Posting, ...]

    @property
    def total(self) -> Decimal:
        return total(line.debit for line in self.lines)


def payment(*, source: str, amount: Decimal, is_cash: bool) -> Entry:
    """Record that a customer's money came."""
    return Entry(EntryKind.PAYMENT, source, _moved(amount, _money(is_cash), Account.CUSTOMERS))


def refund_owed(*, source: str, amount: Decimal) -> Entry:
    """Record that money is to go back."""
    return Entry(EntryKind.REFUND_OWED, source, _moved(amount, Account.CUSTOMERS, Account.REFUNDS_DUE))


def refund_sent(*, source: str, amount: Decimal, is_cash: bool) -> Entry:
    """Record that money went back."""
    return Entry(EntryKind.REFUND_SENT, source, _moved(amount, Account.REFUNDS_DUE, _money(is_cash)))


def invoice(*, source: str, document: Document) -> Entry:
    """Record a sale: the customer's money becomes revenue by kind, and tax that is owed."""
    return Entry(EntryKind.INVOICE, source, _credited(_earned(document)))


def credit_note(*, source: str, document: Document) -> Entry:
    """Record that part of a sale is taken back: revenue and tax become the customer's money again."""
    turned = [(account, -amount) for account, amount in _earned(document)]
    return Entry(EntryKind.CREDIT_NOTE, source, _credited(turned))


def _money(is_cash: bool) -> Account:  # noqa: FBT001  # read where it is called, by name
    return Account.CASH if is_cash else Account.GATEWAY


def _moved(amount: Decimal, debited: Account, credited: Account) -> tuple[Posting, ...]:
    return (Posting(debited, debit=amount), Posting(credited, credit=amount)) if amount else ()


def _earned(document: Document) -> list[tuple[Account, Decimal]]:
    revenue: dict[Account, Decimal] = {}
    for line in document.lines:
        account = REVENUE[line.kind]
        revenue[account] = revenue.get(account, ZERO) + line.taxable
    return [
        *revenue.items(),
        (Account.ROUNDING, document.rounding),
        (Account.CGST, document.cgst),
        (Account.SGST, document.sgst),
    ]


def _credited(amounts: Iterable[tuple[Account, Decimal]]) -> tuple[Posting, ...]:
    """Credit each account with its amount, debit it with a negative one, and the customer with their sum."""
    booked = [(account, amount) for account, amount in amounts if amount]
    customer = (Account.CUSTOMERS, -total(amount for _, amount in booked))
    return tuple(
        Posting(account, credit=amount) if amount > 0 else Posting(account, debit=-amount)
        for account, amount in (customer, *booked)
        if amount
    )
