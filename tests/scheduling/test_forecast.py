from dataclasses import replace
from datetime import date, timedelta
from math import isfinite
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.states import LockStatus
from scheduling import expectations, sales
from scheduling.forecast import ASSUMED, USUAL_KEEP, Basis, Cell, backtest, learn
from scheduling.states import PartOfDay, ShowStatus
from tests.factories.booking import BookingFactory, SeatLockFactory
from tests.factories.scheduling import ForecastOverrideFactory, ShowFactory

MONDAY = date(2026, 6, 1)
MORNING, AFTERNOON, EVENING, NIGHT = PartOfDay
GENRES = {1: ["Drama"], 2: ["Drama"], 3: ["Comedy"], 8: ["Drama"], 9: ["Western"]}
PARTS = {MORNING: 0.5, AFTERNOON: 0.8, EVENING: 1.6, NIGHT: 1.1}
LEVELS = {1: 100, 2: 60, 3: 30}
WEEKEND = 1.4
KEEP = 0.8


def house(weeks: int = 6, *, noise: float = 0.0) -> list[Cell]:
    """Make up sales that follow the rule, with each cell off by so much at most."""
    draw = Random(7)
    return [
        Cell(movie, day, part, round(true(movie, day, part) * (1 + draw.uniform(-noise, noise))))
        for day in (MONDAY + timedelta(days=number) for number in range(7 * weeks))
        for movie in LEVELS
        for part in PartOfDay
    ]


def true(movie: int, day: date, part: PartOfDay) -> float:
    weekday = WEEKEND if day.weekday() >= 5 else 1.0
    return LEVELS[movie] * PARTS[part] * weekday * KEEP ** ((day - MONDAY).days // 7)


class TestLearn:
    def test_finds_the_rule_in_sales_that_follow_it(self):
        learnt = learn(house(), GENRES)
        assert learnt.keep == pytest.approx(KEEP, abs=0.03)
        for movie in LEVELS:
            for days in (0, 5, 17, 40):
                day = MONDAY + timedelta(days=days)
                expected = learnt.expect(movie, day, EVENING)
                assert expected.basis == Basis.OWN
                assert expected.doubts == ()
                assert expected.admissions == pytest.approx(true(movie, day, EVENING), rel=0.25)

    def test_orders_parts_and_days_as_they_sold(self):
        learnt = learn(house(), GENRES)
        assert sorted(PartOfDay, key=lambda part: learnt.parts[part]) == [MORNING, AFTERNOON, NIGHT, EVENING]
        assert learnt.weekdays[5] > learnt.weekdays[0]

    def test_pulls_a_movie_with_one_cell_towards_its_genre(self):
        cells = [*house(2), Cell(8, MONDAY, EVENING, 900)]
        learnt = learn(cells, GENRES)
        level, basis = learnt.level_of(8)
        assert basis == Basis.OWN
        assert learnt.genre_levels["Drama"] < level < 300  # 900 in the evening would be above 500 in an average part
        assert learnt.expect(8, MONDAY, EVENING).doubts == ("shown here in 1 cells only",)

    @pytest.mark.parametrize(("movie", "basis"), [(8, Basis.GENRE), (9, Basis.HOUSE), (77, Basis.HOUSE)])
    def test_says_where_a_number_comes_from_when_the_movie_was_never_shown(self, movie, basis):
        learnt = learn(house(), GENRES)
        expected = learnt.expect(movie, MONDAY + timedelta(days=43), EVENING)
        assert (expected.basis, expected.weeks) == (basis, 0)
        assert expected.doubts == (f"never shown here: taken from its {basis.value}",)
        assert f"({basis.value})" in expected.because

    def test_counts_the_weeks_of_a_run_from_the_first_day_here(self):
        learnt = learn(house(), GENRES)
        begins = MONDAY + timedelta(days=42)
        later = learnt.expect(9, begins + timedelta(days=14), EVENING, begins=begins)
        assert later.weeks == 2
        assert later.kept == pytest.approx(learnt.keep**2)

    def test_owns_up_to_what_lies_outside_its_data(self):
        learnt = learn([cell for cell in house() if cell.part != NIGHT and cell.day.weekday() != 2], GENRES)
        far = learnt.expect(1, date(2026, 9, 2), NIGHT)
        assert far.doubts == (
            "nothing was ever sold in the night",
            "nothing was ever sold on this day of the week",
            "more than 28 days beyond the last sale",
        )

    def test_guesses_and_says_so_without_any_sales(self):
        learnt = learn([], {})
        expected = learnt.expect(1, MONDAY, EVENING)
        assert (expected.admissions, expected.basis, learnt.keep) == (ASSUMED, Basis.NOTHING, USUAL_KEEP)
        assert expected.doubts == ("only 0 cells were ever sold here",)

    def test_says_whether_the_drop_from_week_to_week_was_seen_here(self):
        assert (learn(house(1), GENRES).keep, learn(house(1), GENRES).keep_seen) == (USUAL_KEEP, 0)
        assert learn(house(3), GENRES).keep_seen == 2 * len(LEVELS)

    def test_gives_way_to_what_somebody_entered(self):
        learnt = replace(learn(house(), GENRES), overrides={(1, EVENING): 250.0})
        said = learnt.expect(1, MONDAY + timedelta(days=60), EVENING)
        assert (said.admissions, said.basis, said.because, said.doubts) == (
            250.0,
            Basis.OVERRIDE,
            "entered by hand",
            (),
        )
        assert learnt.expect(1, MONDAY, MORNING).basis == Basis.OWN

    @given(
        st.lists(
            st.builds(
                Cell,
                movie_id=st.integers(1, 4),
                day=st.dates(MONDAY, MONDAY + timedelta(days=60)),
                part=st.sampled_from(PartOfDay),
                admissions=st.integers(0, 3000),
            ),
            max_size=30,
            unique_by=lambda cell: (cell.movie_id, cell.day, cell.part),
        )
    )
    def test_never_expects_less_than_nobody_whatever_was_sold(self, cells):
        learnt = learn(cells, GENRES)
        numbers = [learnt.expect(movie, MONDAY, part).admissions for movie in (1, 2, 9) for part in PartOfDay]
        assert all(isfinite(number) and number >= 0 for number in numbers)
        error = backtest(cells, GENRES)
        assert error is None or error.error >= 0


class TestBacktest:
    def test_compares_the_last_two_weeks_with_what_was_learnt_before(self):
        error = backtest(house(noise=0.2), GENRES)
        assert error is not None
        assert error.since == MONDAY + timedelta(days=28)
        assert error.cells == 14 * 12
        assert error.error < 0.25
        assert error.error < error.naive_error / 2
        assert abs(error.bias) < 0.2
        assert sum(sold for sold, _ in error.by_movie.values()) == error.sold

    def test_knows_nothing_of_what_was_sold_in_the_days_it_is_judged_by(self):
        cells = house(noise=0.2)
        error = backtest(cells, GENRES)
        assert error is not None
        later = [replace(cell, admissions=7 * cell.admissions) if cell.day >= error.since else cell for cell in cells]
        other = backtest(later, GENRES)
        assert other is not None
        assert (other.expected, other.sold) == (error.expected, 7 * error.sold)
        begun = [*cells, Cell(8, error.since, EVENING, 500), Cell(9, error.since + timedelta(days=5), EVENING, 500)]
        new = backtest(begun, GENRES)
        assert new is not None
        learnt = learn([cell for cell in cells if cell.day < error.since], GENRES)
        assert new.by_movie[8] == (500, learnt.expect(8, error.since, EVENING).admissions)

    def test_expects_no_more_in_a_cell_than_it_had_seats(self):
        cells = [replace(cell, seats=20, admissions=min(cell.admissions, 20)) for cell in house()]
        far_more = [
            replace(cell, admissions=400) if cell.day < MONDAY + timedelta(days=28) else cell for cell in cells
        ]
        error = backtest(far_more, GENRES)
        assert error is not None
        assert error.expected == 20 * error.cells

    def test_says_nothing_without_enough_to_learn_from(self):
        assert backtest([], {}) is None
        assert backtest(house(1)[:20], GENRES) is None


@pytest.mark.django_db
class TestOfVenue:
    def test_counts_the_seats_sold_by_movie_day_and_part_of_the_day(self, now):
        show = ShowFactory(seats=3, starts_at=now - timedelta(days=3))
        ShowFactory(screen=show.screen, starts_at=now - timedelta(days=5), status=ShowStatus.CANCELLED)
        ShowFactory(screen=show.screen, starts_at=now + timedelta(days=3))
        ShowFactory(starts_at=now - timedelta(days=3))  # at another venue
        seats = list(show.screen.seats.all())
        for seat in seats[:2]:
            booking = BookingFactory(show=show)
            SeatLockFactory(show=show, seat=seat, status=LockStatus.BOOKED, booking=booking, user=booking.user)
        SeatLockFactory(show=show, seat=seats[2], status=LockStatus.EXPIRED)
        show.refresh_from_db()
        today = now.astimezone(show.screen.venue.zone).date()
        cells = sales.sold(show.screen.venue_id, since=today - timedelta(days=30), until=today)
        assert cells == [Cell(show.movie_id, show.show_date, show.part_of_day(), 2, 3)]

    def test_reads_in_the_same_number_of_queries_however_much_was_sold(self, now, django_assert_num_queries):
        show = ShowFactory(seats=1, starts_at=now - timedelta(days=3))
        today = now.date()
        for days in (4, 9):
            with django_assert_num_queries(6):  # the venue, claims, screens, shows; genres; overrides
                expectations.of_venue(show.screen.venue_id, today=today)
            ShowFactory(screen=show.screen, starts_at=now - timedelta(days=days))

    def test_takes_over_what_staff_entered(self, now):
        said = ForecastOverrideFactory(admissions=77)
        learnt = expectations.of_venue(said.venue_id, today=now.date()).forecast
        assert learnt.expect(said.movie_id, now.date(), EVENING).admissions == 77
