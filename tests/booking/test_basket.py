from django.contrib.sessions.backends.base import SessionBase

from booking.basket import KEPT, KEY, Basket, forget
from booking.orders import FoodWanted, Order


class TestBasket:
    def test_comes_out_as_it_was_put_in(self):
        session = SessionBase()
        Basket({3: 2}, "MOVIE10").keep(session, 7)
        assert Basket.of(session, 7) == Basket({3: 2}, "MOVIE10")
        assert Basket.of(session, 8) == Basket()

    def test_becomes_an_order(self):
        order = Basket({3: 2}, "MOVIE10").order(7, (1, 2))
        assert order == Order(7, (1, 2), (FoodWanted(3, 2),), promo_code="MOVIE10")

    def test_is_kept_for_the_latest_shows_only(self):
        session = SessionBase()
        for show_id in range(KEPT + 3):
            Basket({1: 1}).keep(session, show_id)
        assert list(session[KEY]) == [str(show_id) for show_id in range(3, KEPT + 3)]

    def test_can_be_forgotten(self):
        session = SessionBase()
        Basket({1: 1}).keep(session, 7)
        forget(session, 7)
        assert Basket.of(session, 7) == Basket()
