from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.clock import Span
from scheduling.hybrid import MOST_ROUNDS, Quota, ScreenDay, Warned, fill

DAY = date(2026, 7, 1)
NINE = datetime(2026, 7, 1, 9, tzinfo=UTC)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def quota(movie_id: int, running: int, least: int = 0, most: int | None = None) -> Quota:
    return Quota(movie_id, minutes(running), least, most)


def work(quotas=(), *, length=600, gap=15, taken=(), shown=None) -> ScreenDay:
    """A screen from nine o'clock for so many minutes; what is taken is in minutes after nine."""
    spans = tuple(Span(NINE + minutes(start), NINE + minutes(end)) for start, end in taken)
    return ScreenDay(7, DAY, Span(NINE, NINE + minutes(length)), spans, minutes(gap), tuple(quotas), shown or {})


def plan(of, fillers=()):
    """Fill a day; answer each show as (movie, minute after nine) and each warning's code."""
    placed, notices = fill(of, fillers)
    return [(show.movie_id, (show.start - NINE) // minutes(1)) for show in placed], [notice.code for notice in notices]


class TestFill:
    @pytest.mark.parametrize(
        ("of", "fillers", "shows"),
        [
            # the gap follows each show, and the last one ends by closing time
            (work([quota(1, 120)], length=390), (), [(1, 0), (1, 135), (1, 270)]),
            (work([quota(1, 120)], length=389), (), [(1, 0), (1, 135)]),
            # longest first, each minimum in turn, then the longest again
            (
                work([quota(1, 90, 1), quota(2, 150, 1), quota(3, 60)], length=500),
                (),
                [(2, 0), (1, 165), (2, 270), (3, 435)],
            ),
            (work([quota(1, 90, 2), quota(2, 150, 1)], length=360), (), [(2, 0), (1, 165), (1, 270)]),
            # no more than the maximum, then the shortest movie of the catalogue
            (
                work([quota(1, 120, 0, 1)]),
                [quota(8, 100), quota(9, 200)],
                [(1, 0), (8, 135), (8, 250), (8, 365), (8, 480)],
            ),
            # a filler never passes the maximum of a movie that is asked for
            (work([quota(1, 120, 0, 1)]), [quota(1, 120)], [(1, 0)]),
            (work([quota(1, 120, 0, 0)]), [quota(1, 120)], []),
            # what is on already counts
            (work([quota(1, 120, 1, 2)], shown={1: 1}), (), [(1, 0)]),
            (work([quota(1, 120, 2, 2)], shown={1: 2}), (), []),
            # both sides of what is taken keep the gap (it is part of what is taken, and of the show before)
            (work([quota(1, 120)], taken=[(135, 300)], length=420), (), [(1, 0), (1, 300)]),
            (work([quota(1, 120)], taken=[(134, 300)], length=420), (), [(1, 300)]),
            (work([quota(1, 120)], taken=[(-60, 30)], length=150), (), [(1, 30)]),
            # a show that takes over after closing time still finds the screen clean
            (work([quota(1, 120)], taken=[(130, 300)], length=120), (), []),
            (work([quota(1, 120)], taken=[(135, 300)], length=120), (), [(1, 0)]),
            # a short one comes where a long one does not fit
            (work([quota(1, 180), quota(2, 60)], length=300), (), [(1, 0), (2, 195)]),
            ((work([], length=300)), [quota(8, 100)], [(8, 0), (8, 115)]),
        ],
    )
    def test_places_shows(self, of, fillers, shows):
        assert plan(of, fillers)[0] == shows

    def test_starts_at_whole_minutes(self):
        taken = (Span(NINE, NINE + timedelta(minutes=10, seconds=1)),)
        day = ScreenDay(7, DAY, Span(NINE, NINE + minutes(200)), taken, minutes(5), (quota(1, 120),), {})
        assert plan(day)[0] == [(1, 11)]


class TestWarnings:
    @pytest.mark.parametrize(
        ("of", "code", "context"),
        [
            (work([quota(1, 60)], taken=[(-10, 700)]), Warned.NO_FREE_WINDOWS, {}),
            (work([quota(1, 60)], length=0), Warned.NO_FREE_WINDOWS, {}),
            (
                work([quota(1, 60, 0, 1)], length=200),
                Warned.LEFTOVER_GAP,
                {"gap_minutes": 125, "window_start": NINE, "window_end": NINE + minutes(200)},
            ),
            (
                work([quota(1, 120, 3)], length=300),
                Warned.UNMET_MIN_QUOTA,
                {"movie_id": 1, "scheduled": 2, "min": 3},
            ),
            (
                work([quota(1, 120, 0, 1)], shown={1: 2}),
                Warned.EXCEEDED_MAX_QUOTA,
                {"movie_id": 1, "scheduled": 2, "max": 1},
            ),
            (
                work([quota(1, 1)], length=MOST_ROUNDS * 3, gap=1),
                Warned.WINDOW_SAFETY_ABORT,
                {"window_start": NINE, "window_end": NINE + minutes(MOST_ROUNDS * 3)},
            ),
        ],
    )
    def test_say_what_and_where(self, of, code, context):
        _, notices = fill(of, ())
        (notice,) = [notice for notice in notices if notice.code == code]
        assert (notice.screen_id, notice.context) == (7, {"day": DAY, **context})

    def test_are_not_given_without_a_reason(self):
        assert plan(work([quota(1, 120, 3, 3)], length=390))[1] == []

    def test_do_not_count_the_gap_after_the_last_show_as_free(self):
        assert plan(work([quota(1, 120, 1, 1)], length=130))[1] == []


def free_of_overlap(spans: list[Span]) -> bool:
    ordered = sorted(spans)
    return all(before.end <= after.start for before, after in pairwise(ordered))


class TestEveryPlan:
    @given(
        length=st.integers(1, 1440),
        gap=st.integers(1, 90),
        quotas=st.lists(
            st.tuples(st.integers(1, 6), st.integers(5, 400), st.integers(0, 4), st.none() | st.integers(0, 4)),
            max_size=5,
            unique_by=lambda wish: wish[0],
        ),
        fillers=st.lists(st.tuples(st.integers(1, 12), st.integers(5, 400)), max_size=5, unique_by=lambda one: one[0]),
        taken=st.lists(st.tuples(st.integers(-300, 1500), st.integers(1, 300)), max_size=5),
    )
    def test_keeps_the_gap_the_hours_and_the_maxima(self, length, gap, quotas, fillers, taken):
        wanted = [
            quota(movie, running, least, None if most is None else max(least, most))
            for movie, running, least, most in quotas
        ]
        there = [(start, start + taken_for) for start, taken_for in taken]
        day = work(wanted, length=length, gap=gap, taken=there)
        catalogue = sorted((quota(*filler) for filler in fillers), key=lambda one: one.running)
        placed, notices = fill(day, catalogue)
        alone = [Span(show.start, show.end + day.gap) for show in placed]
        assert free_of_overlap(alone)
        assert not any(show.start < span.end and span.start < show.end for show in alone for span in day.taken)
        assert all(day.opening.start <= show.start and show.end <= day.opening.end for show in placed)
        shown = Counter(show.movie_id for show in placed)
        assert all(one.most is None or shown[one.movie_id] <= one.most for one in wanted)
        unmet = {notice.context["movie_id"] for notice in notices if notice.code == Warned.UNMET_MIN_QUOTA}
        assert unmet == {one.movie_id for one in wanted if shown[one.movie_id] < one.least}
