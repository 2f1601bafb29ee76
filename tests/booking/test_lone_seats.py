from collections import Counter
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from booking import lone_seats
from booking.lone_seats import explanation, offer, shifted, shifts
from booking.seating import GapRule
from tests.booking.halls import hall, halls, numbers, rules

RULE = GapRule()


def chosen(places, *wanted):
    return [place.id for place in places if place.number in wanted]


def moves(drawn, *wanted, rule=RULE):
    places = hall(drawn)
    return shifts(places, chosen(places, *wanted), rule)


class TestShifts:
    def test_refuse_to_leave_one_seat_between_the_choice_and_a_sold_one(self):
        (move,) = moves("....x...", "A2", "A3")
        assert (numbers(move.alone), numbers(move.take)) == (["A1", "A4"], ["A1", "A2"])

    def test_offer_the_nearest_equal_choice(self):
        (move,) = moves("..........", "A8", "A9")
        assert numbers(move.take) == ["A7", "A8"]

    def test_let_pass_what_leaves_two_or_none(self):
        assert moves("....x...", "A1", "A2") == []
        assert moves("....x...", "A6", "A7", "A8") == []

    def test_let_pass_when_there_is_no_equal_choice(self):
        assert moves("x...x", "A2", "A3") == []
        assert numbers(moves("...", "A2")[0].take) == ["A1"]

    def test_are_not_asked_about_a_seat_that_was_alone_before(self):
        assert moves(".x....x", "A3", "A4") == []

    def test_see_the_seat_between_two_chosen_ones(self):
        (move,) = moves("......", "A1", "A3")
        assert (numbers(move.alone), numbers(move.take)) == (["A2"], ["A1", "A2"])

    def test_ask_nobody_to_cross_an_aisle_or_change_the_row(self):
        places = hall("x...x ....", "........")
        assert shifts(places, chosen(places, "A2", "A3"), RULE) == []

    def test_ask_nobody_to_pay_more_or_less(self):
        assert moves("x...gg..", "A2", "A3") == []

    def test_judge_each_side_of_an_aisle_by_itself(self):
        places = hall(".... ....")
        both = shifts(places, chosen(places, "A2", "A3", "A7", "A8"), RULE)
        assert [numbers(move.alone) for move in both] == [["A1", "A4"], ["A6", "A9"]]
        assert explanation(both[:1]) == "Seats A1 and A4 would be left alone; take A1–A2 instead."
        assert offer(both) == "A1–A2 and A6–A7"
        assert shifted(chosen(places, "A2", "A3", "A7", "A8"), both) == (101, 102, 106, 107)

    def test_go_by_columns_where_numbers_run_the_other_way_or_skip(self):
        places = hall("xx...x")
        assert numbers(places) == ["A1", "A2", "A3", "A4", "A5", "A6"]
        assert shifts(places, chosen(places, "A4"), RULE)[0].alone[0].col == 3


class TestTheRuleOfAVenue:
    def test_may_leave_one_at_the_end_of_a_row(self):
        assert moves("....", "A2", "A3", rule=GapRule(at_row_ends=False)) == []
        assert moves("....", "A2", "A3") != []

    def test_may_leave_one_at_an_aisle(self):
        assert moves("x.... x", "A3", "A4", rule=GapRule(at_aisles=False)) != []
        assert moves("x.... x", "A2", "A3", "A4", rule=GapRule(at_aisles=False)) == []
        assert moves("x..... x", "A2", "A3", "A4", "A5") == []  # no equal choice: four of five

    def test_leaves_wheelchair_and_companion_places_to_themselves(self):
        assert moves("x.w..x", "A4", "A5") == []
        (move,) = moves("xw...x", "A3", "A4")  # a free wheelchair place is company for the seat beside it
        assert numbers(move.take) == ["A4", "A5"]
        assert moves("w....", "A2", "A3", rule=GapRule(at_row_ends=False)) == []

    def test_asks_nobody_in_a_wheelchair_to_move(self):
        assert moves("x.wc..", "A3", "A4") == []
        assert moves("x.www", "A3", "A4") == []
        assert moves("x.www", "A3", "A4", rule=GapRule(at_accessible=True)) != []


class Floor:
    """A hall as a dictionary: the words of the rule, read literally and without any haste."""

    def __init__(self, places, rule):
        self.places, self.rule = places, rule
        self.at = {(place.row, place.col): place for place in places}

    def is_company(self, place, way, taken):
        side = self.at.get((place.row, place.col + way))
        if side is not None:
            return side.is_free and side.id not in taken
        is_end = not any(row == place.row and (col - place.col) * way > 0 for row, col in self.at)
        return not (self.rule.at_row_ends if is_end else self.rule.at_aisles)

    def is_beside(self, place, taken):
        sides = [self.at.get((place.row, place.col + way)) for way in (-1, 1)]
        return any(side and side.id in taken for side in sides)

    def alone(self, taken):
        return [
            place
            for place in self.places
            if place.is_free
            and place.id not in taken
            and (self.rule.at_accessible or not place.is_accessible)
            and self.is_beside(place, taken)
            and not any(self.is_company(place, way, taken) for way in (-1, 1))
        ]

    def has_no_aisle_between(self, one, other):
        low, high = sorted((one.col, other.col))
        return one.row == other.row and all((one.row, col) in self.at for col in range(low, high + 1))

    def is_refused(self, mine, here):
        if not self.rule.at_accessible and any(place.is_accessible for place in mine):
            return False
        return any(place in here for place in self.alone({place.id for place in mine})) and any(
            block[-1].col - block[0].col == len(block) - 1
            and sort_of(block) == sort_of(mine)
            and not self.alone({place.id for place in block})
            for block in combinations([place for place in here if place.is_free], len(mine))
        )

    def refused(self, wanted):
        """List the pieces of a choice, each between its aisles, that must be refused."""
        found = set()
        for place in self.places:
            here = [other for other in self.places if self.has_no_aisle_between(place, other)]
            mine = [other for other in here if other.id in wanted]
            if place.id in wanted and self.is_refused(mine, here):
                found.add(frozenset(other.id for other in mine))
        return found


def sort_of(block):
    return Counter((place.category_id, place.kind) for place in block)


class TestAgainstBruteForce:
    @settings(max_examples=400)
    @given(places=halls(rows=2, cols=10), rule=rules, data=st.data())
    def test_refuse_exactly_what_the_words_say(self, places, rule, data):
        free = [place.id for place in places if place.is_free]
        wanted = data.draw(st.sets(st.sampled_from(free), max_size=6)) if free else set()
        found = lone_seats.shifts(places, wanted, rule)
        refused = {frozenset(place.id for place in move.instead_of) for move in found}
        assert refused == Floor(places, rule).refused(wanted)

    @settings(max_examples=200)
    @given(places=halls(rows=2, cols=10), rule=rules, data=st.data())
    def test_offer_what_can_be_had_and_is_not_refused_again(self, places, rule, data):
        free = {place.id for place in places if place.is_free}
        wanted = data.draw(st.sets(st.sampled_from(sorted(free)), max_size=6)) if free else set()
        better = set(shifted(wanted, shifts(places, wanted, rule)))
        assert len(better) == len(wanted)
        assert better <= free
        assert shifts(places, better, rule) == []
