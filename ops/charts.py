"""Charts as plain geometry, which a template writes down as SVG. Pure: numbers in, places out, in units of the drawing.

Colours are classes of the stylesheet, so that light and dark are the page's own; the table beside a chart says the same
in words.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 720
PLOT_HEIGHT: Final = 220
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 30  # margins
LANE, NAME_WIDTH = 28, 220  # of a ranking
CELL_HEIGHT = 40
STEPS = 5  # at most so many lines of a scale
TONES: Final = 8  # colours that can be told apart
SHADES: Final = 6  # of a heat map, from empty to full
LETTER = 7.0  # about as wide as a letter is


@dataclass(frozen=True, slots=True)
class Point:
    """One named number."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Pile:
    """Numbers that stand upon each other, one for each of the series."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A filled rectangle; `tone` is its class, `said` is read when it is pointed at."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    said: str


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    said: str
    anchor: str = "middle"
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the scale."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Key:
    tone: str
    said: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything there is to draw; without marks and traces there is nothing to show."""

    title: str
    said: str
    height: float
    marks: tuple[Mark, ...] = ()
    labels: tuple[Label, ...] = ()
    rules: tuple[Rule, ...] = ()
    trace: str = ""  # the points of a line
    keys: tuple[Key, ...] = ()
    width: int = WIDTH

    @property
    def is_empty(self) -> bool:
        return not (self.marks or self.trace)


def short(value: float) -> str:
    """Write a number in a few letters: 950, 1.5k, 120k, 2.5M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def scale(top: float) -> list[float]:
    """Choose round numbers from 0 to what reaches the top: steps of 1, 2 or 5 times a power of ten."""
    if top <= 0:
        return [0, 1]
    least = top / STEPS
    power = 10 ** math.floor(math.log10(least))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))
    return [round(number * step, 10) for number in range(math.ceil(top / step - 1e-9) + 1)]


def bars(*, title: str, points: Sequence[Point]) -> Chart:
    """Draw standing bars."""
    return stacked(title=title, series=[""], piles=[Pile(point.name, (point.value,)) for point in points])


def stacked(*, title: str, series: Sequence[str], piles: Sequence[Pile]) -> Chart:
    """Draw standing bars of several parts; nothing of them may be negative."""
    tops = [sum(pile.values) for pile in piles]
    ticks = scale(max(tops, default=0))
    places = list(_places(len(piles)))
    marks = [
        mark
        for pile, (x, width) in zip(piles, places, strict=True)
        for mark in _parts(pile, series, x, width, ticks[-1])
    ]
    return Chart(
        title=title,
        said=_said((pile.name, top) for pile, top in zip(piles, tops, strict=True)),
        height=TOP + PLOT_HEIGHT + BOTTOM,
        marks=tuple(marks),
        labels=(*_heights(ticks), *_names([pile.name for pile in piles], places)),
        rules=_lines(ticks),
        keys=tuple(Key(tone(number), name) for number, name in enumerate(series)) if len(series) > 1 else (),
    )


def line(*, title: str, points: Sequence[Point]) -> Chart:
    """Draw a line through numbers that follow each other, with a dot at each."""
    ticks = scale(max((point.value for point in points), default=0))
    places = list(_places(len(points)))
    spots = [
        (round(x + width / 2, 1), _height(point.value, ticks[-1]))
        for point, (x, width) in zip(points, places, strict=True)
    ]
    return Chart(
        title=title,
        said=_said((point.name, point.value) for point in points),
        height=TOP + PLOT_HEIGHT + BOTTOM,
        marks=tuple(
            Mark(round(x - 4, 1), round(y - 4, 1), 8, 8, f"{tone(0)} chart__dot", f"{point.name}: {point.value:,.2f}")
            for point, (x, y) in zip(points, spots, strict=True)
        ),
        labels=(*_heights(ticks), *_names([point.name for point in points], places)),
        rules=_lines(ticks),
        trace=" ".join(f"{x},{y}" for x, y in spots),
    )


def ranks(*, title: str, points: Sequence[Point]) -> Chart:
    """Draw lying bars with long names, in the order given."""
    longest = max((point.value for point in points), default=0)
    left = min(max((len(point.name) for point in points), default=0) * LETTER + 24, NAME_WIDTH)
    room = WIDTH - left - RIGHT - 60  # the number stands behind its bar
    widths = [round(room * point.value / longest, 1) if longest else 0 for point in points]
    return Chart(
        title=title,
        said=_said((point.name, point.value) for point in points),
        height=TOP + LANE * len(points),
        marks=tuple(
            Mark(left, TOP + LANE * place, width, LANE - 10, tone(0), f"{point.name}: {point.value:,.10g}")
            for place, (point, width) in enumerate(zip(points, widths, strict=True))
        ),
        labels=tuple(
            label
            for place, (point, width) in enumerate(zip(points, widths, strict=True))
            for label in (
                Label(left - 8, TOP + LANE * place + 14, cut(point.name, left - 8), "end"),
                Label(left + width + 6, TOP + LANE * place + 14, short(point.value), "start"),
            )
        ),
    )


def heat_map(
    *, title: str, columns: Sequence[str], rows: Sequence[str], cells: Sequence[Sequence[float | None]]
) -> Chart:
    """Draw percentages as cells, darker where they are higher; None is a cell without anything."""
    left = 90
    width = (WIDTH - left - RIGHT) / max(len(columns), 1)
    found = [
        (column, row, value)
        for row, values in enumerate(cells)
        for column, value in enumerate(values)
        if value is not None
    ]
    middle = [round(left + width * (column + 0.5), 1) for column in range(len(columns))]
    return Chart(
        title=title,
        said=_said((f"{columns[column]} {rows[row]}", value) for column, row, value in found),
        height=TOP * 2 + CELL_HEIGHT * len(rows) + 8,
        marks=tuple(
            Mark(
                round(left + width * column + 1, 1),
                TOP * 2 + CELL_HEIGHT * row + 1,
                round(width - 2, 1),
                CELL_HEIGHT - 2,
                f"shade-{shade(value)}",
                f"{columns[column]} {rows[row]}: {value:.1f} %",
            )
            for column, row, value in found
        ),
        labels=(
            *(Label(middle[column], TOP + 4, name) for column, name in enumerate(columns)),
            *(Label(left - 8, TOP * 2 + CELL_HEIGHT * (row + 0.5) + 4, name, "end") for row, name in enumerate(rows)),
            *(
                Label(
                    middle[column],
                    TOP * 2 + CELL_HEIGHT * (row + 0.5) + 4,
                    f"{value:.0f}",
                    tone=f"on-shade-{shade(value)}",
                )
                for column, row, value in found
            ),
        ),
    )


def tone(number: int) -> str:
    """Name the class of one of the colours."""
    return f"tone-{number % TONES}"


def shade(percent: float) -> int:
    """Choose the shade of a percentage, 0 for nothing."""
    return min(max(math.ceil(percent * (SHADES - 1) / 100), 0), SHADES - 1)


def cut(text: str, width: float) -> str:
    """Shorten a text to about so many units."""
    most = int(width // LETTER)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _places(count: int) -> Iterable[tuple[float, float]]:
    """Share the width of the plot out: where each bar begins, and how wide it is."""
    slot = (WIDTH - LEFT - RIGHT) / max(count, 1)
    width = round(min(slot * 0.72, 56), 1)
    for place in range(count):
        yield round(LEFT + slot * place + (slot - width) / 2, 1), width


def _height(value: float, top: float) -> float:
    return round(TOP + PLOT_HEIGHT * (1 - value / top), 1)


def _parts(pile: Pile, series: Sequence[str], x: float, width: float, top: float) -> Iterable[Mark]:
    reached = 0.0
    for number, (name, value) in enumerate(zip(series, pile.values, strict=True)):
        if value > 0:
            y = _height(reached + value, top)
            said = f"{pile.name}{', ' if name else ''}{name}: {value:,.10g}"
            yield Mark(x, y, width, round(_height(reached, top) - y, 1), tone(number), said)
        reached += value


def _heights(ticks: Sequence[float]) -> Iterable[Label]:
    return [Label(LEFT - 8, _height(tick, ticks[-1]) + 4, short(tick), "end", "chart__quiet") for tick in ticks]


def _lines(ticks: Sequence[float]) -> tuple[Rule, ...]:
    return tuple(Rule(LEFT, _height(tick, ticks[-1]), WIDTH - RIGHT, _height(tick, ticks[-1])) for tick in ticks)


def _names(names: Sequence[str], places: Sequence[tuple[float, float]]) -> Iterable[Label]:
    """Write as many names below the plot as fit beside each other."""
    if not names:
        return []
    slot = (WIDTH - LEFT - RIGHT) / len(names)
    longest = max(map(len, names)) * LETTER + 8
    every = max(math.ceil(longest / slot), 1)
    return [
        Label(round(x + width / 2, 1), TOP + PLOT_HEIGHT + 18, name)
        for number, (name, (x, width)) in enumerate(zip(names, places, strict=True))
        if number % every == 0
    ]


def _said(values: Iterable[tuple[str, float]]) -> str:
    """Say in a sentence what a chart shows; the table says it number by number."""
    known = list(values)
    if not known:
        return "Nothing to show."
    most = max(known, key=lambda pair: pair[1])
    return f"{len(known)} values; the highest is {most[0]} with {most[1]:,.10g}. The table below says each."
