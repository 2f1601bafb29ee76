"""A manager moves a show to another screen while people buy seats on the one it leaves."""

import random
import time
from functools import partial

from booking.errors import ShowSold
from booking.models import SeatLock
from booking.orders import Order
from booking.services import checkout, moving
from booking.services.moving import Place
from booking.states import LockStatus
from scheduling.models import Show
from tests.concurrency.race import race, winners
from tests.factories.accounts import UserFactory
from tests.factories.venues import ScreenFactory


class TestMovingAgainstBooking:
    def test_never_leaves_a_sold_seat_behind_on_the_old_screen(self, hall, now, manager):
        people = UserFactory.create_batch(4)

        def buy(place, user, seat):
            time.sleep(random.random() / 50)  # some are early, some late
            return checkout.book(order=Order(place.show.pk, (seat,)), by=user, now=now)

        def move(place, to):
            time.sleep(random.random() / 50)
            return moving.move_show(show_id=place.show.pk, to=to, by=manager, now=now)

        for _ in range(5):
            place = hall(4)
            start = place.show.local_start()
            screen = ScreenFactory(venue=place.show.screen.venue)
            to = Place(screen_id=screen.pk, show_date=start.date(), show_time=start.time())
            buyers = [partial(buy, place, user, seat) for user, seat in zip(people, place.seats, strict=True)]
            *bought, moved = race([*buyers, partial(move, place, to)])
            winners([*bought, moved])
            sold = SeatLock.objects.filter(show=place.show, status=LockStatus.BOOKED).count()
            assert sold == len(winners(bought))
            has_moved = Show.objects.get(pk=place.show.pk).screen_id == screen.pk
            assert has_moved is (sold == 0)
            assert has_moved or isinstance(moved, ShowSold)
