"""Each event as the table of debits and credits an accountant would write."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import postings
from billing.documents import Document
from billing.pricing import FOOD
from billing.states import Account
from tests.factories.billing import document

SEAT = document(Decimal("135.45"), tax=Decimal("12.19"))
COKES = replace(SEAT.lines[0], kind=FOOD, taxable=Decimal("179.98"), cgst=Decimal("4.50"), sgst=Decimal("4.50"))
WORKED = Document((SEAT.lines[0], SEAT.lines[0], COKES))  # the example of docs/pricing.md


def booked(entry: postings.Entry) -> dict[str, Decimal]:
    """Read an entry as account and amount, a credit being negative."""
    return {line.account.value: line.debit - line.credit for line in entry.lines}


def rupees(**amounts: str) -> dict[str, Decimal]:
    return {account: Decimal(amount) for account, amount in amounts.items()}


class TestPayment:
    @pytest.mark.parametrize(("is_cash", "account"), [(False, "GATEWAY"), (True, "CASH")])
    def test_is_the_customers_until_it_is_for_something(self, is_cash, account):
        entry = postings.payment(source="T-1", amount=Decimal("508.64"), is_cash=is_cash)
        assert booked(entry) == rupees(**{account: "508.64", "CUSTOMERS": "-508.64"})

    def test_of_nothing_is_nothing(self):
        assert postings.payment(source="T-1", amount=Decimal(0), is_cash=False).lines == ()


class TestRefund:
    def test_is_due_before_it_is_sent(self):
        owed = postings.refund_owed(source="T-1/end", amount=Decimal("406.90"))
        sent = postings.refund_sent(source="T-1/end", amount=Decimal("406.90"), is_cash=False)
        assert booked(owed) == rupees(CUSTOMERS="406.90", REFUNDS_DUE="-406.90")
        assert booked(sent) == rupees(REFUNDS_DUE="406.90", GATEWAY="-406.90")


class TestInvoice:
    def test_turns_the_customers_money_into_revenue_and_tax(self):
        assert booked(postings.invoice(source="BKNG-1", document=WORKED)) == rupees(
            CUSTOMERS="508.64", TICKETS="-270.90", FOOD="-179.98", CGST="-28.88", SGST="-28.88"
        )

    def test_has_no_sgst_where_it_is_waived(self):
        waived = Document((replace(SEAT.lines[0], sgst=Decimal(0), sgst_rate=Decimal(0)),))
        assert "SGST" not in booked(postings.invoice(source="BKNG-1", document=waived))

    @pytest.mark.parametrize(("rounding", "paid"), [("0.36", "509.00"), ("-0.64", "508.00")])
    def test_books_rounding_on_the_side_it_is_on(self, rounding, paid):
        amounts = booked(postings.invoice(source="BKNG-1", document=replace(WORKED, rounding=Decimal(rounding))))
        assert (amounts["CUSTOMERS"], amounts["ROUNDING"]) == (Decimal(paid), -Decimal(rounding))

    def test_of_a_free_ticket_is_nothing(self):
        assert postings.invoice(source="BKNG-1", document=document(Decimal(0))).lines == ()

    def test_of_a_kind_without_an_account_is_refused(self):
        strange = Document((replace(SEAT.lines[0], kind="balloon"),))
        with pytest.raises(KeyError):
            postings.invoice(source="BKNG-1", document=strange)


class TestCreditNote:
    def test_turns_a_sale_around(self):
        sale = booked(postings.invoice(source="BKNG-1", document=WORKED))
        back = booked(postings.credit_note(source="BKNG-1/end", document=WORKED))
        assert back == {account: -amount for account, amount in sale.items()}


amounts = st.decimals(min_value=0, max_value=100_000, places=2)
documents = st.builds(
    lambda kind, taxable, cgst, sgst, rounding: Document(
        (replace(SEAT.lines[0], kind=kind, taxable=taxable, cgst=cgst, sgst=sgst),), rounding
    ),
    st.sampled_from(sorted(postings.REVENUE)),
    amounts,
    amounts,
    amounts,
    st.decimals(min_value=Decimal("-0.50"), max_value=Decimal("0.50"), places=2),
)


class TestEveryEntry:
    @given(documents)
    def test_balances_in_positive_amounts_of_different_accounts(self, stated):
        for entry in (
            postings.invoice(source="a", document=stated),
            postings.credit_note(source="b", document=stated),
        ):
            assert sum(booked(entry).values()) == 0
            assert len(booked(entry)) == len(entry.lines)
            assert all(bool(line.debit > 0) != bool(line.credit > 0) for line in entry.lines)
            assert min((line.debit + line.credit for line in entry.lines), default=1) > 0

    def test_has_an_account_for_every_kind_of_revenue(self):
        assert set(postings.REVENUE.values()) == {Account.TICKETS, Account.FOOD, Account.FEE}
