"""Draws an invoice or a credit note on A4 pages.

`settings.DOCUMENT_RENDERER` names `render`: nothing imports this module, for the PDF library is slow to load.
"""

from datetime import UTC, datetime, time
from decimal import Decimal

from django.conf import settings
from django.utils.translation import override
from fpdf import FPDF

from billing.documents import DocumentLine, IssuedDocument
from billing.words import amount_in_words
from cinema.core import paper
from cinema.core.formats import money
from cinema.core.paper import GOLD, INK, MUTED, WHITE, Style, write

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 14.0  # A4, in millimetres, as every length below
INNER = WIDTH - 2 * MARGIN
_END = HEIGHT - 24
_LABEL, _VALUE, _TEXT = Style(7, MUTED), Style(9.5, weight="B"), Style(8.5)
_NUMBER = Style(8.5, align="R")
_COLUMNS = (  # heading, left edge, width, how it is set
    ("Description", MARGIN, 56.0, _TEXT),
    ("SAC/HSN", 72.0, 15.0, _NUMBER),
    ("Qty", 88.0, 8.0, _NUMBER),
    ("Discount", 97.0, 17.0, _NUMBER),
    ("Taxable value", 115.0, 22.0, _NUMBER),
    ("CGST", 138.0, 18.0, _NUMBER),
    ("SGST", 157.0, 18.0, _NUMBER),
    ("Total", 176.0, 20.0, _NUMBER),
)


def render(document: IssuedDocument) -> bytes:
    """Make the PDF of a document: the same document gives the same bytes, whenever it is drawn."""
    with override(settings.LANGUAGE_CODE):  # the house's language, not that of whoever asks for it
        return _drawn(document)


def _drawn(document: IssuedDocument) -> bytes:
    issued_at = datetime.combine(document.issued_on, time(), UTC)
    pdf = paper.empty(
        (WIDTH, HEIGHT), title=f"{document.title} {document.number}", author=document.supplier_name, now=issued_at
    )
    y = _draw_head(pdf, document)
    for line in document.stated.lines:
        if y > _END - 10:
            y = _draw_columns(pdf, _next_page(pdf, document))
        y = _draw_line(pdf, line, y)
    if y > _END - 62:
        y = _next_page(pdf, document)
    _draw_foot(pdf, document, _draw_sums(pdf, document, y))
    return bytes(pdf.output())


def _next_page(pdf: FPDF, document: IssuedDocument) -> float:
    pdf.add_page()
    pdf.set_fill_color(*INK)
    pdf.rect(0, 0, WIDTH, 20, style="F")
    write(pdf, document.supplier_name, Style(14, WHITE, "B"), (MARGIN, 6), INNER - 60)
    write(pdf, document.title.upper(), Style(11, GOLD, "B", "R"), (WIDTH - MARGIN - 58, 7), 58)
    return 28


def _draw_head(pdf: FPDF, document: IssuedDocument) -> float:
    y = _next_page(pdf, document)
    write(pdf, document.supplier_name, _VALUE, (MARGIN, y), 88)
    write(pdf, document.supplier_address, Style(8.5, MUTED), (MARGIN, y + 5.5), 88, lines=3)
    gstin = f"GSTIN {document.supplier_gstin}" if document.supplier_gstin else "Not registered for GST"
    write(pdf, gstin, _TEXT, (MARGIN, y + 18), 88)
    facts = [
        ("Number", document.number),
        ("Date", f"{document.issued_on:%d %b %Y}"),
        ("Booking", document.booking_reference),
        ("Place of supply", document.place_of_supply),
        ("Credit of invoice", document.against),
        ("Reason", document.reason),
    ]
    for index, (label, value) in enumerate(fact for fact in facts if fact[1]):
        x, top = 112 + index % 2 * 43, y + index // 2 * 10
        write(pdf, label, _LABEL, (x, top), 41)
        write(pdf, value, _VALUE, (x, top + 3.2), 41)
    write(pdf, document.stated.subject, _TEXT, (MARGIN, y + 31), INNER, lines=2)
    return _draw_columns(pdf, pdf.get_y() + 4)


def _draw_columns(pdf: FPDF, y: float) -> float:
    for heading, x, width, style in _COLUMNS:
        write(pdf, heading, style._replace(size=7, color=MUTED), (x, y), width)
    return paper.rule(pdf, y + 4.5, MARGIN, WIDTH - MARGIN)


def _draw_line(pdf: FPDF, line: DocumentLine, y: float) -> float:
    amounts = [line.discount, line.taxable, line.cgst, line.sgst, line.total]
    cells = [line.text, line.hsn_code, str(line.quantity), *(_figure(amount) for amount in amounts)]
    for text, (_, x, width, style) in list(zip(cells, _COLUMNS, strict=True))[1:]:
        write(pdf, text, style, (x, y), width)
    for rate, (_, x, width, _) in zip((line.cgst_rate, line.sgst_rate), _COLUMNS[5:7], strict=True):
        write(pdf, f"{_percent(rate)}", Style(6.5, MUTED, align="R"), (x, y + 3.7), width)
    write(pdf, line.text, _TEXT, (MARGIN, y), 56, lines=3)
    return max(pdf.get_y(), y + 7) + 1.2


def _draw_sums(pdf: FPDF, document: IssuedDocument, y: float) -> float:
    stated, y = document.stated, paper.rule(pdf, y, MARGIN, WIDTH - MARGIN)
    sums = [("Taxable value", stated.taxable)]
    for rate in stated.by_rate:
        on = f" on {money(rate.taxable, document.currency)}"
        taxes = (("CGST", rate.cgst_rate, rate.cgst), ("SGST", rate.sgst_rate, rate.sgst))
        sums += [(f"{name} {_percent(percent)}{on}", amount) for name, percent, amount in taxes if percent]
    if stated.rounding:
        sums.append(("Rounding to the rupee", stated.rounding))
    for label, amount in sums:
        write(pdf, label, _NUMBER._replace(color=MUTED), (MARGIN, y), 142)
        write(pdf, _figure(amount), _NUMBER, (157, y), 39)
        y += 5
    y = paper.rule(pdf, y + 1, MARGIN, WIDTH - MARGIN)
    write(pdf, "Total", Style(11, weight="B", align="R"), (MARGIN, y), 142)
    write(pdf, money(stated.amount, document.currency), Style(11, weight="B", align="R"), (146, y), 50)
    return y + 8


def _draw_foot(pdf: FPDF, document: IssuedDocument, y: float) -> None:
    if document.currency == "INR":
        write(pdf, amount_in_words(document.stated.amount), Style(9), (MARGIN, y), INNER, lines=2)
    notes = "Tax is not payable on reverse charge. Issued electronically: valid without a signature."
    write(pdf, notes, Style(7.5, MUTED), (MARGIN, HEIGHT - 16), INNER)


def _figure(amount: Decimal) -> str:
    """Write an amount in the Indian groups, without its sign of the currency."""
    return money(amount).replace("₹", "")


def _percent(rate: Decimal) -> str:
    return f"{rate.normalize():f} %"
