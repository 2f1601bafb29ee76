from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest

from catalog.models import Movie
from catalog.runs import friday_of, week_of_run
from scheduling.hire import shares_on
from scheduling.models import Show
from scheduling.services import filling
from scheduling.states import ShowStatus
from tests.factories.catalog import FilmHireTermFactory
from tests.factories.scheduling import ShowFactory
from tests.scheduling.conftest import NOON, TOMORROW

pytestmark = pytest.mark.django_db
FRIDAY = friday_of(TOMORROW)
DAYS = [FRIDAY + timedelta(days=number) for number in (6, 7, 8)]  # a Thursday, and the week after it


@pytest.fixture
def dune(template) -> Movie:
    """A movie at half of the takings, two fifths from its second week on."""
    movie = Movie.objects.get(title="Dune")
    for week, share in ((1, 50), (2, 40)):
        FilmHireTermFactory(movie=movie, from_week=week, share=Decimal(share))
    return movie


def shown(movie: Movie, template, day, **facts) -> Show:
    screen = template.venue.screens.first()
    starts_at = datetime.combine(day, time(11), tzinfo=template.venue.zone)
    return ShowFactory(movie=movie, screen=screen, starts_at=starts_at, **facts)


class TestWeekOfRun:
    def test_is_counted_from_the_friday_of_the_first_show(self):
        thursday = FRIDAY - timedelta(days=1)
        assert [week_of_run(day, thursday) for day in (thursday, FRIDAY, FRIDAY + timedelta(days=7))] == [1, 2, 3]


class TestSharesOn:
    def test_slide_with_the_run_at_the_venue(self, template, dune):
        shown(dune, template, FRIDAY)
        found = shares_on(DAYS, venue_id=template.venue_id, movie_ids=[dune.pk])
        assert found == {dune.pk: dict(zip(DAYS, (0.5, 0.4, 0.4), strict=True))}

    def test_begin_with_the_first_of_the_days_for_what_was_not_on(self, template, dune):
        shown(dune, template, FRIDAY - timedelta(days=7), status=ShowStatus.CANCELLED)
        ShowFactory(movie=dune)  # at another venue
        found = shares_on(DAYS, venue_id=template.venue_id, movie_ids=[dune.pk])
        assert list(found[dune.pk].values()) == [0.5, 0.4, 0.4]

    def test_are_those_of_movies_with_terms_alone(self, template, dune):
        others = Movie.objects.exclude(pk=dune.pk).values_list("pk", flat=True)
        assert others
        assert shares_on(DAYS, venue_id=template.venue_id, movie_ids=list(others)) == {}


class TestPlanning:
    def test_weighs_what_the_house_keeps_by_the_terms_and_else_by_the_template(self, template, dune):
        template.movies.update(share=Decimal(10))
        days = filling.next_days(template, NOON)
        problem = filling.draw_up(template=template, days=days, by=None, now=NOON).case.problem
        left = {
            film.title: [problem.earns(film, day) - problem.food_margin for day in (0, 6)] for film in problem.films
        }
        price = problem.films[0].net_price
        assert left["Dune"] == pytest.approx([price * 0.5, price * 0.6])  # Thursday, and Wednesday of its second week
        assert left["Jaws"] == pytest.approx([price * 0.9, price * 0.9])
