from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from billing import gateways
from billing.errors import (
    ChargeUnknown,
    DiscountNotApplicable,
    DiscountUsedUp,
    NoTaxRate,
    PaymentRefused,
    PaymentsClosed,
    UnknownDiscount,
)
from billing.gateways import Bill, Charge
from billing.gateways.sandbox import SandboxGateway
from billing.models import GST, Invoice, Payment, SandboxCharge
from billing.states import DiscountType, PaymentStatus
from booking.errors import DiscountSpent, EmptyOrder, SeatUnavailable, ShowNotSelling, TooManySeats, UnknownSeat
from booking.models import BookedSeat, Booking, BookingStatusLog, SeatLock, Ticket
from booking.orders import Order
from booking.services import cancelling, checkout, locks
from booking.states import Actor, BookingStatus, LockStatus
from cinema.core import jobs
from concessions.errors import FoodSoldOut, FoodUnavailable, UnknownFood
from scheduling.errors import UnknownShow
from scheduling.states import ShowStatus
from tests.booking.stories import booked, order, payment_of, placed, seats_of
from tests.factories.accounts import GuestDetailsFactory
from tests.factories.billing import DiscountFactory
from tests.factories.concessions import FoodItemFactory
from tests.factories.scheduling import ShowCategoryPricingFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class AwayGateway(SandboxGateway):
    """A provider that cannot be reached."""

    name = "away"

    def charge(self, bill: Bill) -> Charge:
        raise ChargeUnknown


def nothing_was_written() -> bool:
    return not any(
        table.objects.exists() for table in (Booking, BookedSeat, Payment, SandboxCharge, BookingStatusLog, SeatLock)
    )


class TestBook:
    def test_sells_seats_and_food_in_one_go(self, selling_show, customer, now):
        coke = FoodItemFactory(item_name="Coke", price=Decimal("99.99"), stock=10)
        DiscountFactory(promo_code="TEN")
        wish = order(selling_show, "A1", "A2", foods={coke.pk: 2}, promo_code="ten")
        booking = checkout.book(order=wish, by=customer, now=now)
        assert (booking.booking_status, booking.confirmed_at) == (BookingStatus.CONFIRMED, now)
        assert (booking.amount, booking.discount_amount) == (Decimal("508.64"), Decimal("50.10"))
        payment = Payment.objects.get(pk=payment_of(booking))
        assert (payment.payment_status, payment.amount) == (PaymentStatus.COMPLETED, Decimal("508.64"))
        assert SandboxCharge.objects.get().amount == Decimal("508.64")
        assert Invoice.objects.get().amount == Decimal("508.64")
        assert Ticket.objects.get().booking == booking
        assert customer.notifications.get().booking_id == booking.pk
        coke.refresh_from_db()
        assert coke.stock == 8

    def test_writes_each_step_down(self, selling_show, customer, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        steps = BookingStatusLog.objects.filter(booking=booking).order_by("id")
        assert list(steps.values_list("from_status", "to_status", "changed_by")) == [
            ("", BookingStatus.PENDING, Actor.USER),
            (BookingStatus.PENDING, BookingStatus.CONFIRMED, Actor.PAYMENT_SERVICE),
        ]

    def test_queues_ticket_and_mail_once_it_is_committed(self, selling_show, customer, now, queued):
        with queued() as sent:
            booking = booked(selling_show, "A1", by=customer, now=now)
            assert sent == []
        ids = {"booking_id": booking.pk}
        assert sent == [(jobs.ISSUE_TICKETS, ids), (jobs.MAIL_BOOKING_CONFIRMED, ids)]

    def test_costs_a_known_number_of_queries(self, selling_show, customer, now, django_assert_num_queries):
        wish = order(selling_show, "A1", "A2")
        # Placing is 10: begin and commit, the show, the booking's id, the claim that locks, judges, sells and prices, the
        # tax rates, then payment, booking, lines and log. The bill is 1, the sandbox 5, a transaction of its own. Settling is 21:
        # begin and commit, whose booking and which show, the show's lock, the claims, booking, show and number of seats
        # (each read after the lock that guards it), payment read and written, its entry in the ledger, booking, log, ticket,
        # notification, owed mail, seats and food for the invoice, the sale's entry, and counter and invoice in one. Neither
        # number grows with the seats.
        with django_assert_num_queries(38):
            checkout.book(order=wish, by=customer, now=now)

    def test_of_a_refused_payment_frees_the_seats(self, selling_show, customer, now, settings):
        settings.SANDBOX_BEHAVIOUR = "refuse"
        coke = FoodItemFactory(stock=2)
        with pytest.raises(PaymentRefused):
            checkout.book(order=order(selling_show, "A1", foods={coke.pk: 2}), by=customer, now=now)
        booking = Booking.objects.get()
        assert (booking.booking_status, booking.refund_amount) == (BookingStatus.CANCELLED, Decimal(0))
        assert Payment.objects.get().payment_status == PaymentStatus.FAILED
        assert SeatLock.objects.get().status == LockStatus.EXPIRED
        assert not Invoice.objects.exists()
        coke.refresh_from_db()
        assert coke.stock == 2

    def test_stays_open_when_the_gateway_cannot_be_asked(self, selling_show, customer, now, settings, monkeypatch):
        monkeypatch.setitem(gateways._GATEWAYS, "away", AwayGateway())
        settings.PAYMENT_GATEWAY = "away"
        with pytest.raises(ChargeUnknown):
            booked(selling_show, "A1", by=customer, now=now)
        assert Booking.objects.get().booking_status == BookingStatus.PENDING
        assert Payment.objects.get().payment_status == PaymentStatus.PENDING
        assert SeatLock.objects.get().status == LockStatus.BOOKED

    def test_writes_nothing_when_the_house_takes_no_money(self, selling_show, customer, now, settings):
        settings.PAYMENT_GATEWAY = "none"
        with pytest.raises(PaymentsClosed):
            booked(selling_show, "A1", by=customer, now=now)
        assert nothing_was_written()

    def test_of_nothing_to_pay_is_confirmed_without_a_payment_and_has_an_invoice(self, selling_show, customer, now):
        DiscountFactory(promo_code="FREE", discount_percent=Decimal(100))
        booking = checkout.book(order=order(selling_show, "A1", promo_code="FREE"), by=customer, now=now)
        assert booking.booking_status == BookingStatus.CONFIRMED
        assert (booking.amount, booking.payment_id) == (Decimal(0), None)
        assert Invoice.objects.get().amount == 0


class TestPlace:
    def test_turns_the_customers_locks_into_claims_of_the_booking(self, selling_show, customer, now):
        locks.lock_seats(show_id=selling_show.pk, seat_ids=seats_of(selling_show, "A1"), by=customer, now=now)
        booking = placed(selling_show, "A1", "A2", by=customer, now=now + MINUTE)
        assert set(SeatLock.objects.values_list("status", "booking_id")) == {(LockStatus.BOOKED, booking.pk)}
        assert (booking.booking_status, booking.pay_until) == (BookingStatus.PENDING, now + 16 * MINUTE)

    def test_claims_seats_whose_lock_has_lapsed_on_the_spot(self, selling_show, customer, now):
        locks.lock_seats(show_id=selling_show.pk, seat_ids=seats_of(selling_show, "A1"), by=customer, now=now)
        assert placed(selling_show, "A1", by=customer, now=now + 11 * MINUTE).booking_status == BookingStatus.PENDING

    def test_snapshots_the_price_of_the_show_else_of_the_category(self, selling_show, customer, now):
        silver = selling_show.screen.categories.get(category_name="Silver")
        ShowCategoryPricingFactory(show=selling_show, category=silver, price=Decimal("90.00"))
        booking = placed(selling_show, "A1", "C1", by=customer, now=now)
        rows = booking.seats.order_by("seat_id").values_list("price", "taxable", "cgst", "cgst_rate")
        assert [tuple(map(str, row)) for row in rows] == [
            ("90.00", "90.00", "2.25", "2.50"),
            ("250.00", "250.00", "22.50", "9.00"),
        ]

    def test_copies_the_refund_policy_of_the_venue(self, selling_show, customer, now):
        venue = selling_show.screen.venue
        venue.refund_tiers = [{"hours": 1, "percent": 55}]
        venue.save()
        assert placed(selling_show, "A1", by=customer, now=now).refund_tiers == [{"hours": 1, "percent": 55}]

    def test_waives_sgst_for_the_movie(self, selling_show, customer, now):
        selling_show.movie.sgst_waived = True
        selling_show.movie.save()
        line = placed(selling_show, "A1", by=customer, now=now).seats.get()
        assert (line.cgst, line.sgst, line.sgst_rate) == (Decimal("13.55"), Decimal(0), Decimal(0))

    def test_taxes_by_the_date_of_the_venue(self, selling_show, customer, now):
        GST.objects.filter(gst_category="ticket").update(valid_until=now.date() - timedelta(days=5))
        with pytest.raises(NoTaxRate):
            placed(selling_show, "A1", by=customer, now=now)
        assert nothing_was_written()

    def test_takes_nothing_when_one_seat_is_taken(self, selling_show, customer, stranger, now):
        booked(selling_show, "A2", by=stranger, now=now)
        with pytest.raises(SeatUnavailable) as refusal:
            placed(selling_show, "A1", "A2", "A3", by=customer, now=now)
        assert refusal.value.data == {"seats": ["A2"]}
        assert not Booking.objects.filter(user=customer).exists()
        assert not SeatLock.objects.filter(user=customer).exists()

    def test_refuses_the_eleventh_seat(self, selling_show, customer, now):
        placed(selling_show, *(f"A{n}" for n in range(1, 10)), by=customer, now=now)
        with pytest.raises(TooManySeats):
            placed(selling_show, "B1", "B2", by=customer, now=now)

    @pytest.mark.parametrize(
        ("status", "refusal"),
        [
            (ShowStatus.CLOSED, ShowNotSelling),
            (ShowStatus.CANCELLED, ShowNotSelling),
            (ShowStatus.DRAFT, UnknownShow),
        ],
    )
    def test_refuses_a_show_that_does_not_sell(self, status, refusal, selling_show, customer, now):
        selling_show.status = status
        selling_show.save()
        with pytest.raises(refusal):
            placed(selling_show, "A1", by=customer, now=now)

    def test_refuses_after_the_start(self, selling_show, customer):
        with pytest.raises(ShowNotSelling):
            placed(selling_show, "A1", by=customer, now=selling_show.starts_at)

    def test_refuses_what_does_not_exist(self, selling_show, customer, now):
        with pytest.raises(EmptyOrder):
            checkout.place(order=Order(selling_show.pk, ()), by=customer, now=now)
        with pytest.raises(UnknownShow):
            checkout.place(order=Order(0, (1,)), by=customer, now=now)
        with pytest.raises(UnknownSeat):
            checkout.place(order=Order(selling_show.pk, (0,)), by=customer, now=now)
        with pytest.raises(UnknownFood):
            checkout.place(order=order(selling_show, "A1", foods={0: 1}), by=customer, now=now)
        with pytest.raises(UnknownDiscount):
            checkout.place(order=order(selling_show, "A1", promo_code="NOPE"), by=customer, now=now)
        assert nothing_was_written()

    def test_refuses_food_that_is_away_or_sold_out_and_takes_none(self, selling_show, customer, now):
        tea, cake = FoodItemFactory(stock=5), FoodItemFactory(stock=1)
        with pytest.raises(FoodSoldOut) as refusal:
            checkout.place(order=order(selling_show, "A1", foods={tea.pk: 2, cake.pk: 2}), by=customer, now=now)
        assert refusal.value.data == {"food_ids": [cake.pk]}
        away = FoodItemFactory(is_available=False)
        with pytest.raises(FoodUnavailable):
            checkout.place(order=order(selling_show, "A1", foods={away.pk: 1}), by=customer, now=now)
        tea.refresh_from_db()
        assert tea.stock == 5
        assert nothing_was_written()

    def test_adds_up_food_that_is_named_twice(self, selling_show, customer, now):
        tea = FoodItemFactory(stock=5)
        wish = order(selling_show, "A1", foods={tea.pk: 2})
        booking = checkout.place(order=replace(wish, foods=wish.foods * 2), by=customer, now=now)
        tea.refresh_from_db()
        assert (booking.foods.get().quantity, tea.stock) == (4, 1)

    def test_counts_the_use_of_a_code_only_for_what_was_placed(self, selling_show, customer, stranger, now):
        code = DiscountFactory(promo_code="ONE", usage_limit=1)
        booked(selling_show, "A1", by=stranger, now=now)
        with pytest.raises(SeatUnavailable):
            checkout.place(order=order(selling_show, "A1", promo_code="ONE"), by=customer, now=now)
        checkout.place(order=order(selling_show, "A2", promo_code="ONE"), by=customer, now=now)
        with pytest.raises(DiscountUsedUp):
            checkout.place(order=order(selling_show, "A3", promo_code="ONE"), by=stranger, now=now)
        code.refresh_from_db()
        assert code.times_used == 1

    def test_lets_each_customer_use_a_code_as_often_as_it_says(self, selling_show, customer, stranger, now):
        DiscountFactory(promo_code="MINE", usage_limit_per_user=1)
        first = checkout.book(order=order(selling_show, "A1", promo_code="MINE"), by=customer, now=now)
        checkout.book(order=order(selling_show, "A2", promo_code="MINE"), by=stranger, now=now)
        with pytest.raises(DiscountSpent):
            checkout.place(order=order(selling_show, "A3", promo_code="MINE"), by=customer, now=now)
        cancelling.cancel_booking(booking_id=first.pk, by=customer, now=now)
        with pytest.raises(DiscountSpent):  # a confirmed order used it, also when it is cancelled later
            checkout.place(order=order(selling_show, "A3", promo_code="MINE"), by=customer, now=now)

    def test_takes_the_guests_of_one_address_for_one_customer(self, selling_show, customer, now):
        DiscountFactory(promo_code="MINE", usage_limit_per_user=1)
        first, again = (GuestDetailsFactory(email=customer.email).user for _ in range(2))
        checkout.book(order=order(selling_show, "A1", promo_code="MINE"), by=first, now=now)
        with pytest.raises(DiscountSpent):
            checkout.place(order=order(selling_show, "A2", promo_code="MINE"), by=again, now=now)
        checkout.book(order=order(selling_show, "A3", promo_code="MINE"), by=customer, now=now)  # who may be another

    def test_gives_the_use_back_when_the_payment_is_refused(self, selling_show, customer, now, settings):
        code = DiscountFactory(promo_code="ONE", usage_limit=1, usage_limit_per_user=1)
        settings.SANDBOX_BEHAVIOUR = "refuse"
        with pytest.raises(PaymentRefused):
            checkout.book(order=order(selling_show, "A1", promo_code="ONE"), by=customer, now=now)
        settings.SANDBOX_BEHAVIOUR = "settle"
        checkout.book(order=order(selling_show, "A1", promo_code="ONE"), by=customer, now=now)
        code.refresh_from_db()
        assert code.times_used == 1

    def test_refuses_a_code_below_its_minimum(self, selling_show, customer, now):
        DiscountFactory(promo_code="BIG", min_subtotal=Decimal("150.51"))
        with pytest.raises(DiscountNotApplicable):
            checkout.place(order=order(selling_show, "A1", promo_code="BIG"), by=customer, now=now)
        checkout.place(order=order(selling_show, "A1", "A2", promo_code="BIG"), by=customer, now=now)

    @pytest.mark.parametrize("flat", ["0.05", "1504.94", "1505.00", "9999.00"])
    def test_shares_an_odd_discount_over_ten_seats(self, flat, selling_show, customer, now):
        DiscountFactory(promo_code="ODD", discount_type=DiscountType.FLAT, discount_amount=Decimal(flat))
        wish = order(selling_show, *(f"A{n}" for n in range(1, 11)), promo_code="ODD")
        booking = checkout.place(order=wish, by=customer, now=now)
        assert sum(line.discount_share for line in booking.seats.all()) == min(Decimal(flat), Decimal("1505.00"))

    @pytest.mark.django_db(transaction=True)
    def test_draws_another_reference_when_one_is_taken(self, selling_show, customer, now, monkeypatch):
        references = iter(["BKNG-22222222", "BKNG-22222222", "BKNG-33333333"])
        monkeypatch.setattr(checkout, "new_reference", lambda: next(references))
        placed(selling_show, "A1", by=customer, now=now)
        assert placed(selling_show, "A2", by=customer, now=now).booking_reference == "BKNG-33333333"
