"""Halls in which races are run: one show each, all on sale, at today's tax."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from scheduling.models import Show
from tests.factories.billing import todays_law
from tests.factories.scheduling import ShowFactory


@dataclass(frozen=True)
class Hall:
    show: Show
    seats: list[int]


@pytest.fixture
def hall(transactional_db) -> Callable[[int], Hall]:
    """Open another hall with so many seats at 150.50."""
    todays_law()

    def opened(seats: int) -> Hall:
        show = ShowFactory(seats=seats)
        return Hall(show, list(show.screen.seats.order_by("id").values_list("pk", flat=True)))

    return opened
