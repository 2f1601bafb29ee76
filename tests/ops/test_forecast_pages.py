from datetime import timedelta

import pytest
from django.urls import reverse

from booking.states import LockStatus
from ops import forecast_pages
from scheduling import expectations
from tests.factories.booking import BookingFactory, SeatLockFactory
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ForecastOverrideFactory, ShowFactory
from tests.factories.venues import VenueFactory

pytestmark = pytest.mark.django_db
PATH = reverse("office_forecast")


@pytest.fixture
def office(client, admin):
    client.force_login(admin)
    return client


def sell(show, count: int) -> None:
    for seat in show.screen.seats.all()[:count]:
        booking = BookingFactory(show=show)
        SeatLockFactory(show=show, seat=seat, status=LockStatus.BOOKED, booking=booking, user=booking.user)


class TestThePage:
    def test_says_that_it_guesses_without_sales(self, office):
        VenueFactory()
        MovieFactory(title="Dune")
        page = office.get(PATH).text
        assert "what follows is a guess" in page
        assert "only 0 cells were ever sold here" in page
        assert "no run was seen here for two weeks yet" in page
        assert "nothing" in page

    def test_shows_what_is_expected_and_how_wrong_that_was(self, office, now):
        show = ShowFactory(seats=4, movie__title="Dune")
        screen, movie = show.screen, show.movie
        for day in range(1, 31):
            past = ShowFactory(screen=screen, movie=movie, starts_at=show.starts_at - timedelta(days=day + 1))
            sell(past, 3 if day % 2 else 1)
        sell(show, 2)
        page = office.get(PATH, {"day": show.show_date.isoformat()}).text
        assert "it would have been off by" in page
        assert "(own)" in page
        row = next(
            row
            for row in forecast_pages._plan(
                screen.venue,
                expectations.of_venue(screen.venue_id, today=now.astimezone(screen.venue.zone).date()).forecast,
                now.astimezone(screen.venue.zone).date(),
            )
            if row.day == show.show_date
        )
        assert (row.shows, row.seats, row.sold) == (1, 4, 2)
        assert 1 < row.expected < 3

    def test_shows_what_was_entered_by_hand_where_it_counts_and_why(self, office):
        show = ShowFactory(seats=1, movie__title="Dune")
        ForecastOverrideFactory(
            venue=show.screen.venue, movie=show.movie, part="evening", admissions=77, note="school holidays"
        )
        page = office.get(PATH, {"venue": show.screen.venue_id}).text
        assert "<strong>77</strong> by hand" in page
        assert page.count(" by hand</td>") == 1  # the other parts of the day are reckoned
        assert "Dune, Evening, 5 to 9: <strong>77</strong> (school holidays)" in page

    def test_says_that_a_day_which_is_over_proves_nothing(self, office, now):
        VenueFactory()
        over, ahead = (now - timedelta(days=3)).date(), (now + timedelta(days=3)).date()
        assert "This day is over" in office.get(PATH, {"day": over.isoformat()}).text
        assert "This day is over" not in office.get(PATH, {"day": ahead.isoformat()}).text

    def test_expects_no_fewer_than_have_bought(self, office):
        show = ShowFactory(seats=4)
        sell(show, 4)
        ForecastOverrideFactory(venue=show.screen.venue, movie=show.movie, part="evening", admissions=1)
        assert "100 %" in office.get(PATH, {"venue": show.screen.venue_id}).text

    def test_expects_no_more_than_there_are_seats(self, office, now):
        show = ShowFactory(seats=2)
        for part in ("morning", "afternoon", "evening", "night"):
            ForecastOverrideFactory(venue=show.screen.venue, movie=show.movie, part=part, admissions=500)
        page = office.get(PATH, {"venue": show.screen.venue_id, "day": show.show_date.isoformat()}).text
        assert "entered by hand" in page
        assert "100 %" in page

    def test_takes_the_same_number_of_queries_for_many_movies(self, office, django_assert_max_num_queries):
        show = ShowFactory(seats=1)
        office.get(PATH)
        with django_assert_max_num_queries(18) as few:
            office.get(PATH)
        for hours in range(1, 5):
            ShowFactory(screen=show.screen, starts_at=show.starts_at + timedelta(hours=4 * hours))
        with django_assert_max_num_queries(len(few)):
            office.get(PATH)
