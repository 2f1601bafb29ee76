"""What holds for any order and any way of cancelling it, found by Hypothesis."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing.pricing import FEE, FOOD, TICKET, Item, PricedOrder, list_total, price_order
from billing.refunding import give_back, refund_of
from billing.tax import Rate, Taxed
from cinema.core.money import ZERO, total

LOW, HIGH = Decimal("2.5"), Decimal(9)
SLABS = (Rate(1, LOW, LOW, up_to=Decimal(100)), Rate(2, HIGH, HIGH, above=Decimal(100)))
FLAT, FOODS = (Rate(2, HIGH, HIGH),), (Rate(3, LOW, LOW),)

prices = st.integers(0, 99_999).map(lambda number: Decimal(number) / 100)
percents = st.integers(0, 100)


def items_of(kind, rates, most=1):
    made = st.builds(Item, st.just(kind), st.integers(1, 10_000), prices, st.integers(1, most), st.just(rates))
    return st.lists(made, max_size=6, unique_by=lambda item: item.id)


@st.composite
def orders(draw) -> tuple[list[Item], Decimal, dict[str, bool]]:
    """Tickets, food and fees, a discount, and how the venue prices."""
    inclusive = draw(st.booleans())
    items = draw(items_of(TICKET, FLAT if inclusive else SLABS).filter(bool))
    items += draw(items_of(FOOD, FOODS, most=20))
    items += draw(items_of(FEE, FLAT))
    off = Decimal(draw(st.integers(0, int(list_total(items) * 100)))) / 100
    terms = {"sgst_waived": draw(st.booleans()), "rounds_to_rupee": draw(st.booleans()), "is_tax_inclusive": inclusive}
    return items, off, terms


def priced(drawn) -> PricedOrder:
    items, off, terms = drawn
    return price_order(items, discount=off, **terms)


class TestAnyOrder:
    @given(orders())
    def test_is_the_sum_of_its_lines_and_the_rounding(self, drawn):
        order = priced(drawn)
        taxable = total(line.taxed.taxable for line in order.lines)
        assert order.amount == taxable + order.tax + order.rounding
        assert Decimal("-0.49") <= order.rounding <= Decimal("0.50")
        if drawn[2]["rounds_to_rupee"]:
            assert order.amount == order.amount.to_integral_value()
        else:
            assert order.rounding == 0

    @given(orders())
    def test_has_equal_halves_of_tax_or_waives_one(self, drawn):
        for line in priced(drawn).lines:
            waived = drawn[2]["sgst_waived"] and line.item.kind == TICKET
            assert line.taxed.sgst == (ZERO if waived else line.taxed.cgst)
            assert line.taxed.rate.sgst == (0 if waived else line.taxed.rate.cgst)

    @given(orders())
    def test_has_no_negative_part_and_no_discount_on_fees(self, drawn):
        order = priced(drawn)
        for line in order.lines:
            assert min(line.discount_share, line.taxed.taxable, line.taxed.cgst, line.taxed.sgst) >= 0
            assert line.item.kind != FEE or line.discount_share == 0
        assert order.discount == drawn[1]

    @given(orders(), st.randoms())
    def test_is_the_same_in_any_sequence(self, drawn, random):
        items, *rest = drawn
        assert priced(drawn) == priced((random.sample(items, len(items)), *rest))

    @given(orders())
    def test_keeps_its_numbers_when_it_is_replayed_at_the_rates_its_lines_keep(self, drawn):
        items, off, terms = drawn
        before = priced(drawn)
        kept = {(line.item.kind, line.item.id): line.taxed.rate for line in before.lines}
        both_halves = {key: replace(rate, sgst=rate.cgst) for key, rate in kept.items()}  # a waiver is the movie's
        replayed = [replace(item, rates=(both_halves[item.kind, item.id],)) for item in items]
        again = price_order(replayed, discount=off, **terms)
        assert [(line.discount_share, line.taxed) for line in again.lines] == [
            (line.discount_share, line.taxed) for line in before.lines
        ]
        assert again.rounding == before.rounding


@st.composite
def cancellations(draw) -> tuple[PricedOrder, bool, list[tuple[list[int], int]]]:
    """An order, and its lines cut into steps, each cancelled at a percentage of its own."""
    drawn = draw(orders())
    order = priced(drawn)
    places = draw(st.permutations(range(len(order.lines))))
    cuts = sorted(draw(st.lists(st.integers(0, len(places)), max_size=4)))
    steps = [list(places[start:end]) for start, end in zip([0, *cuts], [*cuts, len(places)], strict=True)]
    return order, drawn[2]["rounds_to_rupee"], [(step, draw(percents)) for step in steps]


class TestAnyCancellation:
    @given(cancellations())
    def test_gives_back_and_keeps_together_what_was_paid(self, drawn):
        order, rounds, steps = drawn
        held, worth = order.amount, {place: line.taxed.total for place, line in enumerate(order.lines)}
        given_back = ZERO
        for places, percent in steps:
            others = total(amount for place, amount in worth.items() if place not in places)
            cancelled: list[tuple[Taxed, int]] = [(order.lines[place].taxed, percent) for place in places]
            back = give_back(cancelled, held=held, others=others, rounds_to_rupee=rounds)
            assert 0 <= back.amount <= held
            assert abs(back.rounding) <= 1 if rounds else back.rounding == 0
            for place, part in zip(places, back.lines, strict=True):
                worth[place] -= part.total
            held, given_back = held - back.amount, given_back + back.amount
            assert not rounds or held == held.to_integral_value()
        assert given_back + held == order.amount
        assert min(worth.values()) >= 0

    @given(cancellations())
    def test_of_everything_in_full_leaves_nothing(self, drawn):
        order, rounds, steps = drawn
        held, left = order.amount, dict(enumerate(order.lines))
        for places, _ in steps:
            lines = [(left.pop(place).taxed, 100) for place in places]
            others = total(line.taxed.total for line in left.values())
            held -= give_back(lines, held=held, others=others, rounds_to_rupee=rounds).amount
        assert held == 0

    @given(orders(), percents, percents)
    def test_never_gives_less_for_a_higher_percentage(self, drawn, one, other):
        low, high = sorted((one, other))
        for line in priced(drawn).lines:
            less, more = refund_of(line.taxed, low), refund_of(line.taxed, high)
            assert less.total <= more.total <= line.taxed.total
            assert min(less.taxable, less.cgst, less.sgst) >= 0
            assert more.sgst in (more.cgst, ZERO)
