"""Tables of numbers; the first is the worked example of docs/pricing.md."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.errors import NoTaxRate
from billing.pricing import (
    FOOD,
    TICKET,
    Item,
    PricedOrder,
    discount_on,
    list_total,
    price_order,
)
from billing.refunding import refund_of, refund_percent
from billing.tax import Rate
from cinema.core.money import total

TICKETS = (
    Rate(1, Decimal("2.5"), Decimal("2.5"), up_to=Decimal(100)),
    Rate(2, Decimal(9), Decimal(9), above=Decimal(100)),
)
FLAT_TICKETS = (Rate(2, Decimal(9), Decimal(9)),)
FOODS = (Rate(3, Decimal("2.5"), Decimal("2.5")),)


def seat(number: int, price: str, rates: tuple[Rate, ...] = TICKETS) -> Item:
    return Item(TICKET, number, Decimal(price), 1, rates)


def food(number: int, price: str, quantity: int = 1) -> Item:
    return Item(FOOD, number, Decimal(price), quantity, FOODS)


def priced(items: list[Item], *, discount: str = "0", is_tax_inclusive=False, sgst_waived=False) -> PricedOrder:
    return price_order(items, discount=Decimal(discount), is_tax_inclusive=is_tax_inclusive, sgst_waived=sgst_waived)


@pytest.fixture
def worked_example() -> PricedOrder:
    """Two seats at 150.50, two cokes at 99.99, promo 10 %."""
    items = [seat(1, "150.50"), seat(2, "150.50"), food(7, "99.99", 2)]
    return price_order(
        items,
        discount=discount_on(list_total(items), percent=Decimal(10)),
        is_tax_inclusive=False,
        sgst_waived=False,
    )


class TestWorkedExample:
    def test_costs_508_64(self, worked_example):
        tickets = [line.taxed for line in worked_example.lines if line.item.kind == TICKET]
        foods = [line.taxed for line in worked_example.lines if line.item.kind == FOOD]
        assert total(line.taxable for line in tickets) == Decimal("270.90")
        assert total(line.cgst + line.sgst for line in tickets) == Decimal("48.76")
        assert total(line.taxable for line in foods) == Decimal("179.98")
        assert total(line.cgst + line.sgst for line in foods) == Decimal("9.00")
        assert worked_example.discount == Decimal("50.10")
        assert worked_example.tax == Decimal("57.76")
        assert worked_example.amount == Decimal("508.64")

    def test_gives_406_90_back_at_80_percent(self, worked_example):
        assert total(refund_of(line.taxed, 80).total for line in worked_example.lines) == Decimal("406.90")

    def test_gives_everything_back_at_100_percent(self, worked_example):
        assert total(refund_of(line.taxed, 100).total for line in worked_example.lines) == Decimal("508.64")


class TestPriceOrder:
    def test_chooses_the_slab_after_the_discount(self):
        (line,) = priced([seat(1, "105.00")], discount="5.00").lines
        assert (line.taxed.taxable, line.taxed.rate.gst_id) == (Decimal("100.00"), 1)
        (line,) = priced([seat(1, "105.00")], discount="4.99").lines
        assert (line.taxed.taxable, line.taxed.rate.gst_id) == (Decimal("100.01"), 2)

    def test_waives_sgst_of_tickets_only(self):
        ticket, coke = priced([seat(1, "150.50"), food(7, "99.99")], sgst_waived=True).lines
        assert (ticket.taxed.cgst, ticket.taxed.sgst, ticket.taxed.rate.sgst) == (
            Decimal("13.55"),
            Decimal(0),
            Decimal(0),
        )
        assert (coke.taxed.cgst, coke.taxed.sgst) == (Decimal("2.50"), Decimal("2.50"))

    def test_charges_the_list_price_where_prices_contain_the_tax(self):
        order = priced([seat(1, "236.00"), food(7, "105.00", 2)], is_tax_inclusive=True)
        assert order.amount == Decimal("446.00")
        assert [line.taxed.taxable for line in order.lines] == [Decimal("200.00"), Decimal("200.00")]

    def test_gives_the_odd_paisa_to_tickets_before_food_and_to_the_lowest_id(self):
        order = priced([food(1, "100.00"), seat(9, "100.00"), seat(4, "100.00")], discount="1.00")
        shares = {(line.item.kind, line.item.id): line.discount_share for line in order.lines}
        assert shares == {(TICKET, 4): Decimal("0.34"), (TICKET, 9): Decimal("0.33"), (FOOD, 1): Decimal("0.33")}

    def test_of_a_free_seat_is_nothing(self):
        assert priced([seat(1, "0.00")]).amount == Decimal(0)

    def test_refuses_an_item_without_a_rate(self):
        with pytest.raises(NoTaxRate):
            priced([seat(1, "150.50", rates=())])


class TestDiscountOn:
    @pytest.mark.parametrize(
        ("terms", "expected"),
        [
            ({"percent": Decimal(10)}, "50.10"),
            ({"percent": Decimal(10), "cap": Decimal(30)}, "30"),
            ({"percent": Decimal(100)}, "500.98"),
            ({"flat": Decimal("99.50")}, "99.50"),
            ({"flat": Decimal(900)}, "500.98"),
            ({"flat": Decimal(900), "cap": Decimal(200)}, "200"),
            ({"percent": Decimal(0)}, "0"),
        ],
    )
    def test_of_500_98(self, terms, expected):
        assert discount_on(Decimal("500.98"), **terms) == Decimal(expected)


class TestRefundPercent:
    START = datetime(2026, 3, 1, 12, tzinfo=UTC)
    TIERS = [{"hours": 48, "percent": 100}, {"hours": 8, "percent": 80}, {"hours": 2, "percent": 25}]

    @pytest.mark.parametrize(
        ("ahead", "percent"),
        [
            (timedelta(days=9), 100),
            (timedelta(hours=48), 100),
            (timedelta(hours=48) - timedelta(microseconds=1), 80),
            (timedelta(hours=8), 80),
            (timedelta(hours=7, minutes=59), 25),
            (timedelta(hours=1), 0),
            (timedelta(hours=-1), 0),
        ],
    )
    def test_is_that_of_the_best_tier_still_ahead(self, ahead, percent):
        assert refund_percent(self.TIERS, starts_at=self.START, now=self.START - ahead) == percent

    def test_is_nothing_without_a_policy(self):
        assert refund_percent([], starts_at=self.START, now=self.START - timedelta(days=9)) == 0


prices = st.integers(0, 99_999).map(lambda number: Decimal(number) / 100)
tickets = st.builds(Item, st.just(TICKET), st.integers(1, 10_000), prices, st.just(1), st.just(TICKETS))
flat_tickets = st.builds(Item, st.just(TICKET), st.integers(1, 10_000), prices, st.just(1), st.just(FLAT_TICKETS))
foods = st.builds(Item, st.just(FOOD), st.integers(1, 10_000), prices, st.integers(1, 100), st.just(FOODS))


@st.composite
def orders(draw, ticket=tickets):
    items = draw(st.lists(ticket, min_size=1, max_size=10, unique_by=lambda item: item.id))
    items += draw(st.lists(foods, max_size=5, unique_by=lambda item: item.id))
    off = Decimal(draw(st.integers(0, int(list_total(items) * 100)))) / 100
    return items, off


class TestAnyOrder:
    @given(orders())
    def test_adds_up_and_has_no_negative_part(self, drawn):
        items, off = drawn
        order = price_order(items, discount=off, is_tax_inclusive=False, sgst_waived=False)
        assert order.discount == off
        assert order.amount == list_total(items) - off + order.tax
        for line in order.lines:
            assert 0 <= line.discount_share <= line.item.list_price
            assert min(line.taxed.taxable, line.taxed.cgst, line.taxed.sgst) >= 0

    @given(orders(flat_tickets))
    def test_costs_its_list_price_where_that_contains_the_tax(self, drawn):
        items, off = drawn
        order = price_order(items, discount=off, is_tax_inclusive=True, sgst_waived=False)
        assert order.amount == list_total(items) - off
        assert all(min(line.taxed.taxable, line.taxed.cgst, line.taxed.sgst) >= 0 for line in order.lines)

    @given(orders(), st.randoms())
    def test_costs_the_same_in_any_sequence(self, drawn, random):
        items, off = drawn
        shuffled = random.sample(items, len(items))
        first, second = (
            price_order(each, discount=off, is_tax_inclusive=False, sgst_waived=False) for each in (items, shuffled)
        )
        assert first == second

    @given(orders(flat_tickets), st.booleans(), st.booleans(), st.integers(0, 100))
    def test_never_gives_back_more_than_a_line_cost(self, drawn, inclusive, waived, percent):
        items, off = drawn
        for line in price_order(items, discount=off, is_tax_inclusive=inclusive, sgst_waived=waived).lines:
            back = refund_of(line.taxed, percent)
            assert min(back.taxable, back.cgst, back.sgst) >= 0
            assert back.taxable <= line.taxed.taxable
            assert back.total <= line.taxed.total
