"""What everything printed shares: fonts that know ₹ and Devanagari, colours, and text that fits into its box.

Importing the PDF library takes a quarter of a second, so nothing that serves the site imports this module: settings name
the functions that draw, and whoever draws the first page loads it.
"""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple, cast

from fpdf import FPDF
from fpdf.enums import MethodReturnValue

# static/css/tokens.css: the curtain, soft ink, lines, the bulbs
INK, MUTED, PALE, GOLD, WHITE = (42, 11, 16), (103, 87, 79), (223, 210, 194), (255, 193, 90), (255, 255, 255)
FONTS = Path(__file__).with_name("fonts")
POINT = 25.4 / 72  # in millimetres, as every length
_LATIN, _DEVANAGARI = "NotoSans", "NotoSansDevanagari"


class Style(NamedTuple):
    """How a text looks; `size` is in points and gives way when the text would not fit."""

    size: float
    color: tuple[int, int, int] = INK
    weight: str = ""
    align: str = "L"


def empty(size: tuple[float, float], *, title: str, author: str, now: datetime) -> FPDF:
    """Start a document of pages of a size (millimetres), without a page; the same input gives the same bytes."""
    pdf = FPDF(format=size)
    for family in (_LATIN, _DEVANAGARI):
        pdf.add_font(family, "", FONTS / f"{family}-Regular.ttf")
        pdf.add_font(family, "B", FONTS / f"{family}-Bold.ttf")
    pdf.set_fallback_fonts([_DEVANAGARI])
    pdf.set_text_shaping(use_shaping_engine=True)
    pdf.set_auto_page_break(auto=False)
    pdf.set_title(title)
    pdf.set_author(author)
    pdf.set_lang("en-IN")
    pdf.set_creation_date(now)
    pdf.c_margin = 0
    return pdf


def write(  # position and width are what a line of a form is
    pdf: FPDF, text: str, style: Style, at: tuple[float, float], width: float, *, lines: int = 1
) -> None:
    """Set a text into a box; it shrinks to two thirds before it is cut."""
    size = style.size
    while (wrapped := _wrapped(pdf, text, style, size, width)) and len(wrapped) > lines and size > style.size * 2 / 3:
        size -= 0.5
    if len(wrapped) > lines:
        text = " ".join(wrapped[:lines])[:-2].rstrip() + "…"
    pdf.set_text_color(*style.color)
    pdf.set_xy(*at)
    pdf.multi_cell(width, size * POINT * 1.3, text, align=style.align)


def rule(pdf: FPDF, y: float, left: float, right: float) -> float:
    """Draw a line across, and tell where what follows begins."""
    pdf.set_draw_color(*PALE)
    pdf.set_line_width(0.3)
    pdf.line(left, y, right, y)
    return y + 1.8


def _wrapped(pdf: FPDF, text: str, style: Style, size: float, width: float) -> list[str]:
    pdf.set_font(_LATIN, style.weight, size)
    found = pdf.multi_cell(width, text=text, dry_run=True, output=MethodReturnValue.LINES)
    return cast("list[str]", found)
