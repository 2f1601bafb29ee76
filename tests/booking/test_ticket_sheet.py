from datetime import UTC, datetime
from decimal import Decimal

import pytest

from booking.ticket_sheet import sheet_of
from tests.factories.billing import InvoiceFactory
from tests.factories.booking import BookedFoodFactory, BookedSeatFactory, BookingFactory
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import SeatCategoryFactory, SeatFactory


@pytest.fixture
def booking(db):
    show = ShowFactory(starts_at=datetime(2026, 3, 1, 19, 0, tzinfo=UTC))
    booking = BookingFactory(show=show, confirmed=True, amount=Decimal("460.19"))
    gold, silver = (SeatCategoryFactory(screen=show.screen, category_name=name) for name in ("Gold", "Silver"))
    for category, row, column, number in ((silver, 1, 10, "A10"), (silver, 1, 2, "A2"), (gold, 2, 1, "B1")):
        seat = SeatFactory(category=category, row_number=row, col_number=column, seat_number=number)
        BookedSeatFactory(booking=booking, seat=seat)
    return booking


class TestSheetOf:
    def test_lists_seats_by_category_in_the_order_of_the_hall(self, booking):
        assert sheet_of(booking.pk).seats == (("Silver", ("A2", "A10")), ("Gold", ("B1",)))

    def test_leaves_cancelled_seats_out_at_the_door_and_on_the_invoice_in(self, booking, now):
        booking.seats.filter(seat__seat_number="A2").update(released_at=now)
        sheet = sheet_of(booking.pk)
        assert sheet.seats == (("Silver", ("A10",)), ("Gold", ("B1",)))
        assert [line.quantity for line in sheet.lines] == [2, 1]

    def test_tells_the_time_of_the_venue(self, booking):
        assert f"{sheet_of(booking.pk).starts_at:%d %H:%M %Z}" == "02 00:30 IST"

    def test_adds_taxes_up_by_kind_and_rate(self, booking):
        BookedFoodFactory(booking=booking, quantity=1)
        taxes = [(tax.name, tax.rate, tax.amount) for tax in sheet_of(booking.pk).taxes]
        nine, low = Decimal(9), Decimal("2.5")
        assert taxes == [
            ("CGST", nine, Decimal("40.65")),
            ("SGST", nine, Decimal("40.65")),
            ("CGST", low, Decimal("2.50")),
            ("SGST", low, Decimal("2.50")),
        ]

    def test_names_the_invoice_when_there_is_one(self, booking):
        assert sheet_of(booking.pk).invoice_number == ""
        InvoiceFactory(booking_reference=booking.booking_reference, number="MUMI2526/0000007")
        assert sheet_of(booking.pk).invoice_number == "MUMI2526/0000007"

    def test_reads_any_number_of_lines_in_five_queries(self, booking, django_assert_num_queries):
        BookedFoodFactory.create_batch(3, booking=booking)
        with django_assert_num_queries(5):
            sheet_of(booking.pk)
