"""A venue with a template, for whoever plans it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from scheduling.models import ScheduleTemplate
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ScheduleTemplateFactory, TemplateMovieFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory, VenueFactory, block_of_seats

NOON = datetime(2026, 7, 1, 6, 30, tzinfo=UTC)  # on the clocks of Mumbai
TOMORROW = date(2026, 7, 2)


def hall(venue, seats: int = 20, **facts):
    screen = ScreenFactory(venue=venue, **facts)
    category = SeatCategoryFactory(screen=screen, rows=1, cols=seats, base_price=Decimal("200.00"))
    block_of_seats(category, rows=[1], cols=seats)
    return screen


@pytest.fixture
def template(db) -> ScheduleTemplate:
    """Two screens in Mumbai, a week ahead; Dune at least twice a day and at most four times, Jaws as it pays."""
    template = ScheduleTemplateFactory(venue=VenueFactory(name="Plaza", code="PLZ"), weeks_ahead=1)
    for number in (1, 2):
        hall(template.venue, screen_name=f"Screen {number}")
    TemplateMovieFactory(template=template, movie=MovieFactory(title="Dune", duration=150), least=2, most=4)
    TemplateMovieFactory(template=template, movie=MovieFactory(title="Jaws", duration=110), least=0)
    return template
