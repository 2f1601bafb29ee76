from itertools import pairwise

import pytest

from ops import charts
from ops.charts import BOTTOM, LEFT, PLOT_HEIGHT, RIGHT, TOP, WIDTH, Pile, Point


def marks(chart):
    return [(mark.x, mark.y, mark.width, mark.height) for mark in chart.marks]


class TestScale:
    @pytest.mark.parametrize(
        ("top", "ticks"),
        [
            (0, [0, 1]),
            (1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
            (7, [0, 2, 4, 6, 8]),
            (24, [0, 5, 10, 15, 20, 25]),
            (55_452.01, [0, 20_000, 40_000, 60_000]),
            (100, [0, 20, 40, 60, 80, 100]),
        ],
    )
    def test_goes_in_round_steps_to_what_reaches_the_top(self, top, ticks):
        assert charts.scale(top) == ticks

    def test_is_short_for_any_number(self):
        for top in (0.003, 3, 99, 101, 12_345.67, 9_999_999):
            ticks = charts.scale(top)
            assert 2 <= len(ticks) <= 7
            assert ticks[-2] < top <= ticks[-1]


class TestBars:
    def test_are_as_high_as_their_numbers(self):
        drawn = charts.bars(title="Sales", points=[Point("a", 5), Point("b", 10)])
        low, high = marks(drawn)
        assert (high[1], high[3]) == (TOP, PLOT_HEIGHT)
        assert low[3] == PLOT_HEIGHT / 2
        assert low[1] + low[3] == high[1] + high[3] == TOP + PLOT_HEIGHT

    def test_stand_apart_inside_the_margins(self):
        drawn = charts.bars(title="Sales", points=[Point(f"{hour:02}", 1) for hour in range(24)])
        edges = [(x, x + width) for x, _, width, _ in marks(drawn)]
        assert all(before[1] < after[0] for before, after in pairwise(edges))
        assert edges[0][0] >= LEFT
        assert edges[-1][1] <= WIDTH - RIGHT
        assert drawn.height == TOP + PLOT_HEIGHT + BOTTOM

    def test_leave_out_names_that_do_not_fit(self):
        few = charts.bars(title="", points=[Point("09:30 Screen 1", 1)] * 4)
        many = charts.bars(title="", points=[Point("09:30 Screen 1", 1)] * 40)
        named = [sum(label.said.startswith("09") for label in drawn.labels) for drawn in (few, many)]
        assert named[0] == 4
        assert 1 < named[1] < 10

    def test_of_nothing_are_empty(self):
        assert charts.bars(title="", points=[]).is_empty
        assert charts.bars(title="", points=[Point("a", 0)]).is_empty
        assert charts.bars(title="", points=[]).said == "Nothing to show."

    def test_tell_the_highest(self):
        assert "highest is b with 10" in charts.bars(title="", points=[Point("a", 5), Point("b", 10)]).said


class TestStacked:
    def test_stand_upon_each_other(self):
        drawn = charts.stacked(title="", series=["UPI", "Cash"], piles=[Pile("Mon", (3, 7)), Pile("Tue", (0, 5))])
        first, second, third = marks(drawn)
        assert second[1] + second[3] == pytest.approx(first[1], abs=0.1)
        assert first[3] + second[3] == pytest.approx(PLOT_HEIGHT, abs=0.1)
        assert third[3] == PLOT_HEIGHT / 2
        assert [mark.tone for mark in drawn.marks] == ["tone-0", "tone-1", "tone-1"]
        assert [(key.tone, key.said) for key in drawn.keys] == [("tone-0", "UPI"), ("tone-1", "Cash")]
        assert drawn.marks[1].said == "Mon, Cash: 7"


class TestRanks:
    def test_are_as_long_as_their_numbers_and_cut_long_names(self):
        drawn = charts.ranks(title="", points=[Point("A very long name of a movie indeed", 8), Point("Dangal", 2)])
        first, second = marks(drawn)
        assert first[2] == 4 * second[2]
        assert drawn.labels[0].said.endswith("…")
        assert drawn.labels[1].said == "8"
        assert drawn.labels[1].x + 40 < WIDTH


class TestLine:
    def test_goes_through_every_number(self):
        drawn = charts.line(title="", points=[Point("a", 0), Point("b", 10), Point("c", 5)])
        spots = [tuple(map(float, spot.split(","))) for spot in drawn.trace.split()]
        assert [y for _, y in spots] == [TOP + PLOT_HEIGHT, TOP, TOP + PLOT_HEIGHT / 2]
        assert [x for x, _ in spots] == sorted(x for x, _ in spots)
        assert [(mark.x + 4, mark.y + 4) for mark in drawn.marks] == spots


class TestHeatMap:
    def test_is_darker_where_it_is_fuller_and_blank_where_there_is_nothing(self):
        drawn = charts.heat_map(title="", columns=["Mon", "Tue"], rows=["Evening"], cells=[[100.0, None]])
        (cell,) = drawn.marks
        assert (cell.tone, cell.said) == ("shade-5", "Mon Evening: 100.0 %")
        assert [label.said for label in drawn.labels] == ["Mon", "Tue", "Evening", "100"]

    @pytest.mark.parametrize(("percent", "shade"), [(0, 0), (0.1, 1), (20, 1), (20.1, 2), (80, 4), (100, 5), (140, 5)])
    def test_has_six_shades(self, percent, shade):
        assert charts.shade(percent) == shade


class TestShort:
    @pytest.mark.parametrize(
        ("value", "said"), [(0, "0"), (950, "950"), (1500, "1.5k"), (120_000, "120k"), (2_500_000, "2.5M")]
    )
    def test_says_large_numbers_in_a_few_letters(self, value, said):
        assert charts.short(value) == said
