"""The month of a venue, added up from the documents and from the ledger."""

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from billing.models import InvoiceCounter
from billing.pricing import FOOD
from billing.series import all_series
from billing.services import invoices
from billing.tax_summary import Sums, tax_summary
from tests.billing.test_books import break_books
from tests.factories.billing import document
from tests.factories.venues import VenueFactory
from venues.models import Venue

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 15, 6, 30, tzinfo=UTC)
LAST_MIDNIGHT = datetime(2026, 10, 31, 18, 30, tzinfo=UTC)  # 1 November begins in Mumbai
NOVEMBER = date(2026, 11, 1)


def sums(taxable: str, cgst: str, sgst: str, rounding: str = "0.00") -> Sums:
    return Sums(Decimal(taxable), Decimal(cgst), Decimal(sgst), Decimal(rounding))


@pytest.fixture
def venue() -> Venue:
    """Two sales and a half credited in November, one sale in October and one elsewhere."""
    venue = VenueFactory(name="Marquee Bandra", code="BND", gstin="27AAZCM0000M1Z5")
    food = document(Decimal("180.00"), tax=Decimal("4.50"), kind=FOOD, hsn_code="996331", rate=Decimal("2.50"))
    seat = document(Decimal("270.90"), tax=Decimal("24.38"), rounding=Decimal("0.34"))
    half = document(Decimal("135.45"), tax=Decimal("12.19"))
    elsewhere = VenueFactory()
    for where, reference, stated, at in (
        (venue, "BKNG-1", seat, LAST_MIDNIGHT - timedelta(seconds=1)),
        (venue, "BKNG-2", seat, LAST_MIDNIGHT),
        (venue, "BKNG-3", food, NOON),
        (elsewhere, "BKNG-4", food, NOON),
    ):
        invoices.issue(venue=where, booking_reference=reference, document=stated, now=at)
    for reference in ("BKNG-1", "BKNG-4"):
        invoices.credit(
            venue=venue if reference == "BKNG-1" else elsewhere,
            booking_reference=reference,
            document=half,
            key=reference,
            reason="Test",
            now=NOON,
        )
    return venue


class TestTaxSummary:
    def test_adds_up_by_code_and_rate_in_the_month_of_the_venue(self, venue):
        food, seats = tax_summary(venue=venue, month=date(2026, 11, 30)).lines
        assert (seats.hsn_code, seats.quantity) == ("999614", 1)
        assert seats.cgst_rate == seats.sgst_rate == 9
        assert (seats.sold, seats.credited) == (sums("270.90", "24.38", "24.38"), sums("135.45", "12.19", "12.19"))
        assert seats.net == sums("135.45", "12.19", "12.19")
        assert (food.hsn_code, food.cgst_rate, food.net) == ("996331", Decimal("2.5"), sums("180.00", "4.50", "4.50"))

    def test_ties_out_to_the_ledger_to_the_paisa(self, venue):
        summary = tax_summary(venue=venue, month=NOVEMBER)
        assert summary.net == sums("315.45", "16.69", "16.69", "0.34") == summary.in_ledger == summary.by_lines
        assert (summary.differences, summary.is_tied_out) == ((Sums(), Sums()), True)

    def test_counts_the_documents_from_and_to(self, venue):
        summary = tax_summary(venue=venue, month=NOVEMBER)
        issued = summary.invoices
        assert (issued.first, issued.last, issued.issued, issued.missing) == (
            *("BNDI2627/0000002", "BNDI2627/0000003"),
            *(2, 0),
        )
        assert summary.credit_notes.issued == 1

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE billing_ledgerline SET credit = credit + 1 WHERE account = 'CGST' AND credit > 0",
            "UPDATE billing_invoice SET cgst = cgst + 1, amount = amount + 1",
            "UPDATE billing_creditnote SET lines = '[]'",
        ],
    )
    def test_is_not_tied_out_when_one_of_the_three_says_otherwise(self, statement, venue):
        break_books(statement)
        assert not tax_summary(venue=venue, month=NOVEMBER).is_tied_out

    def test_of_a_month_without_a_sale_is_empty(self, venue):
        summary = tax_summary(venue=venue, month=date(2026, 12, 1))
        assert (summary.lines, summary.net, summary.invoices.first, summary.is_tied_out) == ((), Sums(), "", True)

    def test_takes_four_queries(self, venue, django_assert_num_queries):
        with django_assert_num_queries(4):
            tax_summary(venue=venue, month=NOVEMBER)


class TestAllSeries:
    def test_have_no_gaps(self, venue):
        assert [(series.kind, series.last_number, series.missing) for series in all_series()] == [
            *(("C", 1, ""), ("I", 3, "")),
            *(("C", 1, ""), ("I", 1, "")),
        ]

    @pytest.mark.parametrize(
        ("lost", "missing"), [("0000001", "1"), ("0000002", "2"), ("0000003", "3")], ids=["first", "inside", "last"]
    )
    def test_name_a_number_that_is_not_there(self, lost, missing, venue):
        break_books(
            f"DELETE FROM billing_creditnote; DELETE FROM billing_invoice WHERE number = 'BNDI2627/{lost}'",
        )
        assert [
            series.missing for series in all_series() if (series.venue, series.kind) == ("Marquee Bandra", "I")
        ] == [missing]

    def test_name_stretches(self, venue):
        InvoiceCounter.objects.filter(venue=venue, kind="I").update(last_number=7)
        break_books("DELETE FROM billing_creditnote; DELETE FROM billing_invoice WHERE number = 'BNDI2627/0000002'")
        (series,) = (series for series in all_series() if series.gaps and series.kind == "I")
        assert series.missing == "2, 4–7"


class TestCommand:
    def test_prints_each_venue(self, venue):
        out = StringIO()
        call_command("tax_summary", "2026-11", stdout=out)
        said = out.getvalue()
        assert "Marquee Bandra, GSTIN 27AAZCM0000M1Z5, November 2026\n" in said
        assert said.count("In the ledger") == 2

    def test_writes_a_spreadsheet_of_one_venue(self, venue):
        out = StringIO()
        call_command("tax_summary", "2026-11", venue="bnd", csv=True, stdout=out)
        rows = list(csv.reader(StringIO(out.getvalue())))
        assert ["999614", "9.00", "9.00", "1", "270.90", "135.45", "135.45", "12.19", "12.19", "24.38"] in rows
        assert ["In the ledger", "315.45", "16.69", "16.69", "0.34", "349.17"] in rows
        assert ["Invoices", "BNDI2627/0000002", "BNDI2627/0000003", "2", "0"] in rows

    def test_fails_when_the_books_do_not_agree(self, venue):
        break_books("UPDATE billing_ledgerline SET credit = credit + 1 WHERE account = 'CGST' AND credit > 0")
        with pytest.raises(CommandError, match="Marquee Bandra"):
            call_command("tax_summary", "2026-11", venue="BND", stdout=StringIO())

    def test_names_missing_numbers(self, venue):
        err = StringIO()
        InvoiceCounter.objects.filter(venue=venue, kind="C").update(last_number=2)
        call_command("tax_summary", "2026-11", stdout=StringIO(), stderr=err)
        assert err.getvalue() == "Marquee Bandra C 2627: missing 2\n"

    @pytest.mark.parametrize(
        ("arguments", "why"), [(["November"], "2026-11"), (["2026-11", "--venue", "XYZ"], "no such venue")]
    )
    def test_refuses_what_it_does_not_understand(self, arguments, why, venue):
        with pytest.raises(CommandError, match=why):
            call_command("tax_summary", *arguments)


class TestPage:
    PATH = "/admin/billing/invoice/gst-summary/"

    def test_shows_the_month_and_says_that_it_agrees(self, client, admin, venue):
        client.force_login(admin)
        response = client.get(self.PATH, {"venue": venue.pk, "month": "2026-11"})
        page = response.content.decode()
        assert response.status_code == 200
        for said in ("agree to the paisa", "BNDI2627/0000003", "₹315.45", "₹135.45", "996331", "27AAZCM0000M1Z5"):
            assert said in page, said
        assert self.PATH in client.get("/admin/billing/invoice/").content.decode()

    def test_warns_when_the_books_do_not_agree(self, client, admin, venue):
        break_books("UPDATE billing_creditnote SET lines = '[]'")
        client.force_login(admin)
        page = client.get(self.PATH, {"venue": venue.pk, "month": "2026-11"}).content.decode()
        assert "do not agree" in page

    def test_hands_out_the_same_as_a_file(self, client, admin, venue):
        client.force_login(admin)
        response = client.get(self.PATH, {"venue": venue.pk, "month": "2026-11", "as": "csv"})
        assert response["Content-Disposition"] == 'attachment; filename="gst-BND-2026-11.csv"'
        assert "In the ledger,315.45,16.69,16.69,0.34,349.17" in response.content.decode()

    def test_opens_with_this_month(self, client, admin, venue):
        client.force_login(admin)
        assert client.get(self.PATH).status_code == 200

    def test_says_what_it_did_not_understand(self, client, admin, venue):
        client.force_login(admin)
        response = client.get(self.PATH, {"venue": venue.pk, "month": "soon"})
        assert (response.status_code, b"errorlist" in response.content) == (400, True)

    def test_is_for_those_who_may_see_invoices(self, client, clerk, venue):
        client.force_login(clerk)
        assert client.get(self.PATH).status_code == 403
