from itertools import combinations, pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from booking.best_seats import LONE_SEAT_COSTS, Spot, Wish, best_seats, focal_point
from booking.lone_seats import shifts
from booking.seating import GapRule, stretches
from tests.booking.halls import hall, halls, numbers, rules

RULE = GapRule()
EMPTY = hall(*["." * 11] * 10)


def picked(places, party, rule=RULE, **wish):
    return numbers(best_seats(places, Wish(party, **wish), rule))


class TestBestSeats:
    def test_are_in_the_middle_two_thirds_of_the_way_back(self):
        assert focal_point(EMPTY) == Spot(7, 6)
        assert picked(EMPTY, 1) == ["G6"]
        assert picked(EMPTY, 3) == ["G5", "G6", "G7"]

    def test_are_side_by_side_further_off_rather_than_divided_near_by(self):
        assert picked(hall("....", "xx.x", "x.xx", "x..x"), 4) == ["A1", "A2", "A3", "A4"]

    def test_keep_to_the_price_zones_that_were_asked_for(self):
        places = hall("....", "....", "gggg")
        assert picked(places, 4, categories=frozenset({2})) == ["C1", "C2", "C3", "C4"]
        assert picked(places, 5, categories=frozenset({2})) == []

    def test_do_not_mix_prices_where_one_price_has_room(self):
        assert picked(hall("....gggg"), 4) == ["A1", "A2", "A3", "A4"]
        assert picked(hall("..gg"), 3) == ["A1", "A2", "A3"]

    def test_do_not_cross_an_aisle(self):
        assert picked(hall("... ...", "......."), 4)[0][0] == "B"

    def test_leave_nobody_alone_where_that_can_be_helped(self):
        assert picked(hall("x....x"), 2) == ["A2", "A3"]
        assert picked(hall("x...x"), 2) == ["A2", "A3"]

    def test_leave_accessible_places_to_those_who_ask(self):
        assert picked(hall("w..c"), 2) == ["A2", "A3"]
        assert picked(hall("w..c"), 3) == []
        assert picked(hall("wc....."), 3, wheelchair=True) == ["A1", "A2", "A3"]

    def test_take_one_wheelchair_place_and_no_more_than_needed(self):
        assert picked(hall("ww...."), 2, wheelchair=True) == ["A2", "A3"]

    def test_seat_the_others_near_a_wheelchair_when_the_row_is_short(self):
        assert picked(hall("wcx....", "......."), 4, wheelchair=True) == ["A1", "A2", "B1", "B2"]

    def test_say_when_there_are_not_enough(self):
        assert picked(hall("..x."), 4) == []
        assert picked([], 1) == []
        assert picked(hall("...."), 0) == []
        assert picked(hall("...."), 1, wheelchair=True) == []

    def test_can_be_near_to_what_is_gone(self):
        assert picked(EMPTY, 2, near=Spot(2, 3.5)) == ["B3", "B4"]


class TestADividedParty:
    def test_sits_in_as_few_groups_as_possible_with_nobody_alone(self):
        rows = [number[0] for number in picked(hall("....", "...."), 5)]
        assert sorted(rows.count(row) for row in set(rows)) == [2, 3]

    def test_sits_close_together(self):
        places = hall("...", "xxx", "xxx", "xxx", "...", "...")
        assert {number[0] for number in picked(places, 5)} == {"E", "F"}

    def test_has_somebody_alone_when_nothing_else_is_left(self):
        assert len(picked(hall(".x", "x.", ".x"), 3)) == 3


def fits(places, party, rule):
    """List every block for a party, straight from the words."""
    for stretch in stretches(places):
        for first in range(len(stretch.places) - party + 1):
            block = stretch.places[first : first + party]
            ids = {place.id for place in block}
            if all(place.is_free and not place.is_accessible for place in block) and not shifts(places, ids, rule):
                yield block, len(stretch.left_alone(ids, rule))


def cost(block, alone, spot):
    zones = len({place.category_id for place in block})
    return zones, sum(spot.cost(place) for place in block) + len(block) * LONE_SEAT_COSTS * alone


def fewest(places, party):
    """Find the fewest groups a party can sit in, and then how few of them are one person, by trying everything."""
    free = [place for place in places if place.is_free and not place.is_accessible]
    found = []
    for seats in combinations(sorted(free, key=lambda place: (place.row, place.col)), party):
        sizes = [1]
        for one, other in pairwise(seats):
            if one.row == other.row and other.col == one.col + 1:
                sizes[-1] += 1
            else:
                sizes.append(1)
        found.append((len(sizes), sizes.count(1)))
    return min(found, default=None)


def groups_of(seats):
    ids = {place.id for place in seats}
    sizes: list[int] = []
    for place in sorted(seats, key=lambda place: (place.row, place.col)):
        if sizes and (place.id - 1) in ids:
            sizes[-1] += 1
        else:
            sizes.append(1)
    return len(sizes), sizes.count(1)


class TestAgainstBruteForce:
    @settings(max_examples=300)
    @given(places=halls(rows=5, cols=9), rule=rules, party=st.integers(1, 6))
    def test_finds_the_best_block_of_all(self, places, rule, party):
        spot = focal_point(places) if places else Spot(0, 0)
        costs = [cost(block, alone, spot) for block, alone in fits(places, party, rule)]
        assume(costs)
        seats = best_seats(places, Wish(party), rule)
        (stretch,) = [one for one in stretches(places) if seats[0] in one.places]
        alone = len(stretch.left_alone({place.id for place in seats}, rule))
        assert cost(seats, alone, spot) == pytest.approx(min(costs))

    @settings(max_examples=200)
    @given(places=halls(rows=3, cols=5), rule=rules, party=st.integers(1, 7))
    def test_divides_no_more_than_it_must(self, places, rule, party):
        seats = best_seats(places, Wish(party), rule)
        possible = fewest(places, party)
        assert bool(seats) == (possible is not None)
        if seats:
            assert groups_of(seats) == possible

    @settings(max_examples=300)
    @given(
        places=halls(), rule=rules, party=st.integers(1, 10), wheelchair=st.booleans(), zone=st.sampled_from([0, 1, 2])
    )
    def test_picks_only_what_may_be_had(self, places, rule, party, wheelchair, zone):
        wish = Wish(party, categories=frozenset({zone} - {0}), wheelchair=wheelchair)
        seats = best_seats(places, wish, rule)
        assume(seats)
        assert len({place.id for place in seats}) == party
        assert all(wish.allows(place) for place in seats)
        assert any(place.kind == "WHEELCHAIR" for place in seats) >= wheelchair
        assert shifts(places, [place.id for place in seats], rule) == []
