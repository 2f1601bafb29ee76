import io
from datetime import date, datetime, time
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from ops.errors import SheetUnreadable
from ops.tables import sheets

LINES = [["title", "price"], ["Sholay, the film", "150.50"], ["“शोले”\nin two lines", ""]]
ENCODED = {
    "UTF-8": ("title,price\nशोले,1\n", "utf-8"),
    "UTF-8 with its mark": ("title,price\nशोले,1\n", "utf-8-sig"),
    "Excel's Unicode text": ("title\tprice\nशोले\t1\n", "utf-16"),
    "Excel with semicolons": ("title;price\r\nशोले;1\r\n", "utf-8-sig"),
    "Excel's own first line": ("sep=;\r\ntitle;price\r\nशोले;1\r\n", "utf-8"),
}
cells = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12).map(str.strip)


def as_csv(lines) -> bytes:
    return "".join(sheets.csv_parts(lines)).encode()


class TestRead:
    def test_reads_what_was_written(self):
        assert sheets.read(as_csv(LINES)) == [["title", "price"], ["Sholay, the film", "150.50"], [LINES[2][0]]]
        assert sheets.read(sheets.excel(LINES, title="Movies")) == sheets.read(as_csv(LINES))

    @pytest.mark.parametrize("way", ENCODED)
    def test_reads_what_programs_write(self, way):
        text, encoding = ENCODED[way]
        assert sheets.read(text.encode(encoding)) == [["title", "price"], ["शोले", "1"]]

    @given(st.lists(st.tuples(cells, cells.filter(bool)).map(list), min_size=1, max_size=4))
    def test_gives_every_text_back(self, lines):
        lines = [["first", "second"], *lines]  # the first line tells the delimiter
        assert sheets.read(as_csv(lines)) == lines

    @pytest.mark.parametrize("text", ["=1+1", "+91 98200", "-1", "@SUM(A1)", "'=quoted", "'tis", "''"], ids=repr)
    def test_disarms_formulas_and_reads_them_as_they_were(self, text):
        written = as_csv([["a", "b"], [text, "x"]])
        assert f"\n'{text}," in written.decode()
        assert sheets.read(written)[1] == [text, "x"]
        assert sheets.read(sheets.excel([["a"], [text]], title="t"))[1] == [text]

    def test_writes_no_formula_into_a_workbook(self):
        book = load_workbook(io.BytesIO(sheets.excel([["=1+1"]], title="t")))
        assert book.active is not None
        assert book.active["A1"].data_type == "s"

    def test_reads_what_staff_type_into_a_workbook(self):
        book = Workbook()
        assert book.active is not None
        book.active.append([date(2026, 11, 24), time(19, 30), 240.0, 99.5, True, datetime(2026, 11, 24, 19, 30), None])  # noqa: DTZ001  # as Excel has them
        file = io.BytesIO()
        book.save(file)
        assert sheets.read(file.getvalue()) == [["2026-11-24", "19:30", "240", "99.5", "yes", "2026-11-24 19:30"]]

    @pytest.mark.parametrize(
        "content",
        [
            b"\x89PNG\r\n\x1a\n\xff",
            "title\nकथा\n".encode("utf-16-le"),
            b"\xe0title\n",
            b'a,b\n"x',
            b"PK\x03\x04rubbish",
        ],
        ids=["a picture", "an encoding without its mark", "Latin letters", "an open quote", "no workbook"],
    )
    def test_says_what_it_cannot_read(self, content):
        with pytest.raises(SheetUnreadable):
            sheets.read(content)

    def test_unpacks_no_bomb(self):
        file = io.BytesIO()
        with ZipFile(file, "w", ZIP_DEFLATED) as bomb:
            bomb.writestr("xl/worksheets/sheet1.xml", b"0" * (sheets.MOST_UNPACKED + 1))
        assert len(file.getvalue()) < 1_000_000
        with pytest.raises(SheetUnreadable, match="too large"):
            sheets.read(file.getvalue())

    def test_has_bounds(self, monkeypatch):
        monkeypatch.setattr(sheets, "MOST_LINES", 2)
        monkeypatch.setattr(sheets, "MOST_COLUMNS", 3)
        assert len(sheets.read(b"a\n1\n2\n\n\n")) == 3
        with pytest.raises(SheetUnreadable):
            sheets.read(b"a\n1\n2\n3\n")
        with pytest.raises(SheetUnreadable):
            sheets.read(b"a,b,c,d\n")
        monkeypatch.setattr(sheets, "MOST_BYTES", 3)
        with pytest.raises(SheetUnreadable):
            sheets.read(b"title\n")
