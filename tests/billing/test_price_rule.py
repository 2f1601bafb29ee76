"""At a tax-inclusive venue a ticket price between two slabs is refused where it is set, and where it is charged."""

from decimal import Decimal

import pytest

from billing.errors import DiscountNotApplicable, PriceFitsNoSlab
from booking import queries
from booking.services import checkout
from scheduling.cards import Step
from scheduling.services import pricing
from scheduling.states import PriceChange
from tests.booking.stories import order
from tests.factories.billing import DiscountFactory
from tests.factories.scheduling import ShowCategoryPricingFactory
from venues.models import SeatCategory

pytestmark = pytest.mark.django_db


@pytest.fixture
def inclusive(selling_show):
    """A show whose prices contain the tax; rows A and B at 150.50, row C at 250.00."""
    venue = selling_show.screen.venue
    venue.is_tax_inclusive = True
    venue.save()
    return selling_show


def zone_of(show) -> SeatCategory:
    return show.screen.categories.get(category_name="Silver")


class TestSettingAPrice:
    @pytest.mark.parametrize(("price", "status"), [("105.00", 200), ("105.01", 400), ("118.00", 400), ("118.01", 200)])
    def test_of_a_zone_is_refused_in_the_dead_band_with_the_nearest_that_fit(
        self, api, admin, inclusive, price, status
    ):
        answer = api.signed_in_as(admin).put(f"/seat-categories/{zone_of(inclusive).pk}", {"base_price": price})
        assert answer.status_code == status
        if status == 400:
            assert (answer.json()["code"], answer.json()["nearest"]) == ("price_fits_no_slab", [105, 118.01])

    def test_of_a_new_zone_is_judged_too(self, api, admin, inclusive):
        body = {"category_name": "Box", "screen_id": inclusive.screen_id, "rows": 1, "cols": 1, "base_price": 110}
        assert api.signed_in_as(admin).post("/seat-categories/", body).json()["code"] == "price_fits_no_slab"
        assert api.signed_in_as(admin).post("/seat-categories/", body | {"base_price": 120}).status_code == 200

    def test_of_a_show_is_judged_too(self, api, admin, inclusive):
        client, zone = api.signed_in_as(admin), zone_of(inclusive)
        body = {"show_id": inclusive.pk, "category_id": zone.pk, "price": 110}
        assert client.post("/show-category-pricing/", body).json()["code"] == "price_fits_no_slab"
        made = client.post("/show-category-pricing/", body | {"price": 104.5})
        assert made.status_code == 201
        path = f"/show-category-pricing/{made.json()['pricing_id']}"
        assert client.put(path, {"price": 118}).json()["code"] == "price_fits_no_slab"
        assert client.put(path, {"price": 118.01}).json()["price"] == 118.01

    def test_of_many_shows_is_judged_too(self, inclusive, admin, now):
        ShowCategoryPricingFactory(show=inclusive, category=zone_of(inclusive), price=Decimal("120.00"))
        with pytest.raises(PriceFitsNoSlab):
            pricing.reprice(
                show_ids=[inclusive.pk], step=Step("Ten off", PriceChange.ADD, Decimal(-10)), by=admin, now=now
            )

    def test_is_free_where_the_tax_comes_on_top(self, api, admin, selling_show):
        path = f"/seat-categories/{zone_of(selling_show).pk}"
        assert api.signed_in_as(admin).put(path, {"base_price": 110}).status_code == 200

    def test_in_the_back_office_is_refused_beside_the_field(self, client, admin, inclusive):
        client.force_login(admin)
        zone = zone_of(inclusive)
        fields = {"screen": zone.screen_id, "category_name": "Silver", "rows": 2, "cols": 10, "base_price": "110"}
        page = client.post(f"/admin/venues/seatcategory/{zone.pk}/change/", fields)
        assert "The nearest prices that fit are 105.00 or 118.01" in page.content.decode()
        zone.refresh_from_db()
        assert zone.base_price == Decimal("150.50")


class TestChargingAPrice:
    def test_is_refused_when_the_list_price_lies_in_the_dead_band(self, inclusive, customer, now):
        SeatCategory.objects.filter(pk=zone_of(inclusive).pk).update(base_price=110)
        with pytest.raises(PriceFitsNoSlab) as refusal:
            checkout.book(order=order(inclusive, "A1"), by=customer, now=now)
        assert refusal.value.data["nearest"] == [Decimal("105.00"), Decimal("118.01")]

    def test_refuses_the_promo_code_that_brings_a_price_there(self, inclusive, customer, now):
        SeatCategory.objects.filter(pk=zone_of(inclusive).pk).update(base_price=120)
        DiscountFactory(promo_code="TEN")
        with pytest.raises(DiscountNotApplicable, match=r"108\.00 with its tax lies between"):
            checkout.book(order=order(inclusive, "A1", promo_code="TEN"), by=customer, now=now)
        assert queries.quote(order=order(inclusive, "A1"), now=now).amount == Decimal("120.00")
