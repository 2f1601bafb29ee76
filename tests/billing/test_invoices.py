from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from billing.errors import InvoiceSeriesFull
from billing.models import CreditNote, Invoice, InvoiceCounter, LedgerLine
from billing.services import invoices
from tests.factories.billing import document
from tests.factories.venues import VenueFactory


class TestFinancialYear:
    @pytest.mark.parametrize(
        ("day", "year"),
        [(date(2026, 3, 31), "2526"), (date(2026, 4, 1), "2627"), (date(2099, 12, 31), "9900")],
    )
    def test_runs_from_april_to_march(self, day, year):
        assert invoices.financial_year(day) == year


@pytest.mark.django_db
class TestIssue:
    def test_counts_up_in_sixteen_characters(self, now):
        venue = VenueFactory(code="MUM")
        numbers = [
            invoices.issue(venue=venue, booking_reference=f"BKNG-{n:08}", document=document(Decimal(100)), now=now)
            for n in range(3)
        ]
        assert [number[-7:] for number in numbers] == ["0000001", "0000002", "0000003"]
        assert all(number.startswith("MUMI") and len(number) == 16 for number in numbers)

    def test_goes_by_the_year_of_the_venue(self):
        venue = VenueFactory(code="MUM", time_zone="Asia/Kolkata")
        new_years_eve = datetime(2026, 3, 31, 18, 30, tzinfo=UTC)  # midnight in Mumbai
        invoice = invoices.issue(
            venue=venue, booking_reference="BKNG-A", document=document(Decimal(100)), now=new_years_eve
        )
        assert invoice == "MUMI2627/0000001"

    def test_counts_each_venue_on_its_own(self, now):
        for code in ("MUM", "PUN"):
            invoices.issue(
                venue=VenueFactory(code=code), booking_reference=f"BKNG-{code}", document=document(Decimal(1)), now=now
            )
        assert all(invoice.number.endswith("/0000001") for invoice in Invoice.objects.all())

    def test_takes_the_number_back_with_the_transaction(self, now):
        venue = VenueFactory()
        with transaction.atomic():
            invoices.issue(venue=venue, booking_reference="BKNG-LOST", document=document(Decimal(1)), now=now)
            transaction.set_rollback(True)
        assert invoices.issue(
            venue=venue, booking_reference="BKNG-KEPT", document=document(Decimal(1)), now=now
        ).endswith("/0000001")

    def test_refuses_an_eighth_digit(self, now):
        venue = VenueFactory()
        InvoiceCounter.objects.create(
            venue=venue,
            kind=invoices.SALE,
            financial_year=invoices.financial_year(now.astimezone(venue.zone).date()),
            last_number=9_999_998,
        )
        assert invoices.issue(
            venue=venue, booking_reference="BKNG-9", document=document(Decimal(1)), now=now
        ).endswith("/9999999")
        with pytest.raises(InvoiceSeriesFull):
            invoices.issue(venue=venue, booking_reference="BKNG-10", document=document(Decimal(1)), now=now)

    def test_keeps_what_it_says_and_enters_the_sale(self, now):
        venue = VenueFactory(name="Marquee Bandra", address="118 Linking Road", gstin="27AAZCM0000M1Z5")
        stated = document(Decimal("100.00"), tax=Decimal("9.00"), rounding=Decimal("-0.00"))
        number = invoices.issue(venue=venue, booking_reference="BKNG-A", document=stated, now=now)
        venue.name = "Another name"
        venue.save()
        kept = Invoice.objects.get(number=number)
        assert kept.document == stated
        assert [kept.amount, kept.taxable, kept.cgst, kept.sgst] == [118, 100, 9, 9]
        assert (kept.supplier_name, kept.supplier_address) == ("Marquee Bandra", "118 Linking Road")
        assert (kept.supplier_gstin, kept.place_of_supply) == ("27AAZCM0000M1Z5", "27 Maharashtra")
        assert balances(venue) == {"CUSTOMERS": 118, "TICKETS": -100, "CGST": -9, "SGST": -9}


@pytest.mark.django_db
class TestCredit:
    @pytest.fixture
    def venue(self, now):
        venue = VenueFactory(code="MUM")
        stated = document(Decimal("100.00"), tax=Decimal("9.00"))
        invoices.issue(venue=venue, booking_reference="BKNG-A", document=stated, now=now)
        return venue

    def credit(self, venue, now, *, of="BKNG-A", taxable="80.00", tax="7.20", key="BKNG-A/end"):
        stated = document(Decimal(taxable), tax=Decimal(tax))
        return invoices.credit(
            venue=venue, booking_reference=of, document=stated, key=key, reason="Cancelled by user", now=now
        )

    def test_counts_in_a_series_of_its_own_and_takes_the_sale_back(self, venue, now):
        number = self.credit(venue, now)
        assert number is not None
        assert (number[:4], number[-8:], len(number)) == ("MUMC", "/0000001", 16)
        note = CreditNote.objects.get(number=number)
        assert (note.invoice.credited, note.amount, note.reason) == (
            note.amount,
            Decimal("94.40"),
            "Cancelled by user",
        )
        left = {"CUSTOMERS": Decimal("23.60"), "TICKETS": -20, "CGST": Decimal("-1.80"), "SGST": Decimal("-1.80")}
        assert balances(venue) == left

    def test_issues_once_per_key(self, venue, now):
        self.credit(venue, now)
        assert self.credit(venue, now) is None
        assert CreditNote.objects.count() == 1

    def test_issues_nothing_of_nothing_or_without_an_invoice(self, venue, now):
        assert self.credit(venue, now, taxable="0.00", tax="0.00") is None
        assert self.credit(venue, now, of="BKNG-B") is None

    def test_never_credits_more_than_the_invoice(self, venue, now):
        self.credit(venue, now)
        with pytest.raises(IntegrityError, match="billing_credit_within_invoice"):
            self.credit(venue, now, taxable="20.01", tax="1.80", key="BKNG-A/again")

    def test_credits_an_invoice_in_parts(self, venue, now):
        self.credit(venue, now)
        self.credit(venue, now, taxable="20.00", tax="1.80", key="BKNG-A/again")
        assert Invoice.objects.get().credited == 118
        assert balances(venue) == {}


def balances(venue) -> dict[str, Decimal]:
    """Add up each account that is not even: debits less credits."""
    sums = LedgerLine.objects.filter(entry__venue=venue).values_list("account")
    rows = sums.annotate(left=Sum("debit") - Sum("credit")).exclude(left=0)
    return dict(rows.values_list("account", "left"))
