from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venues import grid, hall_text
from venues.errors import HallUnclear
from venues.generator import Blueprint, Zone, generate
from venues.hall_plan import HallPlan, Place, checked, row_names
from venues.states import SeatKind

SILVER = Zone("Silver", Decimal(150), "A", "B")
GOLD = Zone("Gold", Decimal(240), "C", "C", SeatKind.RECLINER)


def small(**changes):
    facts: dict[str, Any] = {"rows": 3, "seats_per_row": 4, "zones": (SILVER, GOLD)}
    return generate(Blueprint(**facts | changes))


def places(plan):
    return {place.number: (place.row, place.col) for place in plan.places}


class TestGenerate:
    def test_numbers_from_the_picture_and_from_the_left(self):
        plan = small()
        assert places(plan)["A1"] == (1, 1)
        assert places(plan)["C4"] == (3, 4)
        assert len(plan.places) == 12

    def test_puts_a_at_the_back_and_1_on_the_right(self):
        plan = small(is_a_at_the_back=True, is_1_on_the_right=True)
        assert places(plan)["A1"] == (3, 4)
        assert places(plan)["C4"] == (1, 1)

    def test_leaves_aisles_and_walkways_empty_without_skipping_a_number(self):
        plan = small(aisles=(1, 3), walkways=("B",))
        assert [places(plan)[f"A{seat}"][1] for seat in (1, 2, 3, 4)] == [1, 3, 4, 6]
        assert [places(plan)[f"{row}1"][0] for row in "ABC"] == [1, 2, 4]

    def test_gives_zones_their_price_and_kind(self):
        plan = small()
        assert plan.prices == (("Silver", Decimal(150)), ("Gold", Decimal(240)))
        kinds = {place.category: place.kind for place in plan.places}
        assert kinds == {"Silver": SeatKind.STANDARD, "Gold": SeatKind.RECLINER}

    def test_takes_exceptions(self):
        plan = small(exceptions=hall_text.exceptions("A1-A2 wheelchair\nB4 none"))
        kinds = {place.number: place.kind for place in plan.places}
        assert kinds["A1"] == kinds["A2"] == SeatKind.WHEELCHAIR
        assert "B4" not in kinds

    def test_leaves_out_letters_that_look_like_digits(self):
        assert row_names(10, skip="IO")[-2:] == ["J", "K"]
        assert row_names(27)[-1] == "AA"

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"zones": (SILVER,)}, "in no zone: C"),
            ({"zones": (SILVER, GOLD, Zone("Sofa", Decimal(1), "B", "C"))}, "Row B is in two zones"),
            ({"zones": (SILVER, Zone("Gold", Decimal(1), "C", "D"))}, "the rows are A to C"),
            ({"walkways": ("Z",)}, "no row Z"),
            ({"aisles": (4,)}, "after seat 4"),
            ({"exceptions": {"D1": None}}, "no seat D1"),
        ],
        ids=["row without a zone", "row in two zones", "zone outside", "walkway", "aisle", "exception"],
    )
    def test_says_what_is_unclear(self, changes, said):
        with pytest.raises(HallUnclear, match=said):
            small(**changes)


class TestChecked:
    def test_refuses_a_number_or_a_place_twice(self):
        twice = HallPlan((Place(1, 1, "A1", "Silver"), Place(1, 1, "A1", "Silver")))
        with pytest.raises(HallUnclear, match=r"twice: A1.*same place"):
            checked(twice)

    def test_refuses_an_empty_hall(self):
        with pytest.raises(HallUnclear, match="no seats"):
            checked(HallPlan(()))


class TestText:
    @pytest.mark.parametrize(
        ("read", "text"),
        [
            (hall_text.zones, "Gold E-H"),
            (hall_text.zones, "Gold 1000 E-H"),
            (hall_text.zones, "Gold 100 E-H hammock"),
            (hall_text.exceptions, "A1 to A2 wheelchair"),
            (hall_text.exceptions, "A1-A999 none"),
            (hall_text.prices, "Gold"),
            (hall_text.numbers, "4, x"),
        ],
        ids=["no price", "too dear", "zone's kind", "exception", "many", "price", "number"],
    )
    def test_names_the_line_it_cannot_read(self, read, text):
        with pytest.raises(HallUnclear):
            read(text)

    def test_reads_zones(self):
        assert hall_text.zones("Premium Gold 240.50 E - H\nSofa 500 J sofa") == (
            Zone("Premium Gold", Decimal("240.50"), "E", "H"),
            Zone("Sofa", Decimal(500), "J", "J", SeatKind.SOFA),
        )


words = st.text("ABCDEFgold 12", min_size=1, max_size=8).map(str.strip).filter(bool)
halls = st.dictionaries(
    st.tuples(st.integers(1, 12), st.integers(1, 15)),
    st.tuples(words, st.sampled_from(SeatKind), st.booleans()),
    min_size=1,
    max_size=40,
)


class TestGrid:
    @given(halls)
    def test_comes_back_as_it_went_out(self, hall):
        plan = checked(
            HallPlan(
                tuple(
                    Place(row, col, f"S{index}", category, kind, is_open)
                    for index, ((row, col), (category, kind, is_open)) in enumerate(hall.items())
                )
            )
        )
        assert grid.plan_of(grid.from_csv(grid.as_csv(grid.cells_of(plan)))) == plan
        assert grid.plan_of(grid.from_excel(grid.as_excel(grid.cells_of(plan)))) == plan

    def test_reads_what_other_programmes_write(self):
        assert grid.plan_of(grid.from_csv("\ufeffA1 | Silver;;A2|Silver|Wheelchair|closed\r\n")).places == (
            Place(1, 1, "A1", "Silver"),
            Place(1, 3, "A2", "Silver", SeatKind.WHEELCHAIR, is_available=False),
        )

    @pytest.mark.parametrize("text", ["A1", "| Gold", "A1 |", "A1 | Gold | hammock"])
    def test_names_the_cell_it_cannot_read(self, text):
        with pytest.raises(HallUnclear):
            grid.plan_of([[text]])

    def test_refuses_what_is_no_workbook(self):
        with pytest.raises(HallUnclear, match="not an Excel workbook"):
            grid.from_excel(b"PK\x03\x04 not really")

    def test_writes_a_formula_as_a_text(self):
        cells = [["=1+1 | Gold"]]
        assert grid.from_excel(grid.as_excel(cells)) == cells
