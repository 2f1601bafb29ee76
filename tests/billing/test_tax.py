from decimal import Decimal

import pytest

from billing.errors import NoTaxRate, PriceFitsNoSlab
from billing.tax import Rate, on_top, taken_out

LOW = Rate(1, Decimal("2.5"), Decimal("2.5"), up_to=Decimal(100))
HIGH = Rate(2, Decimal(9), Decimal(9), above=Decimal(100))
SLABS = (LOW, HIGH)


class TestOnTop:
    @pytest.mark.parametrize(
        ("net", "quantity", "rate", "half"),
        [
            ("150.50", 1, HIGH, "13.55"),  # 13.545 rounds up, in each half
            ("100.00", 1, LOW, "2.50"),
            ("100.01", 1, HIGH, "9.00"),
            ("199.98", 2, LOW, "5.00"),  # the slab goes by one of them, 99.99
            ("0.00", 1, LOW, "0.00"),
        ],
    )
    def test_adds_each_half_in_the_slab_of_the_unit_price(self, net, quantity, rate, half):
        taxed = on_top(Decimal(net), quantity, SLABS)
        assert (taxed.rate, taxed.cgst, taxed.sgst) == (rate, Decimal(half), Decimal(half))
        assert taxed.total == Decimal(net) + 2 * Decimal(half)

    def test_refuses_a_price_without_a_rate(self):
        with pytest.raises(NoTaxRate):
            on_top(Decimal("100.01"), 1, (LOW,))


class TestTakenOut:
    @pytest.mark.parametrize(
        ("gross", "base", "half"),
        [("118.01", "100.01", "9.00"), ("105.00", "100.00", "2.50"), ("177.59", "150.49", "13.55")],
    )
    def test_finds_the_tax_inside_the_price(self, gross, base, half):
        taxed = taken_out(Decimal(gross), 1, SLABS)
        assert (taxed.taxable, taxed.cgst, taxed.sgst) == (Decimal(base), Decimal(half), Decimal(half))
        assert taxed.total == Decimal(gross)

    @pytest.mark.parametrize("gross", ["105.01", "110.00", "118.00"])
    def test_refuses_the_dead_band_between_the_slabs(self, gross):
        with pytest.raises(PriceFitsNoSlab):
            taken_out(Decimal(gross), 1, SLABS)

    def test_refuses_a_price_without_a_rate(self):
        with pytest.raises(NoTaxRate):
            taken_out(Decimal(100), 1, ())
