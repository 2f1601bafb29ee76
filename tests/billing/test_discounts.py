from datetime import timedelta
from decimal import Decimal

import pytest

from billing.errors import DiscountNotApplicable, DiscountUsedUp, UnknownDiscount
from billing.services import discounts
from billing.states import DiscountType
from tests.factories.billing import DiscountFactory
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowFactory

pytestmark = pytest.mark.django_db


class TestFind:
    def test_ignores_case_and_blanks_around_a_code(self):
        code = DiscountFactory(promo_code="Diwali10")
        assert discounts.find(promo_code=" diwali10 ") == code

    def test_finds_by_id(self):
        code = DiscountFactory()
        assert discounts.find(discount_id=code.pk) == code

    def test_is_nothing_when_nothing_is_asked(self):
        assert discounts.find() is None

    def test_refuses_an_unknown_code(self):
        with pytest.raises(UnknownDiscount):
            discounts.find(promo_code="NOPE")


class TestAmountOff:
    @pytest.mark.parametrize(
        ("terms", "expected"),
        [
            ({}, "50.10"),
            ({"max_discount_amount": Decimal(20)}, "20"),
            ({"discount_type": DiscountType.FLAT, "discount_amount": Decimal(75)}, "75"),
            ({"min_subtotal": Decimal("500.98")}, "50.10"),
        ],
    )
    def test_of_an_order_of_500_98(self, terms, expected, now):
        off = discounts.amount_off(
            discount=DiscountFactory(**terms), subtotal=Decimal("500.98"), show=ShowFactory(), now=now
        )
        assert off == Decimal(expected)

    @pytest.mark.parametrize(
        ("terms", "reason"),
        [
            ({"is_active": False}, "not active"),
            ({"min_subtotal": Decimal("500.99")}, "from 500.99 up"),
        ],
    )
    def test_says_why_a_code_does_not_hold(self, terms, reason, now):
        with pytest.raises(DiscountNotApplicable, match=reason):
            discounts.amount_off(
                discount=DiscountFactory(**terms), subtotal=Decimal("500.98"), show=ShowFactory(), now=now
            )

    @pytest.mark.parametrize(
        ("starts", "ends", "holds"), [(0, 1, True), (1, 2, False), (-2, 0, False), (None, None, True)]
    )
    def test_holds_from_its_start_until_before_its_end(self, starts, ends, holds, now):
        code = DiscountFactory(
            starts_at=None if starts is None else now + timedelta(hours=starts),
            ends_at=None if ends is None else now + timedelta(hours=ends),
        )
        show = ShowFactory()
        if holds:
            assert discounts.amount_off(discount=code, subtotal=Decimal(100), show=show, now=now) == 10
        else:
            with pytest.raises(DiscountNotApplicable):
                discounts.amount_off(discount=code, subtotal=Decimal(100), show=show, now=now)

    def test_holds_only_for_its_movie_and_its_show(self, now):
        show, other = ShowFactory(), ShowFactory()
        for code in (DiscountFactory(applicable_movie=show.movie), DiscountFactory(applicable_show=show)):
            assert discounts.amount_off(discount=code, subtotal=Decimal(100), show=show, now=now) == 10
            with pytest.raises(DiscountNotApplicable, match="another"):
                discounts.amount_off(discount=code, subtotal=Decimal(100), show=other, now=now)
        with pytest.raises(DiscountNotApplicable, match="another movie"):
            discounts.amount_off(
                discount=DiscountFactory(applicable_movie=MovieFactory()), subtotal=Decimal(1), show=show, now=now
            )


class TestTakeUse:
    def test_counts_until_the_limit(self):
        code = DiscountFactory(usage_limit=1)
        discounts.take_use(discount=code)
        with pytest.raises(DiscountUsedUp):
            discounts.take_use(discount=code)
        code.refresh_from_db()
        assert code.times_used == 1

    def test_does_not_touch_a_code_without_limits(self, django_assert_num_queries):
        code = DiscountFactory()
        with django_assert_num_queries(0):  # every customer would wait for its row otherwise
            discounts.take_use(discount=code)


class TestGiveUseBack:
    def test_makes_room_for_another(self):
        code = DiscountFactory(usage_limit=1, times_used=1)
        discounts.give_use_back(discount_id=code.pk)
        discounts.take_use(discount=code)
        code.refresh_from_db()
        assert code.times_used == 1

    def test_never_falls_below_zero(self):
        code = DiscountFactory(usage_limit=1)
        discounts.give_use_back(discount_id=code.pk)
        code.refresh_from_db()
        assert code.times_used == 0
