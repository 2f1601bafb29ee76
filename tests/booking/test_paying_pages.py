from decimal import Decimal

import pytest
from django.core.cache import cache
from django.utils import timezone

from billing.models import Payment
from booking.models import BookedSeat, Booking, SeatLock
from booking.services import locks
from concessions.models import FoodItem
from scheduling.models import ShowCategoryPricing
from tests.factories.billing import DiscountFactory
from tests.factories.booking import BookingFactory, SeatLockFactory
from tests.factories.concessions import FoodCategoryFactory, FoodItemFactory
from venues.models import Seat, SeatCategory


def seat_id(show, number):
    return Seat.objects.get(screen=show.screen, seat_number=number).pk


@pytest.fixture
def cola(db):
    return FoodItemFactory(
        category=FoodCategoryFactory(category_name="Drinks"), item_name="Cola", price=Decimal("99.99")
    )


@pytest.fixture
def buyer(client, selling_show, customer):
    """A visitor who is logged in and holds A1 and A2."""
    client.force_login(customer)
    chosen = [seat_id(selling_show, "A1"), seat_id(selling_show, "A2")]
    locks.lock_seats(show_id=selling_show.pk, seat_ids=chosen, by=customer, now=timezone.now())
    return client


@pytest.fixture
def bill(buyer, selling_show):
    """Read the form of the pay page as a browser would send it."""

    def read():
        context = buyer.get(f"/book/{selling_show.pk}/pay").context
        return {"seats": context["seats"], "amount": str(context["till"].quote.amount)}

    return read


class TestAddFood:
    def test_offers_what_can_be_had(self, buyer, selling_show, cola):
        FoodItemFactory(category=cola.category, item_name="Stale cola", is_available=False)
        FoodItemFactory(category=cola.category, item_name="Last cola", stock=0)
        FoodCategoryFactory(category_name="Empty shelf")
        page = buyer.get(f"/book/{selling_show.pk}/food").content.decode()
        assert "Cola, how many" in page
        assert "Stale cola" not in page
        assert "Last cola" not in page
        assert "Empty shelf" not in page

    def test_puts_food_on_the_bill(self, buyer, selling_show, cola):
        answer = buyer.post(f"/book/{selling_show.pk}/food", {f"food_{cola.pk}": "2"})
        assert answer.url == f"/book/{selling_show.pk}/pay"
        assert "Cola × 2" in buyer.get(answer.url).content.decode()

    def test_remembers_what_was_put_aside(self, buyer, selling_show, cola):
        buyer.post(f"/book/{selling_show.pk}/food", {f"food_{cola.pk}": "2"})
        form = buyer.get(f"/book/{selling_show.pk}/food").context["form"]
        assert form.initial == {f"food_{cola.pk}": 2}

    @pytest.mark.parametrize("quantity", ["-1", "21", "two", "9" * 30])
    def test_refuses_an_absurd_quantity_beside_the_dish(self, buyer, selling_show, cola, quantity):
        answer = buyer.post(f"/book/{selling_show.pk}/food", {f"food_{cola.pk}": quantity})
        assert answer.status_code == 422
        assert f'id="id_food_{cola.pk}_error"' in answer.content.decode()

    def test_leads_back_to_the_seats_when_none_is_held(self, client, selling_show, customer):
        client.force_login(customer)
        answer = client.get(f"/book/{selling_show.pk}/food", follow=True)
        assert answer.redirect_chain[-1][0] == f"/seatmap/{selling_show.pk}"
        assert "You hold no seats of this show" in answer.content.decode()

    def test_costs_the_same_queries_for_one_dish_and_for_many(
        self, buyer, selling_show, cola, django_assert_max_num_queries
    ):
        for number in range(12):
            FoodItemFactory(category=cola.category, item_name=f"Dish {number}")
        with django_assert_max_num_queries(7):
            buyer.get(f"/book/{selling_show.pk}/food")


class TestPay:
    def test_asks_a_stranger_to_log_in_first(self, client, selling_show):
        path = f"/book/{selling_show.pk}/pay"
        assert client.get(path).url == f"/account/login?next=%2Fbook%2F{selling_show.pk}%2Fpay"

    def test_shows_the_bill_and_books_exactly_it(self, buyer, selling_show, customer, cola, bill):
        buyer.post(f"/book/{selling_show.pk}/food", {f"food_{cola.pk}": "2"})
        form = bill()
        assert form["amount"] == "565.18"  # two seats at 150.50 and 18 %, two colas at 99.99 and 5 %
        answer = buyer.post(f"/book/{selling_show.pk}/pay", form)
        booking = Booking.objects.get()
        assert (answer.status_code, answer.url) == (302, f"/account/bookings/{booking.booking_reference}")
        assert (booking.user, booking.booking_status, booking.amount) == (customer, "CONFIRMED", Decimal("565.18"))

    def test_splits_the_tax_by_line_and_by_rate_as_the_ticket_does(self, buyer, selling_show, cola, bill):
        buyer.post(f"/book/{selling_show.pk}/food", {f"food_{cola.pk}": "2"})
        page = buyer.get(f"/book/{selling_show.pk}/pay").content.decode()
        paid = buyer.post(f"/book/{selling_show.pk}/pay", bill())
        ticket = buyer.get(paid.url).content.decode()
        for said in (
            "CGST ₹13.55</span>",
            "SGST ₹13.55</span>",  # of each seat
            "CGST ₹5.00</span>",
            "SGST ₹5.00</span>",  # of the colas
            "CGST 9 % on ₹301.00",
            "SGST 9 % on ₹301.00",
            "CGST 2.5 % on ₹199.98",
            "SGST 2.5 % on ₹199.98",
        ):
            assert (page.count(said), said) == (ticket.count(said), said)
            assert said in page

    def test_books_once_when_it_is_sent_twice(self, buyer, selling_show, cola, bill):
        buyer.post(f"/book/{selling_show.pk}/food", {f"food_{cola.pk}": "2"})
        form = bill()
        first = buyer.post(f"/book/{selling_show.pk}/pay", form)
        second = buyer.post(f"/book/{selling_show.pk}/pay", form)
        assert first.url == second.url
        assert Booking.objects.count() == 1

    def test_leads_the_back_button_to_the_booking(self, buyer, selling_show, bill):
        paid = buyer.post(f"/book/{selling_show.pk}/pay", bill())
        for step in ("pay", "food"):
            assert buyer.get(f"/book/{selling_show.pk}/{step}").url == paid.url

    def test_never_takes_more_than_the_page_showed(self, buyer, selling_show, bill):
        form = bill()
        silver = SeatCategory.objects.get(category_name="Silver")
        ShowCategoryPricing.objects.create(show=selling_show, category=silver, price=Decimal(200))
        answer = buyer.post(f"/book/{selling_show.pk}/pay", form)
        assert answer.status_code == 409
        assert "The price has changed" in answer.content.decode()
        assert "₹472.00" in answer.content.decode()
        assert not Booking.objects.exists()

    def test_still_sells_when_the_hold_has_lapsed_and_nobody_came(self, buyer, selling_show, bill):
        form = bill()
        SeatLock.objects.update(expires_at=timezone.now())
        assert buyer.post(f"/book/{selling_show.pk}/pay", form).status_code == 302
        assert BookedSeat.objects.count() == 2

    def test_explains_when_the_hold_has_lapsed_and_somebody_came(self, buyer, selling_show, stranger, bill):
        form = bill()
        SeatLock.objects.all().delete()
        SeatLockFactory(show=selling_show, seat_id=seat_id(selling_show, "A1"), user=stranger)
        answer = buyer.post(f"/book/{selling_show.pk}/pay", form)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Somebody else was faster: A1." in page
        assert page.count(" checked") == 1
        assert not Booking.objects.exists()

    def test_keeps_the_seats_when_the_payment_is_refused_and_leaves_the_way_open(
        self, buyer, selling_show, bill, settings
    ):
        settings.SANDBOX_BEHAVIOUR = "refuse"
        answer = buyer.post(f"/book/{selling_show.pk}/pay", bill())
        booking = Booking.objects.get()
        assert answer.url == f"/account/bookings/{booking.booking_reference}/payment"
        assert "The payment did not go through" in buyer.get(answer.url).content.decode()
        settings.SANDBOX_BEHAVIOUR = "settle"
        again = buyer.post(answer.url, follow=True)
        assert again.redirect_chain[-1][0] == f"/account/bookings/{booking.booking_reference}"
        booking.refresh_from_db()
        assert (booking.booking_status, Payment.objects.count()) == ("CONFIRMED", 2)

    def test_leaves_out_food_that_is_gone_and_says_so(self, buyer, selling_show, cola):
        buyer.post(f"/book/{selling_show.pk}/food", {f"food_{cola.pk}": "2"})
        FoodItem.objects.update(is_available=False)
        answer = buyer.get(f"/book/{selling_show.pk}/pay")
        assert answer.status_code == 409
        assert "Cola is not available." in answer.content.decode()
        assert answer.context["till"].quote.amount == Decimal("355.20")
        assert buyer.get(f"/book/{selling_show.pk}/pay").status_code == 200

    def test_leaves_out_food_that_sells_out_at_the_last_moment(self, buyer, selling_show, cola, bill):
        buyer.post(f"/book/{selling_show.pk}/food", {f"food_{cola.pk}": "2"})
        form = bill()
        FoodItem.objects.update(stock=1)
        answer = buyer.post(f"/book/{selling_show.pk}/pay", form)
        assert answer.status_code == 409
        assert "There is not enough Cola left." in answer.content.decode()
        assert buyer.post(f"/book/{selling_show.pk}/pay", bill()).status_code == 302
        assert Booking.objects.get().amount == Decimal("355.20")

    @pytest.mark.parametrize(
        "form", [{}, {"seats": "x", "amount": "1"}, {"seats": "1", "amount": "NaN"}, {"seats": "1,", "amount": "1"}]
    )
    def test_shows_the_bill_again_when_the_form_is_broken(self, buyer, selling_show, form):
        assert buyer.post(f"/book/{selling_show.pk}/pay", form).url == f"/book/{selling_show.pk}/pay"

    def test_is_404_when_the_seats_are_from_elsewhere(self, buyer, selling_show):
        answer = buyer.post(f"/book/{selling_show.pk}/pay", {"seats": "987654321", "amount": "1"})
        assert answer.status_code == 404


class TestApplyPromo:
    def test_takes_its_share_off(self, buyer, selling_show):
        DiscountFactory(promo_code="MOVIE10")
        answer = buyer.post(f"/book/{selling_show.pk}/promo", {"promo_code": " movie10 "}, follow=True)
        assert "saves you ₹30.10" in answer.content.decode()

    def test_may_be_guessed_at_only_so_often(self, buyer, selling_show, settings):
        settings.THROTTLES = {**settings.THROTTLES, "promo_per_address": (1, 10**9)}
        cache.clear()
        path = f"/book/{selling_show.pk}/promo"
        assert [buyer.post(path, {"promo_code": code}).status_code for code in ("NOPE", "NADA")] == [404, 429]

    def test_explains_an_unknown_code_beside_the_field_and_keeps_the_bill(self, buyer, selling_show):
        answer = buyer.post(f"/book/{selling_show.pk}/promo", {"promo_code": "NOPE"})
        page = answer.content.decode()
        assert answer.status_code == 404
        assert 'id="promo_error"' in page
        assert "There is no such promo code." in page
        assert "Pay ₹355.20" in page
        assert buyer.get(f"/book/{selling_show.pk}/pay").status_code == 200

    def test_used_up_by_oneself_is_left_out_when_paying(self, buyer, selling_show, customer, bill):
        spent = DiscountFactory(promo_code="ONCE", usage_limit_per_user=1)
        BookingFactory(user=customer, discount=spent, confirmed=True)
        buyer.post(f"/book/{selling_show.pk}/promo", {"promo_code": "ONCE"})
        answer = buyer.post(f"/book/{selling_show.pk}/pay", bill())
        assert answer.status_code == 409
        assert 'id="promo_error"' in answer.content.decode()
        assert buyer.post(f"/book/{selling_show.pk}/pay", bill()).status_code == 302

    def test_leads_to_the_bill_after_a_log_in(self, client, selling_show):
        answer = client.post(f"/book/{selling_show.pk}/promo", {"promo_code": "MOVIE10"})
        assert answer.url == f"/account/login?next=%2Fbook%2F{selling_show.pk}%2Fpay"

    def test_can_be_taken_away_again(self, buyer, selling_show):
        DiscountFactory(promo_code="MOVIE10")
        buyer.post(f"/book/{selling_show.pk}/promo", {"promo_code": "MOVIE10"})
        answer = buyer.post(f"/book/{selling_show.pk}/promo", {"promo_code": ""}, follow=True)
        assert "Pay ₹355.20" in answer.content.decode()
