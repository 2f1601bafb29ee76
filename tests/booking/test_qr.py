import re
import uuid
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image

from booking.errors import TicketForged
from booking.models import Ticket
from booking.qr import qr_matrix, qr_svg, qr_text, read_qr

ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@pytest.fixture
def ticket() -> Ticket:
    return Ticket(id=uuid.UUID("0192f0c1-7b2e-7a53-9c3d-2f1e6b7a8c90"))


def scanned(matrix: list[list[bool]]) -> zxingcpp.Barcode:
    """Read the squares as a camera sees them: scaled up, with a quiet zone."""
    side = len(matrix)
    image = Image.new("L", (side + 8, side + 8), 255)
    for y, row in enumerate(matrix):
        for x, is_dark in enumerate(row):
            image.putpixel((x + 4, y + 4), 0 if is_dark else 255)
    (found,) = zxingcpp.read_barcodes(image.resize((8 * image.width, 8 * image.height), Image.Resampling.NEAREST))
    return found


class TestQrText:
    def test_names_the_ticket(self, ticket):
        assert read_qr(qr_text(ticket)) == ticket.id

    def test_is_short_and_in_the_characters_a_code_packs_tightest(self, ticket):
        assert len(qr_text(ticket)) == 45
        assert set(qr_text(ticket)) <= ALPHANUMERIC

    def test_differs_from_house_to_house(self, ticket, settings):
        ours = qr_text(ticket)
        settings.TICKET_SIGNING_KEY = "another-house"
        assert qr_text(ticket) != ours


class TestReadQr:
    @pytest.mark.parametrize("position", range(45))
    def test_refuses_a_flipped_character(self, ticket, position):
        text = qr_text(ticket)
        flipped = "B" if text[position] == "A" else "A"
        with pytest.raises(TicketForged):
            read_qr(text[:position] + flipped + text[position + 1 :])

    @pytest.mark.parametrize("text", ["", "MQ1", "hello", "₹" * 45, "A" * 5000])
    def test_refuses_what_is_no_ticket(self, text):
        with pytest.raises(TicketForged):
            read_qr(text)

    def test_refuses_more_than_was_signed(self, ticket):
        with pytest.raises(TicketForged):
            read_qr(qr_text(ticket) + "A")

    def test_reads_tickets_sold_before_the_secret_key_was_replaced(self, ticket, settings):
        settings.TICKET_SIGNING_KEY, settings.SECRET_KEY = "", "old-key"
        sold = qr_text(ticket)
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new-key", ["old-key"]
        assert read_qr(sold) == ticket.id
        settings.SECRET_KEY_FALLBACKS = []
        with pytest.raises(TicketForged):
            read_qr(sold)

    def test_reads_tickets_sold_before_the_ticket_key_was_replaced(self, ticket, settings):
        settings.TICKET_SIGNING_KEY = "old-key"
        sold = qr_text(ticket)
        settings.TICKET_SIGNING_KEY, settings.TICKET_SIGNING_KEY_FALLBACKS = "new-key", ["old-key"]
        assert read_qr(sold) == ticket.id
        settings.TICKET_SIGNING_KEY_FALLBACKS = []
        with pytest.raises(TicketForged):
            read_qr(sold)


class TestQrMatrix:
    def test_is_read_by_a_scanner(self, ticket):
        found = scanned(qr_matrix(qr_text(ticket)))
        assert read_qr(found.text) == ticket.id

    def test_is_a_full_qr_code_even_for_a_short_text(self):
        """A Micro QR would be read by our library and by hardly any phone."""
        assert len(qr_matrix("HELLO")) >= 21
        assert scanned(qr_matrix("HELLO")).format == zxingcpp.BarcodeFormat.QRCode


class TestQrSvg:
    def test_needs_no_inline_style_and_takes_the_size_of_its_box(self, ticket):
        svg = ElementTree.fromstring(qr_svg(qr_text(ticket)))  # noqa: S314  # our own
        assert {name for element in svg.iter() for name in element.attrib} & {"style", "width", "height"} == set()
        assert svg.attrib["viewBox"] == "0 0 37 37"
        assert svg.attrib["class"] == "qr"

    def test_draws_the_same_code(self, ticket):
        svg = ElementTree.fromstring(qr_svg(qr_text(ticket)))  # noqa: S314  # our own
        dark = [path for path in svg if path.attrib.get("stroke") == "#000"]
        assert lines_of(dark[0].attrib["d"]) == qr_matrix(qr_text(ticket))


def lines_of(path: str) -> list[list[bool]]:
    """Walk a path of horizontal strokes, one square high, over 29 rows behind a quiet zone of four."""
    drawn, x, y = [[False] * 37 for _ in range(37)], 0, 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(number) for number in numbers.split()]
        if command == "h":
            drawn[int(y)][x : x + int(values[0])] = [True] * int(values[0])
            x += int(values[0])
        else:
            x, y = (int(values[0]), values[1]) if command == "M" else (x + int(values[0]), y + values[1])
    return [row[4:-4] for row in drawn[4:-4]]
