from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from billing.errors import DiscountNotApplicable, DiscountUsedUp, UnknownDiscount
from billing.services import discounts
from billing.states import DiscountType
from tests.factories.billing import DiscountFactory
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowFactory

pytestmark = pytest.mark.django_db
SAID = {time(9): "9:00 am", time(12): "12:00 pm", time(22): "10:00 pm", time(2): "2:00 am"}


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


def at(show, day: date, clock: time):
    """Move a show to a day and a time of its venue's wall clock."""
    show.starts_at = datetime.combine(day, clock, tzinfo=show.screen.venue.zone)
    return show


class TestDaysAndHours:
    """1 March 2027 is a Monday."""

    @pytest.mark.parametrize(
        ("weekdays", "day", "holds"),
        [([], 1, True), ([0], 1, True), ([0, 1], 2, True), ([5, 6], 5, False), ([5, 6], 6, True), ([5, 6], 7, True)],
    )
    def test_hold_on_the_weekdays_of_the_show(self, weekdays, day, holds, now):
        code, show = DiscountFactory(weekdays=weekdays), at(ShowFactory(), date(2027, 3, day), time(19))
        if holds:
            assert discounts.amount_off(discount=code, subtotal=Decimal(100), show=show, now=now) == 10
        else:
            with pytest.raises(DiscountNotApplicable, match="for shows on Saturday, Sunday"):
                discounts.amount_off(discount=code, subtotal=Decimal(100), show=show, now=now)

    @pytest.mark.parametrize(
        ("first", "end", "clock", "holds"),
        [
            (time(9), time(12), time(9), True),
            (time(9), time(12), time(11, 59), True),
            (time(9), time(12), time(12), False),
            (time(9), time(12), time(8, 59), False),
            (time(22), time(2), time(23), True),
            (time(22), time(2), time(1, 30), True),
            (time(22), time(2), time(2), False),
        ],
    )
    def test_hold_in_the_daypart_of_the_start(self, first, end, clock, holds, now):
        code = DiscountFactory(daypart_from=first, daypart_until=end)
        show = at(ShowFactory(), date(2027, 3, 1), clock)
        if holds:
            assert discounts.amount_off(discount=code, subtotal=Decimal(100), show=show, now=now) == 10
        else:
            with pytest.raises(DiscountNotApplicable, match=f"from {SAID[first]} until before {SAID[end]}"):
                discounts.amount_off(discount=code, subtotal=Decimal(100), show=show, now=now)

    def test_are_those_of_the_venue_not_of_the_server(self, now):
        show = ShowFactory()
        show.starts_at = datetime(2027, 3, 1, 20, tzinfo=UTC)  # half past one on Tuesday in Mumbai
        code = DiscountFactory(weekdays=[1], daypart_from=time(1), daypart_until=time(2))
        assert discounts.amount_off(discount=code, subtotal=Decimal(100), show=show, now=now) == 10

    def test_need_a_show_to_be_judged(self, now):
        DiscountFactory(promo_code="DAY", weekdays=[0])
        DiscountFactory(promo_code="HOUR", daypart_from=time(9), daypart_until=time(12))
        for code in ("DAY", "HOUR"):
            with pytest.raises(DiscountNotApplicable, match="for shows"):
                discounts.worth(promo_code=code, subtotal=Decimal(100), address="192.0.2.1", now=now)


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
