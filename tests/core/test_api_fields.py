from decimal import Decimal

import pytest
from rest_framework.exceptions import ValidationError

from cinema.core.api.fields import Approximate, Facts, Flag


def nested(levels: int) -> dict:
    return {} if levels == 0 else {"in": nested(levels - 1)}


class TestFlag:
    @pytest.mark.parametrize("value", [True, False])
    def test_takes_true_and_false(self, value):
        assert Flag().run_validation(value) is value

    @pytest.mark.parametrize("value", [0, 1, "true", "no", ""], ids=repr)
    def test_takes_nothing_that_only_looks_like_it(self, value):
        with pytest.raises(ValidationError):
            Flag().run_validation(value)


class TestApproximate:
    field = Approximate(max_digits=10, decimal_places=2, min_value=0, max_value=1000)

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [(499.98999999999995, "499.99"), (5e-324, "0.00"), (0.005, "0.01"), (1000, "1000.00")],
        ids=repr,
    )
    def test_keeps_what_arithmetic_left_to_its_places(self, sent, kept):
        assert self.field.run_validation(sent) == Decimal(kept)

    @pytest.mark.parametrize("sent", [-1e-166, 1000.001, 1e300, "NaN"], ids=repr)
    def test_refuses_what_is_out_of_bounds_before_rounding(self, sent):
        with pytest.raises(ValidationError):
            self.field.run_validation(sent)

    def test_refuses_what_is_too_large_to_round(self):
        with pytest.raises(ValidationError):
            Approximate(max_digits=10, decimal_places=2).run_validation(1e300)


class TestFacts:
    @pytest.mark.parametrize("value", [{"name": "Asha", "order": 0, "ratings": [7.5, None, True]}, nested(19)])
    def test_takes_what_can_be_kept(self, value):
        assert Facts().run_validation(value) == value

    @pytest.mark.parametrize("value", [{"n": 1e22}, {"n": [2**63]}, {"n": {"n": -(2**63)}}, nested(20)], ids=range(4))
    def test_refuses_what_could_not_be_read_back(self, value):
        with pytest.raises(ValidationError, match="64 bits"):
            Facts().run_validation(value)
