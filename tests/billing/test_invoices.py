from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from billing.errors import InvoiceSeriesFull
from billing.models import Invoice, InvoiceCounter
from billing.services import invoices
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
            invoices.issue(venue=venue, booking_reference=f"BKNG-{n:08}", amount=Decimal(100), now=now)
            for n in range(3)
        ]
        assert [number[-7:] for number in numbers] == ["0000001", "0000002", "0000003"]
        assert all(number.startswith("MUMI") and len(number) == 16 for number in numbers)

    def test_goes_by_the_year_of_the_venue(self):
        venue = VenueFactory(code="MUM", time_zone="Asia/Kolkata")
        new_years_eve = datetime(2026, 3, 31, 18, 30, tzinfo=UTC)  # midnight in Mumbai
        invoice = invoices.issue(venue=venue, booking_reference="BKNG-A", amount=Decimal(100), now=new_years_eve)
        assert invoice == "MUMI2627/0000001"

    def test_counts_each_venue_on_its_own(self, now):
        for code in ("MUM", "PUN"):
            invoices.issue(venue=VenueFactory(code=code), booking_reference=f"BKNG-{code}", amount=Decimal(1), now=now)
        assert all(invoice.number.endswith("/0000001") for invoice in Invoice.objects.all())

    def test_takes_the_number_back_with_the_transaction(self, now):
        venue = VenueFactory()
        with transaction.atomic():
            invoices.issue(venue=venue, booking_reference="BKNG-LOST", amount=Decimal(1), now=now)
            transaction.set_rollback(True)
        assert invoices.issue(venue=venue, booking_reference="BKNG-KEPT", amount=Decimal(1), now=now).endswith(
            "/0000001"
        )

    def test_refuses_an_eighth_digit(self, now):
        venue = VenueFactory()
        InvoiceCounter.objects.create(
            venue=venue,
            kind=invoices.SALE,
            financial_year=invoices.financial_year(now.astimezone(venue.zone).date()),
            last_number=9_999_998,
        )
        assert invoices.issue(venue=venue, booking_reference="BKNG-9", amount=Decimal(1), now=now).endswith("/9999999")
        with pytest.raises(InvoiceSeriesFull):
            invoices.issue(venue=venue, booking_reference="BKNG-10", amount=Decimal(1), now=now)
