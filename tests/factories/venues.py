from collections.abc import Sequence
from decimal import Decimal
from string import ascii_uppercase

import factory
from factory.django import DjangoModelFactory

from venues.models import Screen, Seat, SeatCategory, Venue


def three_letters(number: int) -> str:
    """Write a number as AAA, AAB, …: the shape of a venue's code."""
    hundreds, rest = divmod(number % 26**3, 26**2)
    return ascii_uppercase[hundreds] + ascii_uppercase[rest // 26] + ascii_uppercase[rest % 26]


class VenueFactory(DjangoModelFactory[Venue]):
    """In Mumbai, with the defaults of the model: prices exclude tax, sales end with the start."""

    class Meta:
        model = Venue

    name = factory.Sequence(lambda number: f"Venue {number}")
    code = factory.Sequence(three_letters)


class ScreenFactory(DjangoModelFactory[Screen]):
    class Meta:
        model = Screen

    venue = factory.SubFactory(VenueFactory)
    screen_name = factory.Sequence(lambda number: f"Screen {number}")
    screen_type = "Standard"


class SeatCategoryFactory(DjangoModelFactory[SeatCategory]):
    class Meta:
        model = SeatCategory

    screen = factory.SubFactory(ScreenFactory)
    category_name = "Silver"
    rows = 1
    cols = 10
    base_price = Decimal("150.50")


class SeatFactory(DjangoModelFactory[Seat]):
    """The next free place in row 1 of the category's screen."""

    class Meta:
        model = Seat
        exclude = ["place"]

    place = factory.LazyAttribute(lambda seat: seat.category.screen.seats.count() + 1)
    category = factory.SubFactory(SeatCategoryFactory)
    screen = factory.SelfAttribute("category.screen")
    row_number = 1
    col_number = factory.SelfAttribute("place")
    seat_number = factory.LazyAttribute(lambda seat: f"{ascii_uppercase[seat.row_number - 1]}{seat.col_number}")


def block_of_seats(category: SeatCategory, *, rows: Sequence[int], cols: int) -> list[Seat]:
    """Fill whole rows (1 is A, next to the picture) of a category's screen."""
    return Seat.objects.bulk_create(
        Seat(
            screen=category.screen,
            category=category,
            row_number=row,
            col_number=col,
            seat_number=f"{ascii_uppercase[row - 1]}{col}",
        )
        for row in rows
        for col in range(1, cols + 1)
    )
