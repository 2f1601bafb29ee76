from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from scheduling.cards import DEAREST, Condition, Occasion, Step, priced
from scheduling.errors import ShowsStarted
from scheduling.models import ShowCategoryPricing
from scheduling.services import planning, pricing
from scheduling.services.planning import Plan
from scheduling.states import PriceChange
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import PriceCardFactory, ShowCategoryPricingFactory, ShowFactory
from tests.factories.venues import SeatCategoryFactory

TUESDAY = date(2026, 11, 24)
EVENING = Step("Evening", PriceChange.ADD, Decimal(30))


def occasion(at=time(19), day=TUESDAY, show_format="2D"):
    return Occasion(day, at, show_format)


class TestCondition:
    @pytest.mark.parametrize(
        ("condition", "holds"),
        [
            (Condition(), True),
            (Condition(weekdays=frozenset({1})), True),
            (Condition(weekdays=frozenset({0, 2})), False),
            (Condition(from_time=time(19)), True),
            (Condition(until_time=time(19)), False),
            (Condition(from_time=time(18), until_time=time(22)), True),
            (Condition(from_time=time(22), until_time=time(2)), False),
            (Condition(from_time=time(18), until_time=time(2)), True),
            (Condition(format="2d"), True),
            (Condition(format="3D"), False),
            (Condition(from_day=TUESDAY, until_day=TUESDAY + timedelta(days=1)), True),
            (Condition(until_day=TUESDAY), False),
        ],
        ids=[
            "nothing", "its weekday", "other weekdays", "from then", "until then", "hours", "other hours",
            "over midnight", "its format", "other format", "its days", "days before",
        ],
    )  # fmt: skip
    def test_holds(self, condition, holds):
        assert condition.holds(occasion()) is holds


class TestPriced:
    def test_applies_one_step_after_the_other_and_says_why(self):
        steps = [
            EVENING,
            Step("3D", PriceChange.PERCENT, Decimal(20)),
            Step("Sofa", PriceChange.SET, Decimal(1), "Sofa"),
        ]
        assert priced(Decimal("150.50"), "Gold", steps) == (
            Decimal("216.60"),
            "base 150.50 · Evening: +30 · 3D: +20 %",
        )

    @given(
        st.decimals(0, 999, places=2),
        st.lists(st.tuples(st.sampled_from(PriceChange), st.decimals(-2000, 2000, places=2)), max_size=5),
    )
    def test_stays_a_price(self, base, steps):
        price, _ = priced(base, "Gold", [Step("x", change, amount) for change, amount in steps])
        assert 0 <= price <= DEAREST
        assert price == price.quantize(Decimal("0.01"))


@pytest.mark.django_db
class TestPlannedShows:
    def test_are_priced_by_the_cards_of_their_venue(self, admin, now):
        category = SeatCategoryFactory(base_price=Decimal("150.50"))
        PriceCardFactory(venue=category.screen.venue)
        PriceCardFactory(amount=Decimal(500))
        day = now.date() + timedelta(days=2)
        plan = Plan(movie_id=MovieFactory().pk, screen_id=category.screen_id, show_date=day, show_time=time(19))
        show = planning.plan_show(plan=plan, by=admin, now=now)
        row = ShowCategoryPricing.objects.get(show=show)
        assert (row.category, row.price, row.because) == (category, Decimal("180.50"), "base 150.50 · Evening: +30")

    def test_keep_their_base_price_without_a_card(self, admin, now):
        category = SeatCategoryFactory()
        PriceCardFactory(venue=category.screen.venue, is_active=False)
        plan = Plan(
            movie_id=MovieFactory().pk,
            screen_id=category.screen_id,
            show_date=now.date() + timedelta(days=2),
            show_time=time(19),
        )
        planning.plan_show(plan=plan, by=admin, now=now)
        assert not ShowCategoryPricing.objects.exists()


@pytest.mark.django_db
class TestReprice:
    @pytest.fixture
    def show(self, now):
        return ShowFactory(starts_at=now + timedelta(days=1))

    def test_changes_what_the_preview_said(self, show, admin, now):
        own = ShowCategoryPricingFactory(show=show, price=Decimal(200))
        base = SeatCategoryFactory(screen=show.screen, base_price=Decimal(100))
        before = pricing.preview(show_ids=[show.pk], step=EVENING, now=now)
        assert [(change.category, change.was, change.price) for change in before] == [
            (own.category, Decimal(200), Decimal(230)),
            (base, Decimal(100), Decimal(130)),
        ]
        assert pricing.reprice(show_ids=[show.pk], step=EVENING, by=admin, now=now) == before
        prices = dict(ShowCategoryPricing.objects.values_list("category", "price"))
        assert prices == {own.category_id: 230, base.pk: 130}

    def test_keeps_to_one_category(self, show, admin, now):
        SeatCategoryFactory(screen=show.screen, category_name="Gold")
        SeatCategoryFactory(screen=show.screen, category_name="Silver")
        step = Step("Gala", PriceChange.SET, Decimal(400), "gold")
        pricing.reprice(show_ids=[show.pk], step=step, by=admin, now=now)
        assert list(ShowCategoryPricing.objects.values_list("category__category_name", "price")) == [
            ("Gold", Decimal(400))
        ]

    @pytest.mark.parametrize("facts", [{"status": "CANCELLED"}, {"starts_at": -1}], ids=["cancelled", "begun"])
    def test_refuses_shows_that_are_over(self, show, admin, now, facts):
        SeatCategoryFactory(screen=show.screen)
        gone = ShowFactory(**facts | ({"starts_at": now - timedelta(hours=1)} if "starts_at" in facts else {}))
        with pytest.raises(ShowsStarted):
            pricing.reprice(show_ids=[show.pk, gone.pk], step=EVENING, by=admin, now=now)
        assert not ShowCategoryPricing.objects.exists()

    def test_is_shown_before_it_is_done_in_the_back_office(self, client, admin):
        show = ShowFactory(seats=1)
        client.force_login(admin)
        page = reverse("admin:scheduling_show_changelist")
        asked = {"action": "change_prices", "_selected_action": [show.pk]}
        assert "Show what it comes to" in client.post(page, asked).content.decode()
        filled = {**asked, "asked": "yes", "change": "ADD", "amount": "30", "name": "Gala"}
        shown = client.post(page, filled).content.decode()
        assert "180.50" in shown
        assert not ShowCategoryPricing.objects.exists()
        assert client.post(page, {**filled, "confirm": "yes"}).status_code == 302
        assert ShowCategoryPricing.objects.get().price == Decimal("180.50")
