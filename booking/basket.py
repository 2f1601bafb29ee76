"""What a visitor put aside between the steps of a purchase: the seats are held in the database, the rest lives here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.contrib.sessions.backends.base import SessionBase

from booking.orders import FoodWanted, Order

KEY = "baskets"
KEPT = 5  # shows, the latest: a session must not grow for ever


@dataclass(frozen=True, slots=True)
class Basket:
    """Food and a promo code for one show."""

    foods: Mapping[int, int] = field(default_factory=dict)
    promo_code: str = ""

    @classmethod
    def of(cls, session: SessionBase, show_id: int) -> Self:
        """Read what is put aside for a show."""
        kept: dict[str, Any] = session.get(KEY, {}).get(str(show_id), {})
        foods = {int(food_id): quantity for food_id, quantity in kept.get("foods", {}).items()}
        return cls(foods, kept.get("promo_code", ""))

    @classmethod
    def left_of(cls, order: Order) -> Self:
        """Take what is in an order, without the seats."""
        return cls(order.quantities, order.promo_code)

    def keep(self, session: SessionBase, show_id: int) -> None:
        """Put it aside."""
        others = {key: kept for key, kept in session.get(KEY, {}).items() if key != str(show_id)}
        latest = dict(list(others.items())[-(KEPT - 1) :])
        foods = {str(food_id): quantity for food_id, quantity in self.foods.items()}
        session[KEY] = latest | {str(show_id): {"foods": foods, "promo_code": self.promo_code}}

    def order(self, show_id: int, seat_ids: tuple[int, ...]) -> Order:
        """Make an order of it, with the seats."""
        foods = tuple(FoodWanted(food_id, quantity) for food_id, quantity in self.foods.items())
        return Order(show_id, seat_ids, foods, promo_code=self.promo_code)


def forget(session: SessionBase, show_id: int) -> None:
    """Drop what was put aside for a show."""
    session[KEY] = {key: kept for key, kept in session.get(KEY, {}).items() if key != str(show_id)}
