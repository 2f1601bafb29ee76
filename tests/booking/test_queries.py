from datetime import timedelta
from decimal import Decimal

import pytest

from booking import queries
from booking.errors import UnknownSeat
from booking.models import Booking
from booking.orders import Order
from booking.queries import SeatState
from booking.services import checkout, locks
from scheduling.errors import UnknownShow
from scheduling.states import ShowStatus
from tests.booking.stories import booked, order, seats_of
from tests.factories.billing import DiscountFactory
from tests.factories.concessions import FoodItemFactory
from venues.models import Seat

pytestmark = pytest.mark.django_db


class TestSeatMap:
    def test_is_two_queries_whatever_the_size(self, selling_show, customer, now, django_assert_num_queries):
        with django_assert_num_queries(2):  # the show with its movie and venue; every seat with price and claim
            seats = queries.seat_map(show_id=selling_show.pk, viewer_id=customer.pk, now=now)
        assert [len(row) for row in seats.rows] == [10, 10, 10]

    def test_shows_each_viewer_what_is_theirs(self, selling_show, customer, stranger, now):
        locks.lock_seats(show_id=selling_show.pk, seat_ids=seats_of(selling_show, "A1"), by=customer, now=now)
        booked(selling_show, "A2", by=stranger, now=now)
        Seat.objects.filter(pk__in=seats_of(selling_show, "A3")).update(is_available=False)

        def states(viewer_id, when):
            seen = queries.seat_map(show_id=selling_show.pk, viewer_id=viewer_id, now=when).rows[0]
            return [seat.state for seat in seen[:4]]

        sold, free = SeatState.BOOKED, SeatState.AVAILABLE
        assert states(customer.pk, now) == [SeatState.MINE, sold, SeatState.CLOSED, free]
        assert states(stranger.pk, now) == [SeatState.LOCKED, sold, SeatState.CLOSED, free]
        assert states(None, now + timedelta(minutes=10)) == [free, sold, SeatState.CLOSED, free]

    def test_knows_no_draft(self, selling_show, now):
        selling_show.status = ShowStatus.DRAFT
        selling_show.save()
        with pytest.raises(UnknownShow):
            queries.seat_map(show_id=selling_show.pk, viewer_id=None, now=now)


class TestQuote:
    def test_names_the_price_that_booking_takes_and_writes_nothing(self, selling_show, customer, now):
        coke, code = FoodItemFactory(price=Decimal("99.99"), stock=2), DiscountFactory(usage_limit=1)
        wish = order(selling_show, "A1", "A2", foods={coke.pk: 2}, promo_code=code.promo_code)
        quote = queries.quote(order=wish, now=now)
        assert (quote.amount, quote.discount, quote.tax) == (Decimal("508.64"), Decimal("50.10"), Decimal("57.76"))
        assert not Booking.objects.exists()
        assert checkout.book(order=wish, by=customer, now=now).amount == quote.amount

    def test_refuses_a_seat_of_another_screen(self, selling_show, now):
        with pytest.raises(UnknownSeat):
            queries.quote(order=Order(selling_show.pk, (0,)), now=now)
