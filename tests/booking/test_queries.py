from datetime import timedelta
from decimal import Decimal

import pytest

from booking import queries
from booking.errors import UnknownSeat
from booking.hall_queries import SeatState, seat_map
from booking.models import Booking
from booking.orders import Order
from booking.services import checkout, locks
from scheduling.errors import UnknownShow
from scheduling.states import ShowStatus
from tests.booking.stories import booked, order, seats_of
from tests.factories.billing import DiscountFactory
from tests.factories.concessions import FoodItemFactory
from tests.factories.venues import SeatFactory
from venues.models import Seat, SeatCategory

pytestmark = pytest.mark.django_db


class TestSeatMap:
    def test_is_two_queries_whatever_the_size_once_the_hall_is_known(
        self, selling_show, customer, now, django_assert_num_queries
    ):
        with django_assert_num_queries(
            4
        ):  # the show with its movie and venue; its claims and prices; seats; categories
            seats = seat_map(show_id=selling_show.pk, viewer_id=customer.pk, now=now)
        assert len(seats.layout.seats) == 30
        with django_assert_num_queries(2):  # this process knows the hall by now
            seat_map(show_id=selling_show.pk, viewer_id=None, now=now)

    def test_shows_each_viewer_what_is_theirs(self, selling_show, customer, stranger, now):
        locks.lock_seats(show_id=selling_show.pk, seat_ids=seats_of(selling_show, "A1"), by=customer, now=now)
        booked(selling_show, "A2", by=stranger, now=now)
        Seat.objects.filter(pk__in=seats_of(selling_show, "A3")).update(is_available=False)

        def states(viewer_id, when):
            return list(seat_map(show_id=selling_show.pk, viewer_id=viewer_id, now=when).states.values())[:4]

        sold, free = SeatState.BOOKED, SeatState.AVAILABLE
        assert states(customer.pk, now) == [SeatState.MINE, sold, SeatState.CLOSED, free]
        assert states(stranger.pk, now) == [SeatState.LOCKED, sold, SeatState.CLOSED, free]
        assert states(None, now + timedelta(minutes=10)) == [free, sold, SeatState.CLOSED, free]

    @pytest.mark.parametrize(
        "change",
        [
            lambda seats: seats.filter(seat_number="A1").update(seat_number="A0"),
            lambda seats: seats.filter(seat_number="A1").delete(),
            lambda seats: seats.filter(seat_number="A1").update(is_available=False),
            lambda seats: SeatCategory.objects.update(base_price=1),
            lambda seats: SeatFactory(category=seats.first().category, row_number=9),
        ],
        ids=["renamed", "taken out", "out of service", "another price", "added"],
    )
    def test_sees_every_change_of_the_hall(self, selling_show, now, change):
        def seen():
            hall = seat_map(show_id=selling_show.pk, viewer_id=None, now=now)
            return hall.layout.seats, hall.categories, hall.states

        before = seen()
        assert seen() == before
        change(selling_show.screen.seats)
        assert seen() != before

    def test_knows_no_draft(self, selling_show, now):
        selling_show.status = ShowStatus.DRAFT
        selling_show.save()
        with pytest.raises(UnknownShow):
            seat_map(show_id=selling_show.pk, viewer_id=None, now=now)


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
