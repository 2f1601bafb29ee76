import pytest

from scheduling.engine.plans import PlacedShow
from scheduling.engine.problem import Day, Daypart, Film, FixedShow, Quota, Screen, Weights
from scheduling.engine.score import score
from tests.scheduling.engine.venues import problem

FREE = Weights(lobby_penalty=0, cleaning_penalty=0, spacing_penalty=0, empty_seat=0, continuity_penalty=0)
TWO = (Screen(1, 100), Screen(2, 100))


def show(start, screen=1, film=1, day=0):
    return PlacedShow(day, screen, start, start + 100, film)


class TestScore:
    def test_sells_what_one_show_can_reach_and_no_more_than_the_seats(self):
        assert score(problem(demand={(1, 0, 1): 100.0}, weights=FREE), [show(1080)]).admissions == 70
        assert score(problem(demand={(1, 0, 1): 500.0}, weights=FREE), [show(1080)]).admissions == 100

    def test_gains_less_from_each_further_show_of_a_daypart(self):
        venue = problem(screens=(*TWO, Screen(3, 100), Screen(4, 100)), demand={(1, 0, 1): 100.0}, weights=FREE)
        shows = [show(1080, screen) for screen in (1, 2, 3, 4)]
        assert [score(venue, shows[:count]).admissions for count in range(5)] == [0, 70, 90, 100, 100]

    def test_takes_off_the_distributors_share_by_day_and_the_cost_and_adds_the_food(self):
        film = Film(1, 90, net_price=200.0, share=0.5, share_by_day={1: 0.25})
        venue = problem(
            days=(Day(0, 0, 1440), Day(1440, 1440, 2880)), films=(film,), food_margin=10.0, weights=FREE,
            demand={(1, 0, 1): 100.0, (1, 1, 1): 100.0},
        )  # fmt: skip
        assert score(venue, [show(1080)]).objective == 70 * 110 - 500
        assert score(venue, [show(1080 + 1440, day=1)]).objective == pytest.approx(70 * 160 - 500)

    def test_counts_shows_that_stand(self):
        sold = FixedShow(screen=2, day=0, start=1080, end=1180, free_at=1195, film=1)
        venue = problem(screens=TWO, demand={(1, 0, 1): 100.0}, fixed=(sold,), weights=FREE)
        assert [score(venue, shows).admissions for shows in ([], [show(1200)])] == [70, 90]

    @pytest.mark.parametrize(
        ("wish", "shows", "times"),
        [
            ("lobby", [show(1080), show(1080, 2, 2), show(1090, 3, 3)], 0),
            ("lobby", [show(1080), show(1080, 2, 2), show(1080, 3, 3)], 1),
            ("cleaning", [show(1080), show(1080, 2, 2), show(1080, 3, 3)], 1),
            ("spacing", [show(1080), show(1110, 2)], 0),
            ("spacing", [show(1080), show(1095, 2)], 1),
            ("spacing", [show(1080), show(1080, 2)], 2),
        ],
        ids=["spread", "lobby", "cleaning", "half an hour", "a quarter", "at once"],
    )
    def test_charges_crowding_by_the_grid_time(self, wish, shows, times):
        weights = Weights(lobby_penalty=7, cleaning_penalty=7, spacing_penalty=7, lobby_minutes=10)
        venue = problem(
            screens=(*TWO, Screen(3, 100)), films=tuple(Film(number, 90) for number in (1, 2, 3)), weights=weights
        )
        assert score(venue, shows).penalties[wish] == 7 * times

    def test_charges_for_new_times_of_a_film_that_ran_yesterday(self):
        yesterday = FixedShow(screen=1, day=-1, start=1100 - 1440, end=1200 - 1440, free_at=1215 - 1440, film=1)
        venue = problem(fixed=(yesterday,))
        charged = [score(venue, [show(start)]).penalties["continuity"] for start in (1080, 1130, 1131)]
        assert charged == [0, 0, venue.weights.continuity_penalty]

    def test_charges_for_every_show_that_is_missing(self):
        venue = problem(quotas=(Quota(1, least=3),))
        assert score(venue, [show(1080)]).penalties["shortfall"] == 2 * venue.weights.shortfall


class TestProblem:
    @pytest.mark.parametrize(
        "changes",
        [
            {"grid": 0},
            {"dayparts": ()},
            {"dayparts": (Daypart("b", 60), Daypart("a", 0))},
            {"days": (Day(1440, 1500, 1600), Day(0, 60, 160))},
            {"screens": (Screen(1, 1), Screen(1, 2))},
            {"films": (Film(1, 1), Film(1, 2))},
            {"fixed": (FixedShow(9, 0, 1, 2, 3),)},
            {"quotas": (Quota(9),)},
            {"demand": {(9, 0, 0): 1.0}},
            {"weights": Weights(reach=(0.5, 1.1))},
            {"weights": Weights(reach=(0.2, 0.9))},
        ],
        ids=lambda changes: next(iter(changes)),
    )
    def test_refuses_what_contradicts_itself(self, changes):
        with pytest.raises(ValueError, match=r"\.$"):
            problem(**changes)
