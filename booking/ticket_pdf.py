"""Draws the ticket: one A6 page for the door, which a phone shows at full width, and the tax invoice behind it.

Importing the PDF library takes a quarter of a second, so nothing imports this module: `settings.TICKET_RENDERER` names
`render`, and whoever draws the first ticket loads it. A chain of cinemas names its own design there.
"""

from datetime import datetime
from decimal import Decimal
from itertools import groupby

from fpdf import FPDF

from booking.qr import qr_matrix
from booking.ticket_sheet import SheetLine, TicketSheet
from cinema.core import paper
from cinema.core.paper import GOLD, INK, MUTED, PALE, POINT, WHITE, Style
from cinema.core.paper import write as _write

WIDTH, HEIGHT, MARGIN = 105.0, 148.0, 8.0  # A6, in millimetres, as every length below
INNER = WIDTH - 2 * MARGIN
_TEAR_AT = 80.0
_QR_SIDE = 48.0


_TITLE = Style(18, weight="B")
_SUBTITLE = Style(9, MUTED)
_LABEL = Style(6.5, MUTED)
_VALUE = Style(11, weight="B")
_SEATS = Style(13, weight="B")
_TEXT = Style(8)
_NUMBER = Style(8, align="R")
_TOTAL = Style(11, weight="B", align="R")


def render(sheet: TicketSheet, *, code: str, now: datetime) -> bytes:
    """Make the PDF of a booking's ticket; `code` is what its QR says."""
    title = f"{sheet.movie} · {sheet.reference}"
    pdf = paper.empty((WIDTH, HEIGHT), title=title, author=sheet.venue, now=now)
    _draw_door_page(pdf, sheet, code)
    _draw_invoice(pdf, sheet)
    return bytes(pdf.output())


def _draw_door_page(pdf: FPDF, sheet: TicketSheet, code: str) -> None:
    pdf.add_page()
    _draw_header(pdf, sheet.venue, "E-TICKET")
    _write(pdf, sheet.movie, _TITLE, (MARGIN, 17), INNER, lines=2)
    facts = " · ".join(fact for fact in (sheet.certificate, sheet.language, sheet.format) if fact)
    _write(pdf, facts, _SUBTITLE, (MARGIN, pdf.get_y() + 0.6), INNER)
    _draw_fact(pdf, "DATE", f"{sheet.starts_at:%a %d %b %Y}", (MARGIN, 43), 34)
    _draw_fact(pdf, "TIME", sheet.clock, (46, 43), 20)
    _draw_fact(pdf, "SCREEN", sheet.screen, (69, 43), 28)
    _draw_seats(pdf, sheet)
    _draw_tear(pdf)
    _draw_qr(pdf, code, x=MARGIN, y=_TEAR_AT + 8)
    x, width = MARGIN + _QR_SIDE + 7, INNER - _QR_SIDE - 7
    _draw_fact(pdf, "BOOKING", sheet.reference, (x, _TEAR_AT + 8), width)
    _draw_fact(pdf, "NAME", sheet.customer, (x, _TEAR_AT + 20.5), width)
    _draw_fact(pdf, "PAID", sheet.paid, (x, _TEAR_AT + 33), width)
    if sheet.foods:
        _draw_fact(pdf, "FOOD", f"{sum(count for _, count in sheet.foods)} to collect", (x, _TEAR_AT + 45.5), width)
    _write(pdf, sheet.address, Style(6.5, MUTED, align="C"), (MARGIN, HEIGHT - 8), INNER)


def _draw_header(pdf: FPDF, left: str, right: str) -> None:
    pdf.set_fill_color(*INK)
    pdf.rect(0, 0, WIDTH, 13, style="F")
    _write(pdf, left, Style(10, WHITE, "B"), (MARGIN, 3.8), INNER - 28)
    _write(pdf, right, Style(8, GOLD, "B", "R"), (WIDTH - MARGIN - 26, 4.5), 26)


def _draw_fact(pdf: FPDF, label: str, value: str, at: tuple[float, float], width: float) -> None:
    x, y = at
    _write(pdf, label, _LABEL, (x, y), width)
    _write(pdf, value, _VALUE, (x, y + 3.6), width, lines=2 if len(value) > 18 else 1)


def _draw_seats(pdf: FPDF, sheet: TicketSheet) -> None:
    count = sheet.seat_count
    _write(pdf, "1 SEAT" if count == 1 else f"{count} SEATS", _LABEL, (MARGIN, 57), INNER)
    rows = len(sheet.seats)
    height = 16 / max(rows, 2)
    for index, (category, numbers) in enumerate(sheet.seats):
        y = 60.6 + index * height
        _write(pdf, category, _SUBTITLE._replace(size=min(9, height / POINT / 1.3)), (MARGIN, y + 1), 22)
        seats = _SEATS._replace(size=min(13, height / POINT / 1.3))
        _write(pdf, ", ".join(numbers), seats, (MARGIN + 24, y), INNER - 24, lines=2 if rows == 1 else 1)


def _draw_tear(pdf: FPDF) -> None:
    pdf.set_draw_color(*PALE)
    pdf.set_line_width(0.4)
    pdf.set_dash_pattern(dash=1.6, gap=1.4)
    pdf.line(6, _TEAR_AT, WIDTH - 6, _TEAR_AT)
    pdf.set_dash_pattern()
    pdf.set_fill_color(*PALE)
    for x in (0.0, WIDTH):
        pdf.circle(x, _TEAR_AT, 3.2, style="F")


def _draw_qr(pdf: FPDF, code: str, *, x: float, y: float) -> None:
    matrix = qr_matrix(code)
    side = _QR_SIDE / len(matrix)
    with pdf.new_path() as path:  # one path for all squares: no hairlines between neighbours
        path.style.fill_color = "#000000"
        path.style.stroke_color = None
        for row, squares in enumerate(matrix):
            for is_dark, run in groupby(range(len(squares)), key=squares.__getitem__):
                columns = list(run)
                if is_dark:
                    path.rectangle(x + columns[0] * side, y + row * side, len(columns) * side, side)


def _draw_invoice(pdf: FPDF, sheet: TicketSheet) -> None:
    y = _draw_invoice_head(pdf, sheet)
    for line in sheet.lines:
        if y > HEIGHT - 16:
            y = _next_page(pdf, sheet)
        y = _draw_line(pdf, sheet, line, y)
    sums = [("Taxable value", sheet.taxable)]
    sums += [(f"{tax.name} {tax.rate.normalize():f} %", tax.amount) for tax in sheet.taxes]
    if sheet.rounding:
        sums.append(("Rounding", sheet.rounding))
    if y + 5 * len(sums) > HEIGHT - 34:
        y = _next_page(pdf, sheet)
    _draw_sums(pdf, sheet, sums, y + 2)


def _draw_invoice_head(pdf: FPDF, sheet: TicketSheet) -> float:
    y = _next_page(pdf, sheet)
    _write(pdf, sheet.supplier or sheet.venue, _VALUE, (MARGIN, y), 52)
    _write(pdf, sheet.address, Style(7, MUTED), (MARGIN, y + 5.5), 52, lines=3)
    _write(pdf, f"GSTIN {sheet.gstin}" if sheet.gstin else "", Style(7, MUTED), (MARGIN, y + 16), 52)
    place = f"Place of supply {sheet.place_of_supply}" if sheet.place_of_supply else ""
    _write(pdf, place, Style(7, MUTED), (MARGIN, y + 19.5), 52)
    facts = [("INVOICE NO.", sheet.invoice_number), ("DATE", f"{sheet.booked_at:%d %b %Y}"), ("FOR", sheet.customer)]
    for index, (label, value) in enumerate(fact for fact in facts if fact[1]):
        _write(pdf, label, _LABEL, (64, y + index * 8), 33)
        _write(pdf, value, Style(9, weight="B"), (64, y + 2.8 + index * 8), 33)
    y += 26
    show = f"{sheet.movie}, {sheet.starts_at:%d %b %Y} {sheet.clock}, {sheet.screen}"
    _write(pdf, show, _TEXT, (MARGIN, y - 1.5), INNER, lines=2)
    for text, style, x, width in _columns("", "SAC/HSN", "QTY", f"VALUE ({sheet.currency})"):
        _write(pdf, text, style._replace(size=6.5, color=MUTED), (x, y + 7), width)
    return _rule(pdf, y + 11)


def _next_page(pdf: FPDF, sheet: TicketSheet) -> float:
    pdf.add_page()
    _draw_header(pdf, "Tax invoice" if sheet.invoice_number else "Receipt", sheet.reference)
    return 18


def _columns(text: str, code: str, quantity: str, value: str) -> list[tuple[str, Style, float, float]]:
    return [(text, _TEXT, MARGIN, 43), (code, _NUMBER, 52, 15), (quantity, _NUMBER, 67, 9), (value, _NUMBER, 76, 21)]


def _draw_line(pdf: FPDF, sheet: TicketSheet, line: SheetLine, y: float) -> float:
    for text, style, x, width in _columns(line.text, line.hsn_code, str(line.quantity), f"{line.taxable:,.2f}"):
        _write(pdf, text, style, (x, y), width)
    return y + 5


def _draw_sums(pdf: FPDF, sheet: TicketSheet, sums: list[tuple[str, Decimal]], y: float) -> None:
    y = _rule(pdf, y)
    for label, amount in sums:
        _write(pdf, label, _NUMBER._replace(color=MUTED), (MARGIN, y), 56)
        _write(pdf, f"{amount:,.2f}", _NUMBER, (76, y), 21)
        y += 4.8
    y = _rule(pdf, y + 1)
    _write(pdf, "Total", _TOTAL, (MARGIN, y), 56)
    _write(pdf, sheet.paid, _TOTAL, (64, y), 33)
    _write(pdf, sheet.in_words, Style(7, align="R"), (MARGIN, y + 6.5), INNER, lines=2)
    if sheet.discount:
        saved = f"The values are after a discount of {sheet.money(sheet.discount)}."
        _write(pdf, saved, Style(7, MUTED, align="R"), (MARGIN, y + 13), INNER)


def _rule(pdf: FPDF, y: float) -> float:
    return paper.rule(pdf, y, MARGIN, WIDTH - MARGIN)
