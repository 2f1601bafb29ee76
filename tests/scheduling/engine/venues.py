"""Small cinemas for the engine's tests: one by hand, and any number that nobody thought of."""

from hypothesis import strategies as st

from scheduling.engine.problem import (
    A_DAY,
    Blocked,
    Curfew,
    Day,
    Daypart,
    Film,
    FixedShow,
    Problem,
    Quota,
    Screen,
)

PARTS = (Daypart("day", 9 * 60), Daypart("evening", 18 * 60))


def problem(**changes):
    """One evening, 18:00 to 24:00, of one screen with 100 seats and one film of 90 minutes that everybody wants."""
    facts = {
        "days": (Day(0, 18 * 60, 24 * 60),),
        "dayparts": PARTS,
        "screens": (Screen(1, 100, cost=500.0),),
        "films": (Film(1, 90, net_price=200.0),),
        "demand": {(1, 0, 0): 500.0, (1, 0, 1): 500.0},
    }
    return Problem(**(facts | changes))


def films():
    return st.builds(
        Film,
        id=st.just(0),
        duration=st.integers(60, 190),
        interval=st.sampled_from([0, 15]),
        turnaround=st.sampled_from([0, 30]),
        pre_show=st.sampled_from([None, 0, 20]),
        formats=st.sampled_from([frozenset(), frozenset({"3D"}), frozenset({"3D", "2D"})]),
        kind=st.sampled_from(["", "children"]),
        rating=st.sampled_from(["U", "A"]),
        clean=st.booleans(),
        days=st.sampled_from([None, None, frozenset({0})]),
        net_price=st.floats(50, 300),
        share=st.sampled_from([0.0, 0.5]),
    )


def screens():
    return st.builds(
        Screen,
        id=st.just(0),
        capacity=st.integers(20, 300),
        turnaround=st.integers(0, 30),
        formats=st.sampled_from([frozenset({"2D"}), frozenset({"2D", "3D"})]),
        cost=st.floats(0, 2000),
    )


@st.composite
def problems(draw):
    """Any venue of up to three screens, four films and two days that end after midnight, or run into each other."""
    opens, length = draw(st.integers(0, 16 * 60)), draw(st.integers(5 * 60, A_DAY))
    count = draw(st.integers(1, 2))
    days = tuple(Day(day * A_DAY, day * A_DAY + opens, day * A_DAY + opens + length) for day in range(count))
    rooms = _numbered(draw(st.lists(screens(), min_size=1, max_size=3)))
    titles = _numbered(draw(st.lists(films(), min_size=1, max_size=4)))
    ids, places = [film.id for film in titles], [room.id for room in rooms]
    parts = st.integers(0, len(PARTS) - 1)
    keys = st.tuples(st.sampled_from(ids), st.integers(0, count - 1), parts)
    return Problem(
        days=days,
        dayparts=PARTS,
        screens=rooms,
        films=titles,
        demand=draw(st.dictionaries(keys, st.floats(0, 400), max_size=12)),
        quotas=tuple(draw(st.lists(quotas(ids, places), max_size=4))),
        fixed=tuple(draw(st.lists(standing(ids, places, count), max_size=4))),
        blocked=tuple(
            draw(st.lists(st.builds(_block, st.sampled_from(places), st.integers(0, 2 * A_DAY)), max_size=2))
        ),
        curfews=(
            Curfew("children", kinds=frozenset({"children"}), ends_by=draw(st.integers(12 * 60, 24 * 60))),
            Curfew("late", ratings=frozenset({"A"}), starts_from=draw(st.integers(0, 20 * 60))),
        ),
        food_margin=draw(st.floats(0, 60)),
        grid=draw(st.sampled_from([10, 15, 30])),
    )


def quotas(ids, places):
    return st.builds(
        lambda film, least, more, screen, part, day: Quota(
            film, least, None if more is None else least + more, screen, part, day
        ),
        st.sampled_from(ids),
        st.integers(0, 3),
        st.sampled_from([None, 0, 1]),
        st.sampled_from([None, *places]),
        st.sampled_from([None, 0, 1]),
        st.sampled_from([None, 0]),
    )


def standing(ids, places, days):
    return st.builds(
        lambda screen, day, start, film: FixedShow(
            screen, day, day * A_DAY + start, day * A_DAY + start + 110, day * A_DAY + start + 125, film
        ),
        st.sampled_from(places),
        st.integers(-1, days - 1),
        st.integers(8 * 60, 26 * 60),
        st.sampled_from([None, *ids]),
    )


def _block(screen, start):
    return Blocked(screen, start, start + 90)


def _numbered(things):
    return tuple(type(thing)(**{**_fields(thing), "id": number}) for number, thing in enumerate(things, start=1))


def _fields(thing):
    return {name: getattr(thing, name) for name in thing.__dataclass_fields__}
