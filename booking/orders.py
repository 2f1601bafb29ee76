"""What a customer asks for, before it is priced."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FoodWanted:
    food_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Order:
    """Seats of one show, food, and perhaps a promo code by id or by name."""

    show_id: int
    seat_ids: tuple[int, ...]
    foods: tuple[FoodWanted, ...] = ()
    discount_id: int | None = None
    promo_code: str = ""

    @property
    def quantities(self) -> dict[int, int]:
        """Add up the wanted food by item."""
        totals: dict[int, int] = {}
        for wanted in self.foods:
            totals[wanted.food_id] = totals.get(wanted.food_id, 0) + wanted.quantity
        return totals
