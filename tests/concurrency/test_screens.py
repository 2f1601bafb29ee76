"""Two managers and one screen."""

from functools import partial

from django.db import IntegrityError

from scheduling.models import Show
from tests.concurrency.race import race
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import ScreenFactory


class TestOneScreenSlot:
    def test_goes_to_one_of_two_managers(self, transactional_db):
        movie = MovieFactory()
        for _ in range(8):
            screen = ScreenFactory()
            outcomes = race([partial(ShowFactory, screen=screen, movie=movie)] * 4)
            refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
            assert [type(error) for error in refused] == [IntegrityError] * 3
            assert all("scheduling_screen_never_double_booked" in str(error) for error in refused)
            assert Show.objects.filter(screen=screen).count() == 1
