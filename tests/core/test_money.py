from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinema.core.money import percent_of, rounded, shared_out, total

paise = st.integers(0, 100_000).map(lambda number: Decimal(number) / 100)


@st.composite
def amount_and_weights(draw):
    alike = st.lists(st.sampled_from([Decimal(1), Decimal(2)]), min_size=5, max_size=30)  # where rounding piles up
    weights = draw(st.lists(paise, min_size=1, max_size=30) | alike)
    whole = int(sum(weights) * 100)
    return Decimal(draw(st.integers(0, whole))) / 100, weights


class TestRounded:
    @pytest.mark.parametrize(
        ("exact", "expected"),
        [("0.005", "0.01"), ("0.0049", "0.00"), ("2.675", "2.68"), ("13.545", "13.55"), ("-0.005", "-0.01")],
    )
    def test_rounds_half_away_from_zero(self, exact, expected):
        assert str(rounded(Decimal(exact))) == expected


class TestPercentOf:
    @pytest.mark.parametrize(
        ("amount", "percent", "expected"), [("150.50", 10, "15.05"), ("99.99", 33, "33.00"), ("0.05", 10, "0.01")]
    )
    def test_rounds_once_half_up(self, amount, percent, expected):
        assert percent_of(Decimal(amount), percent) == Decimal(expected)


class TestTotal:
    def test_of_nothing_is_zero_rupees_and_no_paise(self):
        assert str(total([])) == "0.00"


class TestSharedOut:
    def test_divides_in_proportion(self):
        assert shared_out(Decimal("50.10"), [Decimal("301.00"), Decimal("200.00")]) == [
            Decimal("30.10"),
            Decimal("20.00"),
        ]

    def test_gives_what_is_left_to_the_first_largest(self):
        assert shared_out(Decimal("0.10"), [Decimal(1), Decimal(2), Decimal(2)]) == [
            Decimal("0.02"),
            Decimal("0.04"),
            Decimal("0.04"),
        ]
        assert shared_out(Decimal("1.00"), [Decimal(1)] * 3) == [Decimal("0.34"), Decimal("0.33"), Decimal("0.33")]

    def test_takes_from_further_lines_when_ten_halves_of_a_paisa_were_rounded_up(self):
        shares = shared_out(Decimal("0.05"), [Decimal(1)] * 10)
        assert shares == [Decimal("0.00")] * 5 + [Decimal("0.01")] * 5

    def test_never_takes_more_off_a_line_than_it_costs(self):
        shares = shared_out(Decimal("9.94"), [Decimal(1)] * 10)
        assert shares == [Decimal("1.00")] * 4 + [Decimal("0.99")] * 6

    def test_of_free_lines_is_nothing(self):
        assert shared_out(Decimal(0), [Decimal(0), Decimal(0)]) == [Decimal(0), Decimal(0)]

    @given(amount_and_weights())
    def test_sums_exactly_and_stays_within_every_line(self, drawn):
        amount, weights = drawn
        shares = shared_out(amount, weights)
        assert sum(shares) == amount
        assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))
