"""Draws the demo movies' posters: abstract shapes and a title, ours to give away.

`python -m ops.demo.posters` writes static/posters/; a test compares what is committed with what this draws.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import cos, pi, sin
from pathlib import Path
from xml.sax.saxutils import escape

from ops.demo.movies import MOVIES

WIDTH, HEIGHT, MARGIN = 600, 900, 56
FONTS = "Futura, 'Avenir Next', 'Century Gothic', 'Helvetica Neue', Helvetica, Arial, sans-serif"
GOLDEN = 0.618033988749895
Shapes = Iterator[str]


def spread(index: int, low: float, high: float, step: float = GOLDEN) -> float:
    """Draw the next of an evenly scattered series, the same every time."""
    return low + (index * step % 1) * (high - low)


def circle(x: float, y: float, r: float, fill: str, opacity: float = 1) -> str:
    return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r:.1f}" fill="{fill}" opacity="{opacity:.2f}"/>'


def ring(x: float, y: float, r: float, colour: str, width: float, opacity: float = 1) -> str:
    style = f'fill="none" stroke="{colour}" stroke-width="{width:.1f}" opacity="{opacity:.2f}"'
    return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r:.1f}" {style}/>'


def shape(points: list[tuple[float, float]], fill: str, opacity: float = 1) -> str:
    text = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
    return f'<polygon points="{text}" fill="{fill}" opacity="{opacity:.2f}"/>'


def stroke(path: str, colour: str, width: float, opacity: float = 1) -> str:
    style = f'fill="none" stroke="{colour}" stroke-width="{width:.1f}" stroke-linecap="round" opacity="{opacity:.2f}"'
    return f'<path d="{path}" {style}/>'


def ridge(base: float, height: float, waves: float, phase: float, fill: str) -> str:
    """Fill everything below a rolling line."""
    crest = [(x, base - height * (0.5 + 0.5 * sin(waves * x / WIDTH * 2 * pi + phase))) for x in range(0, 601, 12)]
    return shape([(0, HEIGHT), *crest, (WIDTH, HEIGHT)], fill)


def embers(ink: str, glow: str) -> Shapes:
    yield circle(300, 360, 190, glow)
    yield circle(300, 360, 150, ink, 0.35)
    for layer, fill in enumerate(("#5c1a12", "#3a0f0c", "#1d0706")):
        top = 400 + layer * 70
        peaks = [(x * 50, top + spread(x + layer * 5, -70, 70)) for x in range(13)]
        yield shape([(0, HEIGHT), *peaks, (WIDTH, HEIGHT)], fill)
    for spark in range(60):
        yield circle(spread(spark, 20, 580), spread(spark, 60, 520, 0.7548), spread(spark, 0.8, 3.2, 0.31), glow, 0.8)


def dry_field(ink: str, glow: str) -> Shapes:
    for furrow in range(15):
        y = 330 + furrow * furrow * 2.6
        yield stroke(f"M -20 {y:.0f} Q 300 {y - 26:.0f} 620 {y:.0f}", ink, 2 + furrow * 0.9, 0.75)
    for bounce, x in enumerate(range(60, 540, 120)):
        height = 250 - bounce * 48
        yield stroke(f"M {x} 330 Q {x + 60} {330 - height} {x + 120} 330", "#fff4dc", 3, 0.55)
    yield circle(486, 258, 44, glow)
    yield stroke("M 462 224 Q 492 258 470 296", "#fff4dc", 3)


def three_of_a_kind(ink: str, glow: str) -> Shapes:
    for line in range(0, 901, 30):
        yield stroke(f"M 0 {line} H 600", ink, 1, 0.18)
        yield stroke(f"M {line} 0 V 900", ink, 1, 0.18)
    for turn, fill in enumerate((glow, "#e4572e", "#17a398")):
        angle = -pi / 2 + turn * 2 * pi / 3
        yield circle(300 + 92 * cos(angle), 320 + 92 * sin(angle), 138, fill, 0.82)
    yield shape([(300, 262), (352, 352), (300, 330), (248, 352)], "#ffffff")


def mat(ink: str, glow: str) -> Shapes:
    for lap in range(9):
        yield ring(300, 350, 40 + lap * 31, ink if lap % 3 else glow, 13 - lap, 1 - lap * 0.07)
    yield circle(300, 350, 22, glow)
    for ray in range(48):
        angle = ray * 2 * pi / 48
        path = f"M {300 + 312 * cos(angle):.0f} {350 + 312 * sin(angle):.0f}"
        yield stroke(f"{path} L {300 + 344 * cos(angle):.0f} {350 + 344 * sin(angle):.0f}", ink, 3, 0.6)


def fire_and_water(ink: str, glow: str) -> Shapes:
    yield shape([(0, 0), (600, 0), (0, 900)], "#a71d1d")
    for flame in range(11):
        x, tall = flame * 52 - 30, spread(flame, 230, 440)
        yield shape([(x, 640), (x + 34, 640 - tall), (x + 70, 640)], glow, 0.28)
    for wave in range(12):
        y = 250 + wave * 40
        yield stroke(f"M {560 - wave * 46} {y} q 40 -34 80 0 t 80 0 t 80 0 t 80 0 t 80 0 t 80 0", ink, 5, 0.6)
    yield ring(300, 350, 130, "#ffffff", 10)
    yield stroke("M 208 442 L 392 258", "#ffffff", 10)


def forest(ink: str, glow: str) -> Shapes:
    for trunk in range(34):
        x, wide = spread(trunk, -10, 610), spread(trunk, 3, 17, 0.7548)
        yield stroke(f"M {x:.0f} -10 Q {x + 14:.0f} 420 {x - 8:.0f} 910", ink, wide, 0.55)
    for layer in range(5):
        size = 176 - layer * 32
        for petal in range(12):
            angle = petal * pi / 6 + layer * pi / 12
            yield circle(
                300 + size * cos(angle),
                350 + size * sin(angle),
                40 - layer * 6,
                glow if layer % 2 else "#c8201f",
                0.85,
            )
    yield circle(300, 350, 20, "#ffffff")


def cave(ink: str, glow: str) -> Shapes:
    for depth in range(9):
        corners = [
            (
                300 + (330 - depth * 34) * spread(corner * 3 + depth, 0.82, 1.18) * cos(corner * pi / 7),
                350 + (380 - depth * 40) * spread(corner * 5 + depth, 0.82, 1.18) * sin(corner * pi / 7),
            )
            for corner in range(14)
        ]
        yield shape(corners, ink if depth % 2 else "#0b1413", 0.30 + depth * 0.07)
    yield stroke("M 300 0 L 300 352", "#e9e2d0", 2)
    yield circle(300, 362, 9, glow)


def grass(ink: str, glow: str) -> Shapes:
    yield circle(430, 210, 74, glow)
    for puff in range(10):
        yield circle(80 + puff * 34, 330 - puff * 13, 10 + puff * 4.5, "#ffffff", 0.5 - puff * 0.04)
    yield stroke("M 0 372 H 600", ink, 3)
    for car in range(7):
        yield shape([(10 + car * 50, 368), (10 + car * 50, 348), (52 + car * 50, 348), (52 + car * 50, 368)], ink)
    for blade in range(110):
        x, tall, lean = spread(blade, -10, 610), spread(blade, 70, 250, 0.7548), spread(blade, 10, 70, 0.31)
        path = f"M {x:.0f} 640 Q {x + lean / 4:.0f} {640 - tall / 2:.0f} {x + lean:.0f} {640 - tall:.0f}"
        yield stroke(path, ink, spread(blade, 1.2, 4, 0.43), 0.8)


def black_hole(ink: str, glow: str) -> Shapes:
    for star in range(140):
        yield circle(spread(star, 0, 600), spread(star, 0, 900, 0.7548), spread(star, 0.4, 1.9, 0.31), "#ffffff", 0.8)
    for band in range(16):
        yield ring(300, 350, 128 + band * 3.4, glow, 1.6, 0.95 - band * 0.055)
    for band in range(12):
        size = f'rx="{285 - band * 9}" ry="{26 - band * 1.4:.1f}"'
        style = f'fill="none" stroke="{glow}" stroke-width="2" opacity="{0.9 - band * 0.05:.2f}"'
        yield f'<ellipse cx="300" cy="358" {size} {style}/>'
    yield circle(300, 350, 112, ink)
    yield stroke("M 20 366 Q 300 392 580 366", glow, 5)


def dunes(ink: str, glow: str) -> Shapes:
    yield circle(410, 210, 96, glow)
    yield circle(438, 196, 82, ink, 0.30)
    yield circle(180, 150, 26, "#ffffff", 0.7)
    for layer, fill in enumerate(("#e0a458", "#c9803a", "#a85f28", "#7d421c", "#522a14", "#2f180d")):
        yield ridge(430 + layer * 62, 96 - layer * 6, 0.8 + layer * 0.16, layer * 1.9, fill)
    for mark in range(9):
        yield stroke(f"M {238 + mark * 5} {452 + mark * 22} q 9 -7 18 0", "#2f180d", 3, 0.65)


def feelings(ink: str, glow: str) -> Shapes:
    colours = (glow, "#4f86f7", "#e5383b", "#7bc950", "#9b5de5", "#ff8c42", "#2ec4b6", "#f497da")
    for ball in range(72):
        x, y = spread(ball, 10, 590), spread(ball, 20, 610, 0.7548)
        yield circle(x, y, spread(ball, 12, 54, 0.31), colours[ball % len(colours)], 0.78)
        yield circle(x - 6, y - 8, spread(ball, 3, 9, 0.31), "#ffffff", 0.6)
    yield ring(300, 320, 120, ink, 12)


def stairs(ink: str, glow: str) -> Shapes:
    yield shape([(330, 60), (560, 60), (560, 250), (330, 250)], glow)
    yield stroke("M 445 60 V 250 M 330 155 H 560", ink, 6)
    for step in range(13):
        x, y = 520 - step * 44, 270 + step * 30
        yield shape([(x, y), (x + 110, y), (x + 110, y + 12), (x, y + 12)], ink)
        yield shape([(x, y + 12), (x + 16, y + 12), (x + 16, 900), (x, 900)], ink, 0.12)
    yield shape([(30, 560), (150, 560), (150, 604), (30, 604)], glow, 0.85)


@dataclass(frozen=True, slots=True)
class Poster:
    lines: tuple[str, ...]
    motif: Callable[[str, str], Shapes]
    paper: str
    ink: str
    glow: str
    letters: str


POSTERS = {
    "sholay": Poster(("SHOLAY",), embers, "#2b0b09", "#7a1f12", "#ff8a1f", "#ffd9a0"),
    "lagaan": Poster(("LAGAAN",), dry_field, "#d9a05b", "#7a4a1e", "#b3261e", "#3b1f0a"),
    "3-idiots": Poster(("3 IDIOTS",), three_of_a_kind, "#f6f1e3", "#22577a", "#ffc145", "#1b2d45"),
    "dangal": Poster(("DANGAL",), mat, "#c66b3d", "#4a1d0c", "#ffe2b8", "#fff1dc"),
    "rrr": Poster(("RRR",), fire_and_water, "#0d3b66", "#8fd3ff", "#ffb627", "#ffffff"),
    "kantara": Poster(("KANTARA",), forest, "#12291b", "#06120b", "#f2b632", "#ffe9b8"),
    "manjummel-boys": Poster(("MANJUMMEL", "BOYS"), cave, "#3f5e55", "#172825", "#ff4b3e", "#f3ecd9"),
    "pather-panchali": Poster(("PATHER", "PANCHALI"), grass, "#d8d4c7", "#2c2b28", "#f7f4ea", "#1c1b19"),
    "interstellar": Poster(("INTER", "STELLAR"), black_hole, "#05070d", "#000000", "#ffcf87", "#f4efe6"),
    "dune-part-two": Poster(("DUNE", "PART TWO"), dunes, "#f3c98b", "#b65c2a", "#fff0d0", "#3b1c0c"),
    "inside-out-2": Poster(("INSIDE", "OUT 2"), feelings, "#2b1a5a", "#ffffff", "#ffd60a", "#ffffff"),
    "parasite": Poster(("PARASITE",), stairs, "#8a9a83", "#1e2a24", "#f2f0d8", "#12180f"),
}


def draw(slug: str) -> str:
    """Draw one poster as SVG: the motif above, the title stretched to the width of the sheet, the facts below."""
    poster = POSTERS[slug]
    movie = next(movie for movie in MOVIES if movie.slug == slug)
    director = next(name for name, job in movie.crew if job == "Director")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(movie.title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{poster.paper}"/>',
        *poster.motif(poster.ink, poster.glow),
        f'<rect y="640" width="{WIDTH}" height="260" fill="{poster.paper}"/>',
        *_title(poster),
        _small(842, f"{director} · {movie.released.year}", poster.letters),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _title(poster: Poster) -> Shapes:
    room = 144 / len(poster.lines)
    for number, line in enumerate(poster.lines):
        size = min(room / 0.92, 1.4 * (WIDTH - 2 * MARGIN) / len(line))
        y = 660 + room * (number + 1) - 8
        stretched = f'textLength="{WIDTH - 2 * MARGIN}" lengthAdjust="spacingAndGlyphs"' if len(line) > 1 else ""
        style = f'font-family="{FONTS}" font-weight="800" font-size="{size:.0f}" fill="{poster.letters}"'
        yield f'<text x="{MARGIN}" y="{y:.0f}" {style} {stretched}>{escape(line)}</text>'


def _small(y: int, text: str, fill: str) -> str:
    style = f'font-family="{FONTS}" font-size="22" letter-spacing="3" fill="{fill}" opacity="0.85"'
    return f'<text x="{MARGIN}" y="{y}" {style}>{escape(text)}</text>'


if __name__ == "__main__":
    for drawn in POSTERS:
        (Path(__file__).parents[2] / "static" / "posters" / f"{drawn}.svg").write_text(draw(drawn), encoding="utf-8")
