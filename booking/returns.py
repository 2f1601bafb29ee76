"""What cancelling gives back: the arithmetic of billing over the rows of a booking. The preview is the result."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing.refunding import give_back, refund_percent
from billing.tax import Rate, Taxed
from booking.errors import BookingNotPaid, UnknownLine
from booking.models import BookedFee, BookedFood, BookedSeat, Booking, Cancellation, Line
from booking.states import BookingStatus
from cinema.core.money import ZERO, total


@dataclass(frozen=True, slots=True)
class Returning:
    """What a cancellation gives back, line by line: each line with the part of it that goes back."""

    percent: int
    lines: tuple[tuple[Line, Taxed], ...]
    amount: Decimal
    rounding: Decimal
    kept: Decimal


def returning(
    booking: Booking, lines: Collection[Line], *, cancelled: Collection[Line], percent: int, by_house: bool
) -> Returning:
    """Compute what cancelling some of a sale's lines gives back, each base taxed afresh, in the venue's currency.

    Fees go back when the house cancels, and otherwise only where that was the venue's custom.
    """
    shares = [_share_of(line, percent, by_house=by_house) for line in cancelled]
    held = booking.amount - booking.refund_amount
    back = give_back(
        [(taxed_of(line), share) for line, share in zip(cancelled, shares, strict=True)],
        held=held,
        others=total(line.kept for line in lines if line not in cancelled),
        rounds_to_rupee=booking.rounds_to_rupee,
    )
    return Returning(
        percent, tuple(zip(cancelled, back.lines, strict=True)), back.amount, back.rounding, held - back.amount
    )


def _share_of(line: Line, percent: int, *, by_house: bool) -> int:
    return percent if by_house or not isinstance(line, BookedFee) or line.is_refundable else 0


def preview_of_booking(booking: Booking, *, now: datetime, percent: int | None = None) -> Returning:
    """Compute what cancelling all that is left of a booking at this instant gives back, by its policy or the house.

    What never was paid gives nothing back, and what was cancelled has nothing left to give.
    """
    if booking.booking_status != BookingStatus.CONFIRMED:
        return Returning(0, (), ZERO, ZERO, booking.amount - booking.refund_amount)
    lines = lines_of(booking)
    live = [line for line in lines if line.released_at is None]
    share = policy_percent(booking, now) if percent is None else percent
    return returning(booking, lines, cancelled=live, percent=share, by_house=percent is not None)


def preview_of_lines(
    booking: Booking, *, seat_ids: Collection[int] = (), food_ids: Collection[int] = (), now: datetime
) -> Returning:
    """Compute what `cancelling.cancel_lines` gives back for seats and food at this instant.

    When all of them were cancelled before, it is what that gave back.

    :raises BookingNotPaid: when it is not paid yet, or never was.
    :raises UnknownLine: when a seat or a food is not in the booking, or none is named.
    """
    if booking.confirmed_at is None:
        raise BookingNotPaid
    lines = lines_of(booking)
    named = named_lines(lines, seat_ids=seat_ids, food_ids=food_ids)
    if all(line.released_at for line in named):
        return result_of(earlier(booking, named))
    going = going_with(lines, named)
    return returning(booking, lines, cancelled=going, percent=policy_percent(booking, now), by_house=False)


def result_of(cancellation: Cancellation) -> Returning:
    """Read what a cancellation gave back."""
    booking = cancellation.booking
    lines = [line for line in lines_of(booking) if line.cancellation_id == cancellation.pk]
    parts = [
        Taxed(line.refunded_taxable, line.refunded_cgst, line.refunded_sgst, taxed_of(line).rate) for line in lines
    ]
    return Returning(
        cancellation.percent,
        tuple(zip(lines, parts, strict=True)),
        cancellation.amount,
        cancellation.rounding,
        booking.amount - booking.refund_amount,
    )


def result_of_booking(booking: Booking) -> Returning:
    """Read what cancelling a booking gave back: its last decision, or what came too late for one that never was a sale."""
    last = booking.cancellations.select_related("booking").order_by("-id").first()
    if last is not None:
        return result_of(last)
    return Returning(100, (), booking.refund_amount, ZERO, ZERO)


def earlier(booking: Booking, named: Collection[Line]) -> Cancellation:
    """Find the last decision about lines that all were cancelled."""
    return booking.cancellations.select_related("booking").get(pk=max(line.cancellation_id or 0 for line in named))


def lines_of(booking: Booking) -> list[Line]:
    """Read every line of a booking, cancelled ones too, with what a document says about them: seats, food, fees."""
    seats = booking.seats.select_related("seat__category", "gst").order_by("id")
    foods = booking.foods.select_related("food", "gst").order_by("id")
    return [*seats, *foods, *booking.fees.select_related("gst").order_by("id")]


def named_lines(lines: Collection[Line], *, seat_ids: Collection[int], food_ids: Collection[int]) -> list[Line]:
    """Find the lines of these seats and this food, cancelled or not.

    :raises UnknownLine: when one is not among them, or none is named.
    """
    seats = {line.seat_id: line for line in lines if isinstance(line, BookedSeat)}
    foods = {line.food_id: line for line in lines if isinstance(line, BookedFood)}
    if not (seat_ids or food_ids) or set(seat_ids) - seats.keys() or set(food_ids) - foods.keys():
        raise UnknownLine
    return [*(seats[seat] for seat in sorted(set(seat_ids))), *(foods[food] for food in sorted(set(food_ids)))]


def going_with(lines: Collection[Line], named: Collection[Line]) -> list[Line]:
    """Choose what is cancelled with these lines: those that are live, and the fees of their seats.

    When no seat and no food is left, the fee of the whole booking goes too.
    """
    live = [line for line in lines if line.released_at is None]
    seat_ids = {line.seat_id for line in named if isinstance(line, BookedSeat)}
    going = [line for line in live if line in named or (isinstance(line, BookedFee) and line.seat_id in seat_ids)]
    stays = [line for line in live if line not in going and not isinstance(line, BookedFee)]
    return going if stays else live


def name_of(line: Line) -> str:
    """Say what a line is, as people say it (load its seat or its food with it)."""
    if isinstance(line, BookedSeat):
        return f"Seat {line.seat}"
    if isinstance(line, BookedFood):
        return f"{line.quantity} × {line.food.item_name}"
    return "Booking fee"


def policy_percent(booking: Booking, now: datetime) -> int:
    """Read the share that the policy copied onto the booking gives back at this instant."""
    return refund_percent(booking.refund_tiers, starts_at=booking.show.starts_at, now=now)


def taxed_of(line: Line) -> Taxed:
    """Read the taxed amounts back off a stored line."""
    rate = Rate(line.gst_id, line.cgst_rate, line.sgst_rate)
    return Taxed(line.taxable, line.cgst, line.sgst, rate)
