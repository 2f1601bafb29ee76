import csv
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from io import BytesIO, StringIO

import pytest
from django.contrib.auth.models import Permission
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from openpyxl import load_workbook
from psycopg.errors import QueryCanceled

from billing.states import PaymentMethod, RefundStatus
from booking.models import Booking
from booking.states import BookingStatus
from ops.reports import asking, daily_collection, files, registry, workbook
from ops.reports.registry import GROUPS, REPORTS
from ops.reports.tables import Period, days_of
from scheduling.states import ShowStatus
from tests.booking.stories import booked
from tests.factories.accounts import StaffFactory
from tests.factories.billing import todays_law
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import VenueFactory
from tests.ops.busy import around, busy

pytestmark = pytest.mark.django_db
NONSENSE = [
    {"first": "soon"},
    {"first": "0001-01-01"},
    {"last": "9999-12-31"},
    {"first": "2026-02-01", "last": "2026-01-01"},
    {"first": "2024-01-01", "last": "2026-01-01"},
    {"period": "fortnight"},
    {"venue": "999999999999999999999"},
    {"venue": "everywhere"},
    {"show": "1"},
]
SPOKEN = {"UPI"}
CODES = {code.value for codes in (PaymentMethod, BookingStatus, RefundStatus, ShowStatus) for code in codes} - SPOKEN
NARROWED = [
    {"show": "9" * 30},
    {"movie": "x"},
    {"part": "tea time"},
    {"weekday": "7"},
    {"hour": "1"},
    {"category": "\x00"},
]


@pytest.fixture
def office(client, admin):
    client.force_login(admin)
    return client


def page_of(name: str) -> str:
    return reverse("office_report", args=[name])


def asked(now) -> dict[str, str]:
    days = around(now)
    return {"first": f"{days.first}", "last": f"{days.last}"}


class TestDaysOf:
    @pytest.mark.parametrize(
        ("period", "first", "last"),
        [
            (Period.TODAY, date(2026, 11, 1), date(2026, 11, 1)),
            (Period.YESTERDAY, date(2026, 10, 31), date(2026, 10, 31)),
            (Period.WEEK, date(2026, 10, 26), date(2026, 11, 1)),
            (Period.MONTH, date(2026, 11, 1), date(2026, 11, 30)),
            (Period.LAST_MONTH, date(2026, 10, 1), date(2026, 10, 31)),
            (Period.BOOKING_WEEK, date(2026, 10, 23), date(2026, 10, 29)),
        ],
    )
    def test_are_those_of_the_calendar(self, period, first, last):
        assert days_of(period, date(2026, 11, 1)) == (first, last)


class TestRegistry:
    def test_names_each_report_once_and_each_figure_leads_to_a_measure(self):
        assert len(REPORTS) == sum(map(len, GROUPS.values()))
        for report in REPORTS.values():
            for lead in (column.lead for column in report.columns if column.lead):
                listed = REPORTS[lead.report]
                assert listed.is_list
                assert set(lead.narrowed) <= listed.narrows


class TestTheList:
    def test_names_every_report_and_what_it_means(self, office):
        page = office.get(reverse("office_reports")).content.decode()
        for report in REPORTS.values():
            assert page_of(report.name) in page
            assert escape(report.says) in page
        assert reverse("admin:billing_invoice_gst_summary") in page

    def test_names_only_what_somebody_may_read(self, client):
        staff = StaffFactory()
        staff.user_permissions.add(Permission.objects.get(codename="view_invoice"))
        client.force_login(staff)
        assert client.get(reverse("office_reports")).status_code == 403


class TestAReport:
    def test_shows_its_figures_its_chart_and_where_they_lead(self, office, selling_show, customer, admin, now):
        busy(show=selling_show, by=customer, admin=admin, now=now)
        for name, report in REPORTS.items():
            response = office.get(page_of(name), asked(now))
            page = response.content.decode()
            assert response.status_code == 200
            assert "Nothing in these days" not in page, name
            assert ('class="chart"' in page) is (report.draw is not None), name
            assert "style=" not in page.partition("<main")[2]
        page = office.get(page_of("daily-collection"), asked(now)).content.decode()
        assert f"/admin/reports/tickets/?{escape('first=')}" in page
        listed = office.get(page_of("tickets"), asked(now)).content.decode()
        booking = Booking.objects.exclude(confirmed_at=None).first()
        assert booking is not None
        assert reverse("admin:booking_booking_change", args=[booking.pk]) in listed

    def test_writes_words_and_no_codes_on_the_page_and_in_the_files(self, office, selling_show, customer, admin, now):
        busy(show=selling_show, by=customer, admin=admin, now=now)
        for name in REPORTS:
            page = office.get(page_of(name), asked(now)).content.decode()
            cells = set(re.findall(r"<t[dh][^>]*>(?:<a[^>]*>)?([^<]*)<", page))
            written = b"".join(office.get(page_of(name), {**asked(now), "as": "csv"})).decode("utf-8-sig")
            cells |= {cell for line in csv.reader(StringIO(written)) for cell in line}
            assert cells & {*CODES, "IN", "BACK"} == set(), name
            assert re.findall(r">[^<]*\b(?:1[3-9]|2[0-3]|0\d):[0-5]\d", page) == [], name  # 7:00 pm, as everywhere
        money = office.get(page_of("money"), asked(now) | {"method": "UPI", "way": "BACK"}).content.decode()
        assert "<td>Back</td>" in money
        assert "<td>UPI</td>" in money
        assert "<td>Confirmed</td>" in office.get(page_of("sales"), asked(now)).content.decode()
        assert "<td>Completed</td>" in office.get(page_of("refund-list"), asked(now)).content.decode()
        assert "Only Cash" in office.get(page_of("money"), asked(now) | {"method": "CASH"}).content.decode()

    def test_says_when_there_is_nothing(self, office):
        for name in REPORTS:
            response = office.get(page_of(name), {"first": "2020-01-01", "last": "2020-01-02"})
            assert response.status_code == 200
            assert b"Nothing in these days" in response.content

    @pytest.mark.parametrize("name", ["hours", "daily-collection"])
    def test_takes_the_same_number_of_queries_for_many_bookings(self, name, office, selling_show, customer, now):
        counts = []
        for number in range(1, 4):
            booked(selling_show, f"A{number}", by=customer, now=now)
            with CaptureQueriesContext(connection) as queries:
                assert office.get(page_of(name), asked(now)).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] == counts[2] <= 8

    @pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
    def test_reads_a_venues_day_on_its_own_calendar(self, zone, office, selling_show, customer, now):
        """A day apart from each other, 14 hours before and 11 behind UTC."""
        venue = selling_show.screen.venue
        venue.time_zone = zone
        venue.save()
        booked(selling_show, "A1", by=customer, now=now)
        there = now.astimezone(venue.zone).date()
        for day, count in ((there, 1), (there + timedelta(days=1), 0), (there - timedelta(days=1), 0)):
            asking = {"first": f"{day}", "last": f"{day}"}
            page = office.get(page_of("sales"), asking).content.decode()
            assert f"{count} line" in page, (day, there)

    @pytest.mark.parametrize("nonsense", NONSENSE, ids=str)
    def test_says_what_it_did_not_understand(self, nonsense, office):
        response = office.get(page_of("daily-collection"), nonsense)
        assert (response.status_code, b"errorlist" in response.content) == (400, True)

    @pytest.mark.parametrize("narrowed", NARROWED, ids=str)
    def test_of_a_list_cannot_be_narrowed_by_nonsense(self, narrowed, office):
        response = office.get(page_of("tickets"), narrowed)
        assert (response.status_code, b"errorlist" in response.content) == (400, True)

    def test_of_a_list_says_what_it_is_narrowed_to(self, office, selling_show, customer, now):
        booked(selling_show, "A1", by=customer, now=now)
        zone = selling_show.screen.categories.get(category_name="Silver")
        page = office.get(
            page_of("tickets"), {**asked(now), "show": selling_show.pk, "category": zone.pk}
        ).content.decode()
        assert f"Only {escape(selling_show.movie.title)}, Screen 1, " in page
        assert "· Silver (Screen 1)." in page
        assert "1 line<" in page
        gone = {"show": 999, "movie": 999, "category": 999, "weekday": 6, "part": "night"}
        assert "Only show 999 · movie 999 · " in office.get(page_of("tickets"), gone).content.decode()

    def test_does_not_add_up_two_currencies(self, office):
        VenueFactory(name="Alpha", currency="INR", is_default=True)
        VenueFactory(name="Beta", currency="EUR")
        page = office.get(page_of("takings")).content.decode()
        assert "All venues" not in page

    def test_says_that_it_takes_too_long(self, office, monkeypatch):
        def tired(asked):
            raise OperationalError from QueryCanceled()

        monkeypatch.setitem(registry.REPORTS, "takings", replace(REPORTS["takings"], read=tired))
        response = office.get(page_of("takings"))
        assert response.status_code == 400
        assert b"fewer days" in response.content

    def test_says_that_it_is_being_added_up_when_that_takes_a_while(
        self, office, selling_show, customer, now, monkeypatch
    ):
        for seat in ("A1", "A2"):
            booked(selling_show, seat, by=customer, now=now)
        asking_it = {**asked(now), "hour": f"{now.astimezone(selling_show.screen.venue.zone).hour}"}
        assert b"<progress" not in office.get(page_of("sales"), asking_it).content  # two bookings are no work
        monkeypatch.setattr(asking, "MUCH", 2)
        meanwhile = office.get(page_of("sales"), asking_it).content.decode()
        assert "<progress" in meanwhile
        assert "2 lines<" not in meanwhile
        (onwards,) = re.findall(r'http-equiv="refresh" content="0;url=([^"]+)"', meanwhile)
        page = office.get(page_of("sales") + unescape(onwards)).content.decode()
        assert "2 lines<" in page
        assert "go-on" not in page

    def test_says_that_a_file_is_being_made_and_hands_it_out(self, office, selling_show, customer, now, monkeypatch):
        booked(selling_show, "A1", by=customer, now=now)
        monkeypatch.setattr(asking, "MUCH", 1)
        meanwhile = office.get(page_of("sales"), {**asked(now), "as": "csv"})
        assert b"The file of " in meanwhile.content
        assert b"<progress" not in meanwhile.content  # this page would never hear that it is done
        (onwards,) = re.findall(r'http-equiv="refresh" content="0;url=([^"]+)"', meanwhile.content.decode())
        answer = office.get(page_of("sales") + unescape(onwards))
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert b"BKNG-" in b"".join(answer)

    def test_is_for_those_who_may_read_it(self, client, clerk, waiter, manager, auditor):
        food, everything = {"food", "food-per-head", "food-orders"}, set(REPORTS)
        for somebody, may in ((clerk, set()), (waiter, food), (manager, everything), (auditor, everything)):
            client.force_login(somebody)
            answers = {name: client.get(page_of(name)).status_code for name in REPORTS}
            assert answers == {name: 200 if name in may else 403 for name in REPORTS}, somebody
            downloads = {name for name in REPORTS if client.get(page_of(name), {"as": "csv"}).status_code == 200}
            assert downloads == may

    def test_leads_nobody_where_they_may_not_go(self, client, waiter, selling_show, customer, admin, now):
        busy(show=selling_show, by=customer, admin=admin, now=now)
        client.force_login(waiter)
        page = client.get(page_of("food-per-head"), asked(now)).content.decode()
        assert "/admin/reports/food-orders/" in page
        assert "/admin/reports/tickets/" not in page
        assert "/admin/booking/booking/" not in client.get(page_of("food-orders"), asked(now)).content.decode()

    def test_that_is_not_there_is_not_found(self, office):
        assert office.get(page_of("profit")).status_code == 404


class TestFiles:
    @pytest.fixture
    def sold(self, customer, now):
        show = ShowFactory(seats=2, movie__title='=HYPERLINK("http://x.example","free")\x07')
        booked_seats = [seat.seat_number for seat in show.screen.seats.all()]
        todays_law()
        return booked(show, *booked_seats, by=customer, now=now)

    def test_say_in_csv_what_the_page_says(self, office, sold, now):
        response = office.get(page_of("daily-collection"), {**asked(now), "as": "csv"})
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert 'filename="daily-collection ' in response["Content-Disposition"]
        text = b"".join(response).decode("utf-8-sig")
        head, line, total = csv.reader(StringIO(text))
        assert head == [column.title for column in daily_collection.REPORT.columns]
        found = dict(zip(head, line, strict=True))
        assert (found["Sold"], found["Net"], found["Fill"]) == ("2", "301.00", "100.00")
        assert total[0] == "Total"
        assert total[head.index("Net")] == "301.00"

    def test_are_workbooks_of_numbers(self, office, sold, now):
        response = office.get(page_of("daily-collection"), {**asked(now), "as": "xlsx"})
        sheet = load_workbook(BytesIO(b"".join(response))).worksheets[0]
        head = [cell.value for cell in sheet[1]]
        net = sheet.cell(2, head.index("Net") + 1)
        assert (net.value, net.number_format) == (301, "#,##0.00")
        assert sheet.cell(3, 1).value == "Total"
        assert (sheet.freeze_panes, sheet.cell(1, 1).font.bold, sheet.cell(2, 1).font.bold) == ("A2", True, False)

    def test_are_workbooks_that_begin_before_they_are_read_to_their_end(self):
        read: list[int] = []

        def rows():
            for number in range(20_000):
                read.append(number)
                yield [
                    workbook.Cell(number),
                    workbook.Cell(f"{number * 7919} <&> \uffff"),
                    workbook.Cell(date(2026, 11, 1), "yyyy-mm-dd"),
                ]

        parts = workbook.written("A & B", rows())
        first = next(parts)
        assert 0 < len(read) < 20_000
        book = load_workbook(BytesIO(first + b"".join(parts)), read_only=True)
        (sheet,) = book.worksheets
        found = list(sheet.iter_rows(values_only=True))
        assert (sheet.title, len(found), found[-1]) == (
            "A & B",
            20_000,
            (19_999, f"{19_999 * 7919} <&>  ", datetime.fromisoformat("2026-11-01")),
        )

    def test_hold_no_formula_that_somebody_typed(self, office, sold, now):
        text = b"".join(office.get(page_of("movies"), {**asked(now), "as": "csv"})).decode("utf-8-sig")
        assert "\"'=HYPERLINK(" in text
        response = office.get(page_of("movies"), {**asked(now), "as": "xlsx"})
        cell = load_workbook(BytesIO(b"".join(response))).worksheets[0].cell(2, 1)
        assert cell.data_type == "s"
        assert str(cell.value).startswith("'=HYPERLINK")

    @pytest.mark.parametrize(
        ("text", "written"), [("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@a", "'@a"), ("a=1", "a=1")]
    )
    def test_put_an_apostrophe_before_what_a_spreadsheet_computes(self, text, written):
        assert files.harmless(text) == written

    def test_of_excel_are_not_endless(self, office, sold, now, monkeypatch):
        monkeypatch.setattr(files, "MOST_OF_EXCEL", 0)
        response = office.get(page_of("movies"), {**asked(now), "as": "xlsx"})
        assert response.status_code == 400
        assert b"take the CSV file" in response.content

    def test_come_in_no_other_kind(self, office):
        assert office.get(page_of("movies"), {"as": "pdf"}).status_code == 404
