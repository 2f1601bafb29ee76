import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import uharfbuzz
import zxingcpp

from booking.ticket_pdf import render
from booking.ticket_sheet import SheetLine, TicketSheet
from cinema.core.paper import FONTS

MUMBAI = ZoneInfo("Asia/Kolkata")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
CODE = "MQ1AGJPBQL3FZ5FHHB5F4PG46UMSAN5BTJSMZQ4XWI7A"
# The worked example of docs/pricing.md: two seats at 150.50, two cokes at 99.99, ten per cent off.
SHEET = TicketSheet(
    reference="BKNG-7K2MPQ9R",
    invoice_number="MUMI2526/0000001",
    customer="Asha Kulkarni",
    movie="दिलवाले दुल्हनिया ले जायेंगे",
    certificate="UA 13+",
    language="Hindi",
    format="IMAX 2D",
    venue="Marquee Lower Parel",
    address="Senapati Bapat Marg, Lower Parel, Mumbai 400013",
    gstin="27AAACM1234A1Z5",
    currency="INR",
    screen="Screen 2",
    starts_at=datetime(2026, 3, 2, 19, 15, tzinfo=MUMBAI),
    booked_at=datetime(2026, 3, 1, 10, 5, tzinfo=MUMBAI),
    seats=(("Gold", ("F7", "F8")),),
    foods=(("Coke", 2),),
    lines=(
        SheetLine(
            "Gold at 150.50",
            "999614",
            2,
            Decimal("270.90"),
            Decimal(9),
            Decimal("24.38"),
            Decimal(9),
            Decimal("24.38"),
        ),
        SheetLine(
            "Coke at 99.99",
            "996331",
            2,
            Decimal("179.98"),
            Decimal("2.50"),
            Decimal("4.50"),
            Decimal("2.50"),
            Decimal("4.50"),
        ),
    ),
    discount=Decimal("50.10"),
    amount=Decimal("508.64"),
    refund=Decimal(0),
    supplier="Marquee Cinemas Private Limited",
    place_of_supply="27 Maharashtra",
)


def pages(sheet: TicketSheet) -> list[pypdfium2.PdfPage]:
    return list(pypdfium2.PdfDocument(render(sheet, code=CODE, now=NOW)))


def text(page: pypdfium2.PdfPage) -> str:
    return " ".join(page.get_textpage().get_text_range().split())


class TestRender:
    def test_makes_a_page_for_the_door_that_fits_a_phone(self):
        door, _ = pages(SHEET)
        assert [round(side / 72 * 25.4) for side in door.get_size()] == [105, 148]

    @pytest.mark.parametrize("scale", [1, 3])
    def test_puts_a_code_on_it_that_scans_even_from_a_small_picture(self, scale):
        door, _ = pages(SHEET)
        (found,) = zxingcpp.read_barcodes(door.render(scale=scale).to_pil())
        assert (found.text, found.format) == (CODE, zxingcpp.BarcodeFormat.QRCode)

    @pytest.mark.parametrize(
        "said",
        [
            "Marquee Lower Parel", "UA 13+ · Hindi · IMAX 2D", "Mon 02 Mar 2026", "7:15 pm", "Screen 2", "2 SEATS",
            "Gold", "F7, F8", "BKNG-7K2MPQ9R", "Asha Kulkarni", "₹508.64", "Mumbai 400013",
        ],
    )  # fmt: skip
    def test_says_at_the_door(self, said):
        assert said in text(pages(SHEET)[0])

    @pytest.mark.parametrize(
        "said",
        [
            "Tax invoice", "MUMI2526/0000001", "GSTIN 27AAACM1234A1Z5", "01 Mar 2026", "Gold at 150.50 999614 2 270.90",
            "Taxable value 450.88", "CGST 9 % 24.38 SGST 9 % 24.38 CGST 2.5 % 4.50 SGST 2.5 % 4.50", "Total ₹508.64",
            "after a discount of ₹50.10", "Marquee Cinemas Private Limited", "Place of supply 27 Maharashtra",
            "Rupees Five Hundred Eight and Paise Sixty-Four Only",
        ],
    )  # fmt: skip
    def test_says_on_the_invoice(self, said):
        assert said in text(pages(SHEET)[1])

    def test_shapes_devanagari(self):
        """Letter by letter the word would be a tenth wider, its vowels on the wrong side."""
        word = "दुल्हनिया"
        title = pages(replace(SHEET, movie=word))[0].render(scale=4).to_pil().convert("L").crop((0, 170, 1180, 290))
        left, _, right, _ = title.point(lambda light: 255 * (light < 128)).getbbox()
        assert (right - left) / 4 == pytest.approx(shaped_width(word), rel=0.03)

    @pytest.mark.parametrize("title", ["शोले", "Amélie: Œuvre", "कांतारा — Chapter 1", "It’s “ON” for ₹100…"])
    def test_has_a_glyph_for_every_letter(self, title, caplog):
        door = pages(replace(SHEET, movie=title))[0]
        assert "missing" not in caplog.text
        assert ".notdef" not in caplog.text
        assert (
            "".join(title.split())
            == "".join(text(door).split())[len("MarqueeLowerParelE-TICKET") :][: len("".join(title.split()))]
        )

    def test_cuts_what_cannot_fit_and_keeps_to_its_page(self):
        long = replace(
            SHEET, movie="Endless " * 25, customer="N" * 100, screen="S" * 50, venue="V" * 100, address="A " * 150
        )
        assert len(pages(long)) == 2
        assert "…" in text(pages(long)[0])

    def test_continues_a_long_invoice_on_another_page(self):
        long = replace(SHEET, lines=SHEET.lines * 12)
        assert "Total" not in text(pages(long)[1])
        assert "Total ₹508.64" in text(pages(long)[2])

    def test_calls_itself_a_receipt_without_an_invoice(self):
        assert "Receipt" in text(pages(replace(SHEET, invoice_number=""))[1])

    def test_shows_rounding_to_the_rupee(self):
        assert "Rounding 0.36 Total ₹509.00" in text(pages(replace(SHEET, amount=Decimal("509.00")))[1])


class TestPdfLibrary:
    def test_is_not_loaded_to_serve_the_site(self):
        """It takes a quarter of a second and twenty megabytes; only whoever draws a ticket pays."""
        code = "import django; django.setup(); import cinema.urls, booking.tasks, sys; sys.exit('fpdf' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def shaped_width(word: str) -> float:
    """Measure a word in points, in the size and face of the title, by the shaping engine alone."""
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(FONTS / "NotoSansDevanagari-Bold.ttf")))
    buffer = uharfbuzz.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    uharfbuzz.shape(uharfbuzz.Font(face), buffer)
    assert 0 not in [glyph.codepoint for glyph in buffer.glyph_infos]
    return sum(glyph.x_advance for glyph in buffer.glyph_positions) / face.upem * 18
