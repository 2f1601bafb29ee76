"""What an order costs: the arithmetic of billing over what was found in the database."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.errors import DiscountNotApplicable, PriceFitsNoSlab
from billing.models import Discount
from billing.pricing import FEE, FOOD, TICKET, Item, PricedOrder, list_total, price_order
from billing.queries import Rates, food_rates, rates_on
from billing.services import discounts
from booking.claims import SoldSeat
from concessions.models import FoodItem
from scheduling.models import Show
from venues.models import Venue


def priced_order(
    *,
    show: Show,
    seats: list[SoldSeat],
    foods: list[FoodItem],
    quantities: dict[int, int],
    discount: Discount | None,
    now: datetime,
) -> PricedOrder:
    """Price seats, food and the venue's fees at the rates in force on the venue's date.

    :raises DiscountNotApplicable: when the promo code does not hold for this order, or brings a tax-inclusive price
        between two slabs.
    :raises NoTaxRate, PriceFitsNoSlab: when a line cannot be taxed.
    """
    venue = show.screen.venue
    rates = rates_on(now.astimezone(venue.zone).date())
    items = [Item(TICKET, seat.seat_id, seat.price, 1, rates.get(TICKET, ())) for seat in seats]
    items += [
        Item(FOOD, food.pk, food.price, quantities[food.pk], food_rates(rates, food.category.category_name))
        for food in foods
    ]
    items += _fees(venue, seats, rates)
    off = discounts.amount_off(discount=discount, subtotal=list_total(items), show=show, now=now)
    try:
        return _priced(items, off, show)
    except PriceFitsNoSlab as refusal:
        if not off:
            raise
        _priced(items, Decimal(0), show)  # the list prices do not fit either: that is the house's own fault
        raise DiscountNotApplicable(
            _("This promo code does not go with these seats. %s") % refusal.detail
        ) from refusal


def _priced(items: list[Item], off: Decimal, show: Show) -> PricedOrder:
    venue = show.screen.venue
    return price_order(
        items,
        discount=off,
        is_tax_inclusive=venue.is_tax_inclusive,
        sgst_waived=show.movie.sgst_waived,
        rounds_to_rupee=venue.rounds_to_rupee,
    )


def _fees(venue: Venue, seats: list[SoldSeat], rates: Rates) -> list[Item]:
    """Charge the venue's fees: a line of the whole booking, and one for each seat, which goes where the seat goes."""
    wanted = [(0, venue.booking_fee), *((seat.seat_id, venue.seat_fee) for seat in seats)]
    return [Item(FEE, seat_id, price, 1, rates.get(FEE, ())) for seat_id, price in wanted if price]
