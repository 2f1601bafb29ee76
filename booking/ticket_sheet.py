"""Everything a ticket, its invoice and its mails print about one booking, read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing.models import Invoice
from billing.words import amount_in_words
from booking.models import BookedFee, BookedFood, BookedSeat, Booking, Line
from booking.receipts import TaxLine, taxes_of
from cinema.core.money import total
from scheduling.states import ShowStatus


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One row of the invoice; `taxable` is after discount and before tax."""

    text: str
    hsn_code: str
    quantity: int
    taxable: Decimal
    cgst_rate: Decimal
    cgst: Decimal
    sgst_rate: Decimal
    sgst: Decimal


@dataclass(frozen=True, slots=True)
class TicketSheet:
    """One booking as paper shows it: times on the venue's wall clock, amounts in its currency."""

    reference: str
    invoice_number: str
    customer: str
    movie: str
    certificate: str
    language: str
    format: str
    venue: str
    address: str
    gstin: str
    currency: str
    screen: str
    starts_at: datetime
    booked_at: datetime
    seats: tuple[tuple[str, tuple[str, ...]], ...]  # category and its seat numbers, cancelled ones left out
    foods: tuple[tuple[str, int], ...]
    lines: tuple[SheetLine, ...]
    discount: Decimal
    amount: Decimal
    refund: Decimal
    supplier: str = ""  # as the invoice names it
    place_of_supply: str = ""
    is_show_cancelled: bool = False

    @property
    def taxable(self) -> Decimal:
        return total(line.taxable for line in self.lines)

    @property
    def taxes(self) -> tuple[TaxLine, ...]:
        return taxes_of(self.lines)

    @property
    def rounding(self) -> Decimal:
        """What rounding to the rupee added or took; 0 at a venue that does not."""
        return self.amount - self.taxable - total(tax.amount for tax in self.taxes)

    @property
    def seat_count(self) -> int:
        return sum(len(numbers) for _, numbers in self.seats)

    @property
    def when(self) -> str:
        return f"{self.starts_at:%A %d %B %Y}, {self.clock}"

    @property
    def clock(self) -> str:
        """Write the start as people say it, like 7:15 pm."""
        return f"{self.starts_at:%I:%M} {'am' if self.starts_at.hour < 12 else 'pm'}".lstrip("0")

    @property
    def paid(self) -> str:
        return self.money(self.amount)

    @property
    def in_words(self) -> str:
        """Write what was paid in words; rupees only."""
        return amount_in_words(self.amount) if self.currency == "INR" else ""

    @property
    def refunded(self) -> str:
        return self.money(self.refund)

    def money(self, amount: Decimal) -> str:
        """Write an amount with its currency."""
        sign = "₹" if self.currency == "INR" else f"{self.currency} "
        return f"{sign}{amount:,.2f}"


def sheet_of(booking_id: int) -> TicketSheet:
    """Read what is printed about a booking.

    :raises Booking.DoesNotExist: when there is none.
    """
    booking = Booking.objects.select_related("user", "show__movie", "show__screen__venue").get(pk=booking_id)
    show, venue = booking.show, booking.show.screen.venue
    seats = list(
        booking.seats.select_related("seat__category", "gst").order_by("seat__row_number", "seat__col_number")
    )
    foods = list(booking.foods.select_related("food", "gst").order_by("id"))
    invoice = Invoice.objects.filter(booking_reference=booking.booking_reference).first()
    return TicketSheet(
        reference=booking.booking_reference,
        invoice_number=invoice.number if invoice else "",
        customer=booking.user.name,
        movie=show.movie.title,
        certificate=show.movie.certificate,
        language=show.language,
        format=show.format,
        venue=venue.name,
        address=venue.address,
        gstin=(invoice.supplier_gstin if invoice else "") or venue.gstin,
        currency=venue.currency,
        screen=show.screen.screen_name,
        starts_at=show.local_start(),
        booked_at=(booking.confirmed_at or booking.booking_time).astimezone(venue.zone),
        seats=_by_category(seats),
        foods=tuple((line.food.item_name, line.quantity) for line in foods if line.released_at is None),
        lines=(*_seat_lines(seats), *map(_food_line, foods), *_fee_lines(list(booking.fees.select_related("gst")))),
        discount=booking.discount_amount,
        amount=booking.amount,
        refund=booking.refund_amount,
        supplier=(invoice.supplier_name if invoice else "") or venue.name,
        place_of_supply=invoice.place_of_supply if invoice else "",
        is_show_cancelled=show.status == ShowStatus.CANCELLED,
    )


def _by_category(seats: list[BookedSeat]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    kept = [line.seat for line in seats if line.released_at is None]
    numbers: dict[str, list[str]] = {}
    for seat in kept:
        numbers.setdefault(seat.category.category_name, []).append(str(seat))
    return tuple((category, tuple(of_category)) for category, of_category in numbers.items())


def _seat_lines(seats: list[BookedSeat]) -> list[SheetLine]:
    alike: dict[tuple[str, Decimal, Decimal, Decimal], list[BookedSeat]] = {}
    for line in seats:
        kind = (line.seat.category.category_name, line.price, line.cgst_rate, line.sgst_rate)
        alike.setdefault(kind, []).append(line)
    return [_added_up(f"{category} at {price:,.2f}", lines) for (category, price, *_), lines in alike.items()]


def _fee_lines(fees: list[BookedFee]) -> list[SheetLine]:
    alike: dict[Decimal, list[BookedFee]] = {}
    for line in sorted(fees, key=lambda line: line.pk):
        alike.setdefault(line.price, []).append(line)
    return [_added_up(f"Booking fee at {price:,.2f}", lines) for price, lines in alike.items()]


def _added_up(text: str, lines: Sequence[BookedSeat | BookedFee]) -> SheetLine:
    first = lines[0]
    return SheetLine(
        text=text,
        hsn_code=_hsn_code(first),
        quantity=len(lines),
        taxable=total(line.taxable for line in lines),
        cgst_rate=first.cgst_rate,
        cgst=total(line.cgst for line in lines),
        sgst_rate=first.sgst_rate,
        sgst=total(line.sgst for line in lines),
    )


def _food_line(line: BookedFood) -> SheetLine:
    return SheetLine(
        text=f"{line.food.item_name} at {line.unit_price:,.2f}",
        hsn_code=_hsn_code(line),
        quantity=line.quantity,
        taxable=line.taxable,
        cgst_rate=line.cgst_rate,
        cgst=line.cgst,
        sgst_rate=line.sgst_rate,
        sgst=line.sgst,
    )


def _hsn_code(line: Line) -> str:
    return line.gst.hsn_code if line.gst else ""
