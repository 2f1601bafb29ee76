"""The worked example of docs/pricing.md is what the code computes, line by line."""

import re
from decimal import Decimal
from pathlib import Path

from billing.pricing import FOOD, TICKET, Item, price_order
from billing.refunding import refund_of
from billing.tax import Rate
from cinema.core.money import total

PAGE = Path(__file__).parents[2] / "docs" / "pricing.md"


def test_the_worked_example_of_the_documentation():
    page = PAGE.read_text()
    seats, food = (Rate(None, Decimal(9), Decimal(9)),), (Rate(None, Decimal("2.5"), Decimal("2.5")),)
    items = [
        Item(TICKET, 1, Decimal("150.50"), 1, seats),
        Item(TICKET, 2, Decimal("150.50"), 1, seats),
        Item(FOOD, 1, Decimal("99.99"), 2, food),
    ]
    order = price_order(items, discount=Decimal("50.10"), is_tax_inclusive=False, sgst_waived=False)
    computed = [
        [
            line.item.list_price,
            line.discount_share,
            line.taxed.taxable,
            line.taxed.cgst,
            line.taxed.sgst,
            line.taxed.total,
        ]
        for line in order.lines
    ]
    computed.append([total(column) for column in zip(*computed, strict=True)])
    rows = [row for row in page.splitlines() if re.match(r"\| (Seat|2 × coke|\*\*Sum)", row)]
    documented = [[Decimal(figure) for figure in re.findall(r"\d+\.\d\d", row)] for row in rows]
    assert documented == computed
    back = [refund_of(line.taxed, 80).total for line in order.lines]
    assert f"2 × {back[0]} + {back[2]} = **{total(back)}**" in page
