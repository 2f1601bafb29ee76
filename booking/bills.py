"""What an invoice or a credit note of a booking states: its lines, with like ones added up, and what they are for."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from billing.documents import Document, DocumentLine, added_up
from billing.pricing import FEE, FOOD, TICKET
from billing.tax import Taxed
from booking.models import BookedFee, BookedFood, BookedSeat, Booking, Line
from booking.returns import Returning, lines_of, taxed_of
from cinema.core.money import ZERO
from scheduling.models import Show


def invoice_of(booking: Booking, show: Show) -> Document:
    """State everything that was sold; the show with its movie, screen and venue."""
    sold = [_stated(line, taxed_of(line), line.discount_share) for line in lines_of(booking)]
    return Document(_added_up(sold), booking.rounding, subject=_subject(show))


def credit_of(back: Returning, show: Show) -> Document:
    """State what is given back of some lines; a line of which nothing comes back is not named."""
    stated = [_stated(line, part, ZERO) for line, part in back.lines if part.total]
    return Document(_added_up(stated), back.rounding, subject=_subject(show))


def _subject(show: Show) -> str:
    """Name the show in the words of the house, whatever language the customer reads."""
    start = show.local_start()
    at = f"{start:%d %b %Y}, {start.hour % 12 or 12}:{start:%M} {'am' if start.hour < 12 else 'pm'}"
    return f"{show.movie.title}, {at}, {show.screen}"


def _stated(line: Line, taxed: Taxed, discount: Decimal) -> tuple[object, str, DocumentLine]:
    """Write a line as a document does; with it what makes it like others, and the seat it is about."""
    alike: object
    if isinstance(line, BookedSeat):
        category = line.seat.category.category_name
        alike, seat, kind, text, quantity = (category, line.price), str(line.seat), TICKET, category, 1
    elif isinstance(line, BookedFood):
        alike, seat, kind, text, quantity = line.pk, "", FOOD, line.food.item_name, line.quantity
    elif isinstance(line, BookedFee):
        alike, seat, kind, text, quantity = (FEE, line.price), "", FEE, "Booking fee", 1
    else:
        raise TypeError(line)
    stated = DocumentLine(
        kind=kind,
        text=text,
        hsn_code=line.gst.hsn_code if line.gst else "",
        quantity=quantity,
        discount=discount,
        taxable=taxed.taxable,
        cgst_rate=line.cgst_rate,
        cgst=taxed.cgst,
        sgst_rate=line.sgst_rate,
        sgst=taxed.sgst,
    )
    return (alike, stated.hsn_code, stated.cgst_rate, stated.sgst_rate), seat, stated


def _added_up(stated: Iterable[tuple[object, str, DocumentLine]]) -> tuple[DocumentLine, ...]:
    """Make one line of the seats of one category at one price and rate, and name them."""
    groups: dict[object, list[tuple[str, DocumentLine]]] = {}
    for alike, seat, line in stated:
        groups.setdefault(alike, []).append((seat, line))
    seats = [", ".join(seat for seat, _ in group if seat) for group in groups.values()]
    lines = added_up([line for _, line in group] for group in groups.values())
    return tuple(
        replace(line, text=f"Admission, {line.text}: {named}") if named else line
        for line, named in zip(lines, seats, strict=True)
    )
