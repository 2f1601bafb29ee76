"""The numbers of docs/pricing.md are what the code computes, line by line: each row of its tables is read and compared."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from billing.errors import PriceFitsNoSlab
from billing.pricing import FEE, FOOD, TICKET, Item, PricedOrder, discount_on, list_total, price_order
from billing.refunding import give_back, refund_of
from billing.tax import Rate, nearest_prices, taken_out
from cinema.core.money import ZERO, total

PAGE = (Path(__file__).parents[2] / "docs" / "pricing.md").read_text()
LOW, HIGH = Decimal("2.5"), Decimal(9)
TICKETS = (Rate(None, LOW, LOW, up_to=Decimal(100)), Rate(None, HIGH, HIGH, above=Decimal(100)))
FOODS, FEES = (Rate(None, LOW, LOW),), (Rate(None, HIGH, HIGH),)
RATES = {TICKET: TICKETS, FOOD: FOODS, FEE: FEES}


def rows(heading: str) -> dict[str, list[Decimal]]:
    """Read the table under a heading: what stands first in each row, and the figures of the others."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    table = [row.strip("|").split("|") for row in section.splitlines() if row.startswith("|")][2:]
    return {
        first.strip(): [Decimal(cell.strip().strip("*")) for cell in cells if cell.strip()] for first, *cells in table
    }


def sold(kind, price: str, quantity: int = 1, off: str = "0", **terms) -> PricedOrder:
    terms = {"is_tax_inclusive": False, "sgst_waived": False} | terms
    item = Item(kind, 1, Decimal(price), quantity, RATES[kind])
    return price_order([item], discount=Decimal(off), **terms)


def example(**terms) -> PricedOrder:
    """Sell two seats at 150.50 and two cokes at 99.99 with 10 % off."""
    items = [
        Item(TICKET, 1, Decimal("150.50"), 1, TICKETS),
        Item(TICKET, 2, Decimal("150.50"), 1, TICKETS),
        Item(FOOD, 1, Decimal("99.99"), 2, FOODS),
    ]
    off = discount_on(list_total(items), percent=Decimal(10))
    return price_order(items, discount=off, is_tax_inclusive=False, sgst_waived=False, **terms)


SALES = {
    "ticket at the limit": sold(TICKET, "100.00"),
    "ticket above the limit": sold(TICKET, "100.01"),
    "ticket of 105.00, 5.00 off": sold(TICKET, "105.00", off="5.00"),
    "ticket of 105.00, 4.99 off": sold(TICKET, "105.00", off="4.99"),
    "ticket of 110.00, 20 % off": sold(TICKET, "110.00", off="22.00"),
    "2 × food": sold(FOOD, "99.99", 2),
    "ticket, SGST waived": sold(TICKET, "150.50", sgst_waived=True),
    "food beside it": sold(FOOD, "99.99", sgst_waived=True),
    "booking fee": sold(FEE, "20.00"),
    "contains the tax, at the limit": sold(TICKET, "105.00", is_tax_inclusive=True),
    "contains the tax, above the limit": sold(TICKET, "118.01", is_tax_inclusive=True),
    "contains the tax": sold(TICKET, "177.59", is_tax_inclusive=True),
    "contains the tax, 20.00 off": sold(TICKET, "177.59", off="20.00", is_tax_inclusive=True),
    "contains the tax, SGST waived": sold(TICKET, "177.59", is_tax_inclusive=True, sgst_waived=True),
}
REFUNDS = {
    "seat of the example at 80 %": (example().lines[0].taxed, 80),
    "food of the example at 80 %": (example().lines[2].taxed, 80),
    "ticket, SGST waived, at 80 %": (SALES["ticket, SGST waived"].lines[0].taxed, 80),
    "contains the tax, at 80 %": (SALES["contains the tax"].lines[0].taxed, 80),
    "contains the tax, at the limit, at 50 %": (SALES["contains the tax, at the limit"].lines[0].taxed, 50),
    "booking fee at 0 %": (SALES["booking fee"].lines[0].taxed, 0),
    "booking fee at 100 %": (SALES["booking fee"].lines[0].taxed, 100),
}


class TestTheWorkedExample:
    def test_is_that_of_the_page(self):
        order = example()
        computed = [
            [
                *(line.item.list_price, line.discount_share),
                line.taxed.taxable,
                line.taxed.cgst,
                line.taxed.sgst,
                line.taxed.total,
            ]
            for line in order.lines
        ]
        computed.append([total(column) for column in zip(*computed, strict=True)])
        found = [row for row in PAGE.splitlines() if re.match(r"\| (Seat|2 × coke|\*\*Sum)", row)]
        assert [[Decimal(figure) for figure in re.findall(r"\d+\.\d\d", row)] for row in found] == computed

    def test_is_cancelled_as_the_page_says(self):
        back = [refund_of(line.taxed, 80).total for line in example().lines]
        assert f"2 × {back[0]} + {back[2]} = **{total(back)}**" in PAGE


class TestWhatIsSold:
    def test_is_all_on_the_page(self):
        assert rows("Line by line").keys() == SALES.keys()

    @pytest.mark.parametrize("case", SALES)
    def test_costs_what_the_page_says(self, case):
        (line,) = SALES[case].lines
        taxed = line.taxed
        computed = [line.item.list_price, line.discount_share, taxed.taxable, taxed.cgst, taxed.sgst, taxed.total]
        assert rows("Line by line")[case] == computed


class TestTheDeadBand:
    def test_is_that_of_the_page(self):
        below, above = nearest_prices(Decimal(110), TICKETS)
        low, high = below + Decimal("0.01"), above - Decimal("0.01")
        assert f"Between {low} and {high}" in PAGE
        assert f"{below} and {above}" in PAGE
        for price in (low, high):
            with pytest.raises(PriceFitsNoSlab):
                taken_out(price, 1, TICKETS)


class TestWhatIsGivenBack:
    def test_is_all_on_the_page(self):
        assert rows("What a cancelled line gives back").keys() == REFUNDS.keys()

    @pytest.mark.parametrize("case", REFUNDS)
    def test_is_what_the_page_says(self, case):
        line, percent = REFUNDS[case]
        back = refund_of(line, percent)
        computed = [line.total, back.taxable, back.cgst, back.sgst, back.total, line.total - back.total]
        assert rows("What a cancelled line gives back")[case] == computed


class TestRounding:
    def test_is_what_the_page_says(self):
        order = example(rounds_to_rupee=True)
        seat, other, food = (line.taxed for line in order.lines)
        held, others = order.amount, [seat, other, food]
        steps = {"sold": [order.amount - order.rounding, order.rounding, order.amount, order.amount]}
        kept = ZERO
        for name, line in (("first seat at 80 %", seat), ("second seat at 80 %", other), ("food at 80 %", food)):
            others.remove(line)
            rest = kept + total(each.total for each in others)
            back = give_back([(line, 80)], held=held, others=rest, rounds_to_rupee=True)
            kept += line.total - back.lines[0].total
            held -= back.amount
            steps[name] = [back.lines[0].total, back.rounding, back.amount, held]
        assert rows("Rounding to the rupee") == steps
