"""What an order costs and what ending it gives back: the arithmetic of billing over the rows of booking."""

from datetime import datetime
from decimal import Decimal

from billing.models import Discount
from billing.pricing import FOOD, TICKET, Item, PricedOrder, list_total, price_order, refund_of, refund_percent
from billing.queries import food_rates, rates_on
from billing.services import discounts
from billing.tax import Rate, Taxed
from booking.claims import SoldSeat
from booking.models import Booking, Line
from cinema.core.money import total
from concessions.models import FoodItem
from scheduling.models import Show


def priced_order(
    *,
    show: Show,
    seats: list[SoldSeat],
    foods: list[FoodItem],
    quantities: dict[int, int],
    discount: Discount | None,
    now: datetime,
) -> PricedOrder:
    """Price seats and food at the rates in force on the venue's date.

    :raises DiscountNotApplicable: when the promo code does not hold for this order.
    :raises NoTaxRate, PriceFitsNoSlab: when a line cannot be taxed.
    """
    venue = show.screen.venue
    rates = rates_on(now.astimezone(venue.zone).date())
    items = [Item(TICKET, seat.seat_id, seat.price, 1, rates.get(TICKET, ())) for seat in seats]
    items += [
        Item(FOOD, food.pk, food.price, quantities[food.pk], food_rates(rates, food.category.category_name))
        for food in foods
    ]
    off = discounts.amount_off(discount=discount, subtotal=list_total(items), show=show, now=now)
    return price_order(
        items, discount=off, is_tax_inclusive=venue.is_tax_inclusive, sgst_waived=show.movie.sgst_waived
    )


def lines_of(booking: Booking) -> list[Line]:
    """Read the lines of a booking, cancelled ones too, with what a document says about them."""
    seats = booking.seats.select_related("seat__category", "gst").order_by("id")
    return [*seats, *booking.foods.select_related("food", "gst").order_by("id")]


def refund_parts(booking: Booking, percent: int) -> list[tuple[Line, Taxed]]:
    """Compute what a percentage of every line that is left comes to, each base taxed afresh."""
    left = [line for line in lines_of(booking) if line.released_at is None]
    return [(line, refund_of(taxed_of(line), percent)) for line in left]


def refundable(booking: Booking, percent: int) -> Decimal:
    """Add up what a percentage of every line comes to, in the venue's currency."""
    return total(taxed.total for _, taxed in refund_parts(booking, percent))


def policy_percent(booking: Booking, now: datetime) -> int:
    """Read the share that the policy copied onto the booking gives back at this instant."""
    return refund_percent(booking.refund_tiers, starts_at=booking.show.starts_at, now=now)


def taxed_of(line: Line) -> Taxed:
    """Read the taxed amounts back off a stored line."""
    rate = Rate(line.gst_id, line.cgst_rate, line.sgst_rate)
    return Taxed(line.taxable, line.cgst, line.sgst, rate)
